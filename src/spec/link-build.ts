import type { Build, ContractTable, Input, Output } from '../mesh/index.ts'
import { buildSchema, outputSchema, type BuildText, type OutputText } from './build-schema.ts'
import { checkSchema } from './check-schema.ts'
import { selectAll, sqlBeside, type BuildPlace } from './build-place.ts'
import { deriveBuild } from './derive-build.ts'
import { joinPath } from './document-path.ts'
import type { Path } from './document-place.ts'
import { fileInput } from './file-input.ts'
import { keyColumns, type OutputColumns } from './output-columns.ts'
import { mapsOf, present } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'
import { withoutBroken } from './without-broken.ts'

export interface LinkedBuild {
  readonly build: Build
  readonly successor?: string
}

/** How a product is made: its `build.yaml` against its tables, SQL and files; derived where there is none. */
export function linkBuild(report: Reporter | undefined, place: BuildPlace): LinkedBuild | undefined {
  if (report === undefined) {
    const build = place.complete ? deriveBuild(place) : undefined
    return build === undefined ? undefined : { build }
  }
  const sound = checkSchema(buildSchema, 'Build', report)
  const text = sound ?? withoutBroken(buildSchema, report.document.value)
  if (text === undefined) return undefined
  const inputs = inputsOf(text, place, report)
  if (!place.complete) return undefined
  const outputs = outputsOf(text, inputs, place, report)
  if (sound === undefined) return undefined
  return {
    build: {
      inputs,
      outputs,
      ...(text.schedule === undefined
        ? {}
        : { schedule: { ...present({ cron: text.schedule.cron }), after: text.schedule.after ?? [] } }),
      derived: false,
    },
    ...present({ successor: text.successor }),
  }
}

function inputsOf(text: BuildText, place: BuildPlace, report: Reporter): Build['inputs'] {
  const inputs: Record<string, Input> = {}
  for (const [name, input] of Object.entries(text.inputs ?? {})) {
    const path = ['inputs', name]
    if ('table' in input) inputs[name] = { kind: 'table', ...present(input) }
    else if ('path' in input) inputs[name] = fileInput(input, path, { ...place, report })
    else inputs[name] = { kind: 'source', ...input }
  }
  return inputs
}

function outputsOf(text: BuildText, inputs: Build['inputs'], place: BuildPlace, report: Reporter): Build['outputs'] {
  const written = text.outputs ?? {}
  const rejects = new Set(Object.values(written).flatMap(output => output.rejects ?? []))
  for (const name of Object.keys(written)) {
    if (place.tables.has(name)) continue
    const message = `${name} is no table of the product's contracts.`
    report.add({
      code: 'build.output-unknown',
      path: ['outputs', name],
      where: 'key',
      message,
      fix: suggestion(name, [...place.tables.keys()]),
    })
  }
  const document = mapsOf(report.document.value)
  const outputs: Record<string, Output> = {}
  for (const table of place.tables.values()) {
    const output = written[table.name]
    if (output === undefined && mapsOf(document.outputs)[table.name] !== undefined) continue
    if (output === undefined && rejects.has(table.name)) continue
    const path = ['outputs', table.name]
    const isLost = lostIn(mapsOf(document.outputs)[table.name], output)
    const made = outputOf(table, output ?? {}, inputs, {
      place,
      report,
      path,
      isLost: part => isLost(part) || (part === 'inputs' && lostIn(document.inputs, inputs)(part)),
    })
    if (made !== undefined) outputs[table.name] = made
  }
  return outputs
}

/** Of a map without its broken parts: whether a part may be missing only because what was written is wrong. */
function lostIn(written: unknown, read: unknown): (part: string) => boolean {
  const gone = Object.keys(mapsOf(written)).filter(key => !Object.hasOwn(mapsOf(read), key))
  return part => gone.length > 0 && (gone.includes(part) || gone.some(key => !parts.has(key)))
}

const parts: ReadonlySet<string> = new Set(Object.keys(outputSchema.shape))

interface OutputPlace {
  readonly place: BuildPlace
  readonly report: Reporter
  readonly path: Path
  /** Whether a part is not there because what is written is wrong: nothing follows from its absence. */
  readonly isLost: (part: string) => boolean
}

function outputOf(
  table: ContractTable,
  text: OutputText,
  inputs: Build['inputs'],
  at: OutputPlace,
): Output | undefined {
  const { place, report, path, isLost } = at
  const { mode = 'full', watermark, rejects } = text
  if (text.mode === undefined) place.assume(`${table.name}: mode full`)
  if (rejects !== undefined && (!place.tables.has(rejects) || rejects === table.name)) {
    const message =
      rejects === table.name
        ? 'A table cannot take its own rejects.'
        : `${rejects} is no table of the product's contracts.`
    const fix = `Promise a table ${table.name}_rejects in the contract: the same columns and reason.`
    report.error('build.rejects-unknown', [...path, 'rejects'], message, fix)
  }
  const columns = { table, report, path, isLost, assume: place.assume }
  if (watermark !== undefined) keyColumns([watermark], 'watermark', columns)
  const key = keyOf(mode, text, columns)
  const reads = Object.values(inputs)
  const isKnown = !isLost('watermark') && !isLost('inputs')
  if (
    mode === 'append' &&
    watermark === undefined &&
    isKnown &&
    reads.length > 0 &&
    reads.every(({ kind }) => kind !== 'file')
  ) {
    const message = `Mode append of ${table.name} reads no file, so without a watermark each run would add all of its rows again.`
    const fix = `Add it: watermark: ${timeColumn(table)}; or use mode: merge or full.`
    report.error('build.no-watermark', [...path, 'mode'], message, fix)
  }
  const sql = sqlOf(table, text.sql, inputs, at)
  return sql === undefined ? undefined : { ...sql, mode, key, ...present({ watermark, rejects }) }
}

const timeColumn = ({ columns }: ContractTable): string =>
  (columns.find(({ type }) => /^(DATE|TIMESTAMP)/.test(type)) ?? columns[0])?.name ?? '…'

function keyOf(
  mode: Output['mode'],
  text: OutputText,
  columns: OutputColumns & Pick<OutputPlace, 'isLost'>,
): readonly string[] {
  const { table, report, path, isLost, assume } = columns
  if (text.key !== undefined) {
    if ((mode === 'full' || mode === 'append') && !isLost('mode')) {
      report.warning(
        'build.key-unused',
        [...path, 'key'],
        `The mode ${mode} has no use for a key.`,
        'Leave it out, or write mode: merge.',
      )
    }
    return keyColumns(text.key, 'key', columns)
  }
  if ((mode !== 'merge' && mode !== 'partition') || isLost('key')) return []
  const primary = table.columns
    .filter(column => column.keyPosition !== undefined)
    .sort((a, b) => a.keyPosition! - b.keyPosition!)
    .map(column => column.name)
  if (mode === 'merge' && primary.length > 0) {
    assume(`${table.name}: merged by its primary key (${primary.join(', ')})`)
    return primary
  }
  const message = `The mode ${mode} needs a key: the columns by which rows are replaced.`
  report.error('build.no-key', path, message, `Add it: key: [${table.columns[0]?.name ?? '…'}]`)
  return []
}

function sqlOf(
  table: ContractTable,
  written: string | undefined,
  inputs: Build['inputs'],
  { place, report, path, isLost }: OutputPlace,
): Pick<Output, 'sql' | 'file'> | undefined {
  if (written !== undefined) {
    const file = joinPath(place.folder, written)
    const sql = file === undefined ? undefined : place.sql.get(file)
    if (sql !== undefined) return { sql, file: written }
    const files = [...place.sql.keys()].filter(other => place.folder === '' || other.startsWith(`${place.folder}/`))
    const near = suggestion(
      written,
      files.map(other => other.slice(place.folder === '' ? 0 : place.folder.length + 1)),
    )
    const message = written.endsWith('.sql') ? `There is no file ${written}.` : `${written} is no file of SQL.`
    report.error(
      'build.sql-not-found',
      [...path, 'sql'],
      message,
      files.length === 0 ? 'Write one SELECT into it.' : near,
    )
    return undefined
  }
  const found = sqlBeside(table.name, place)
  if (found !== undefined) {
    place.assume(`${table.name}: made by ${found.file}`)
    return found
  }
  if (isLost('sql') || isLost('inputs')) return undefined
  const [only, ...others] = Object.keys(inputs)
  if (only !== undefined && others.length === 0) {
    place.assume(`${table.name}: everything of ${only}`)
    return { sql: selectAll(table, only), file: 'build.yaml' }
  }
  const message = `Nothing says how the table ${table.name} is made.`
  const at = report.document.sourceAt(path) === undefined ? path : ['outputs']
  report.error('build.no-sql', at, message, `Add it: ${table.name}: {sql: ${table.name}.sql}`)
  return undefined
}
