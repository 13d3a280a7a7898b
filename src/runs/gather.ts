import { MeshError } from '../base/index.ts'
import { foldAscii, type Input } from '../mesh/index.ts'
import { checkedSql, referenceName } from './checked-sql.ts'
import type { CurrentTable } from './current-table.ts'
import { digestOfFile, fileStamp } from './digest-file.ts'
import { findSources, type FoundFile } from './find-sources.ts'
import { readCurrent } from './lake-tables.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import type { FileInput, LocalFile } from './reader-sql.ts'
import type { GovernedInput, RunsWorld } from './world.ts'

/** A source file with its content, as the run found it. */
export interface SourceContent extends LocalFile {
  readonly digest: string
  /** What the system said of it before it was read; absent where it cannot change. */
  readonly stamp?: string
}

/** Everything that a run will read, found before its session is opened: the session can reach nothing else. */
export interface Gathered {
  /** File inputs by name. */
  readonly sources: ReadonlyMap<string, { readonly input: FileInput; readonly files: readonly SourceContent[] }>
  /** Table inputs by the name in the SQL: governed, or an own table of this product. */
  readonly tables: ReadonlyMap<string, GovernedInput | 'own'>
  /** What checks read, by folded name: governed, an own table, or why it may not be read. */
  readonly references: ReadonlyMap<string, GovernedInput | 'own' | MeshError>
  /** Own tables as they stand, by folded name without the domain. */
  readonly current: ReadonlyMap<string, CurrentTable>
  /** Absolute paths of all files. */
  readonly files: readonly string[]
  /** Files of the lake among them → `domain.table`. */
  readonly stored: ReadonlyMap<string, string>
}

export async function gather(world: RunsWorld, plan: RunPlan): Promise<Gathered> {
  const sources = new Map<string, { input: FileInput; files: readonly SourceContent[] }>()
  const tables = new Map<string, GovernedInput | 'own'>()
  const current = new Map<string, CurrentTable>()
  for (const output of plan.outputs) {
    for (const version of [output.table, ...(output.rejects === undefined ? [] : [output.rejects])]) {
      current.set(foldAscii(version.name), await readCurrent(world, version))
    }
    for (const [name, input] of output.inputs) {
      if (input.kind === 'file') sources.set(name, { input, files: await contents(await findSources(world, input)) })
      else if (input.kind === 'source') throw noSource(name, input)
      else tables.set(name, isOwn(plan, input.table) ? 'own' : await governed(world, plan, input))
    }
  }
  const references = new Map<string, GovernedInput | 'own' | MeshError>()
  for (const output of plan.outputs) {
    for (const name of await referencesOf(world, output)) {
      if (!references.has(name)) references.set(name, await reference(world, plan, name))
    }
  }
  const stored = new Map<string, string>()
  for (const each of [...tables.values(), ...references.values()]) {
    if (each !== 'own' && !(each instanceof MeshError)) for (const file of each.files) stored.set(file, each.table)
  }
  for (const [name, table] of current) {
    for (const file of table.files) stored.set(file.absolute, `${plan.product.domain}.${name}`)
  }
  const files = [...[...sources.values()].flatMap(source => source.files.map(file => file.absolute)), ...stored.keys()]
  return { sources, tables, references, current, files: [...new Set(files)], stored }
}

/** One after the other: the disk is the same for all. */
async function contents(files: readonly FoundFile[]): Promise<readonly SourceContent[]> {
  const found: SourceContent[] = []
  for (const { path, absolute, digest } of files) {
    if (digest !== undefined) found.push({ path, absolute, digest })
    else found.push({ path, absolute, stamp: await fileStamp(absolute), digest: await digestOfFile(absolute) })
  }
  return found
}

/** Whether `domain.table` is one of the tables that this run makes. */
export const ownOutput = (plan: RunPlan, table: string): OutputPlan | undefined =>
  plan.outputs.find(output => foldAscii(output.table.id) === foldAscii(table))

const isOwn = (plan: RunPlan, table: string): boolean => ownOutput(plan, table) !== undefined

function governed(world: RunsWorld, plan: RunPlan, input: Input & { kind: 'table' }): Promise<GovernedInput> {
  const [schema = '', name = ''] = input.table.split('.')
  const major = input.major === undefined ? {} : { major: input.major }
  return world.inputRelation(plan.state, plan.product.id, { schema, name, ...major })
}

/** Tables that the checks of an output name. A rule that does not pass the walk fails as a check, later. */
async function referencesOf(world: RunsWorld, output: OutputPlan): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const check of [...output.checks, ...output.rejectChecks]) {
    if (check.kind === 'reference') names.add(foldAscii(check.to))
    if (check.kind !== 'sql') continue
    const text = check.query.replaceAll(/\{(object|batch)\}/g, '"meshwright object"."x"')
    try {
      const walk = await checkedSql(world.parse, text, check.id)
      for (const table of walk.tables)
        if (table.schema !== 'meshwright object') names.add(foldAscii(referenceName(table)))
    } catch (thrown) {
      if (!(thrown instanceof MeshError)) throw thrown
    }
  }
  return [...names]
}

async function reference(world: RunsWorld, plan: RunPlan, name: string): Promise<GovernedInput | 'own' | MeshError> {
  if (isOwn(plan, name)) return 'own'
  const [schema, table, ...rest] = name.split('.')
  if (schema === undefined || table === undefined || rest.length > 0) {
    return new MeshError('sql.table-not-found', `A check names a table as domain.table, and ${name} is none.`)
  }
  try {
    return await world.inputRelation(plan.state, plan.product.id, { schema, name: table })
  } catch (thrown) {
    if (thrown instanceof MeshError) return thrown
    throw thrown
  }
}

const noSource = (name: string, input: Input & { kind: 'source' }) =>
  new MeshError('run.failed', `The input ${name} reads ${input.source}, for which this server has no connector.`, {
    fix: 'Let the other side write files, and read those.',
  })
