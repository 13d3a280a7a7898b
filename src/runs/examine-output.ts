import { MeshError, nearest } from '../base/index.ts'
import { foldAscii, type Output } from '../mesh/index.ts'
import { bindError, placeInSql } from '../query/index.ts'
import type { BuildFault } from './build-fault.ts'
import { buildGrowth, growingInputs } from './build-growth.ts'
import { faultOf, isAboutText, type Examination } from './examination.ts'
import { examineChecks } from './examine-checks.ts'
import { withPlace } from './growth-of-output.ts'
import { hasCast } from './has-cast.ts'
import { fitColumns, storedType, type FittedColumn } from './fit-columns.ts'
import { makeTwin, type InputShape } from './input-shape.ts'
import { refuseAppend } from './news-of.ts'
import { planOutput, type OutputPlan } from './plan-run.ts'
import { placeOfSelect } from './select-place.ts'
import { own } from './session-names.ts'

/** One SELECT bound on empty inputs, what it gives held against the contract, and the contract's rules bound on that. */
export async function examineOutput(
  examination: Examination,
  name: string,
  output: Output,
  shapes: ReadonlyMap<string, InputShape>,
): Promise<readonly BuildFault[]> {
  const { world, session, state, product } = examination
  const file = output.file
  let plan: OutputPlan
  try {
    plan = await planOutput(world, state, product, name, output)
  } catch (thrown) {
    return [faultOf(product, thrown, { file, ...placeOf(thrown, output.sql) })]
  }
  const inputs: InputShape[] = []
  for (const input of plan.inputs.keys()) {
    const shape = shapes.get(input)
    if (shape === undefined) return [] // why it is not known is told already
    const isFile = plan.inputs.get(input)?.kind === 'file'
    inputs.push({ name: input, columns: isFile ? withPlace(shape.columns, plan.walk.names) : shape.columns })
    await makeTwin(session, input, inputs.at(-1)!.columns)
  }
  const faults = await examineSelect(examination, plan, inputs)
  if (faults.length === 0) faults.push(...(await examineAppend(examination, name, plan)))
  return [...faults, ...(await examineChecks(examination, plan))]
}

/** Whether an append could tell what is new; the twins of its inputs are there. */
async function examineAppend(
  { session, product }: Examination,
  name: string,
  plan: OutputPlan,
): Promise<readonly BuildFault[]> {
  if (plan.output.mode !== 'append' || plan.output.watermark !== undefined) return []
  const refusal = refuseAppend(plan, await buildGrowth(session, plan.output.sql, growingInputs(plan.inputs)))
  return refusal === undefined ? [] : [faultOf(product, refusal, { file: 'build.yaml', text: name })]
}

async function examineSelect(
  { session, product }: Examination,
  plan: OutputPlan,
  inputs: readonly InputShape[],
): Promise<BuildFault[]> {
  const { sql, file } = plan.output
  try {
    await session.describe(sql)
  } catch (thrown) {
    const visible = inputs.map(input => ({ table: input.name, columns: input.columns, outside: [], url: '' }))
    if (!isAboutText(thrown)) throw thrown
    const error = bindError(thrown, sql, visible)
    const fault = faultOf(product, error, { file, ...placeOf(error, sql) })
    return [error.code === 'sql.column-not-found' ? { ...fault, fix: columnsFix(error, inputs) } : fault]
  }
  let fitted: readonly FittedColumn[]
  try {
    await session.execute(`create or replace view ${own.result} as ${sql}`)
    fitted = fitColumns(plan.table.table, await session.describe(`select * from ${own.result}`), file)
  } catch (thrown) {
    const extra = thrown instanceof MeshError ? thrown.details.context?.['extra'] : undefined
    return [faultOf(product, thrown, { file, ...(typeof extra === 'string' ? { text: extra } : placeOfSelect(sql)) })]
  }
  const faults: BuildFault[] = []
  for (const { column, from, misfit } of fitted) {
    if (misfit === undefined || (await hasCast(session, from.type, storedType(column.type)))) continue
    faults.push({
      product: product.id,
      code: 'document.invalid',
      severity: 'error',
      message: `${file} gives ${from.name} as ${from.type}, which can never be the ${column.type} that the contract of ${plan.table.name} promises.`,
      fix: `Cast it in ${file}, or promise another type.`,
      file,
      text: from.name,
    })
  }
  return faults
}

function columnsFix(error: MeshError, inputs: readonly InputShape[]): string {
  const name = error.details.context?.['name']
  const wanted = typeof name === 'string' ? name : ''
  const near = nearest(
    wanted,
    inputs.flatMap(input => input.columns.map(column => column.name)),
  )
  if (near !== undefined && foldAscii(near) !== foldAscii(wanted)) return `Did you mean ${near}?`
  const lists = inputs.map(({ name, columns }) => `${name} has ${columns.map(column => column.name).join(', ')}`)
  return `${lists.join('; ') || 'It reads no input'}.`
}

function placeOf(thrown: unknown, sql: string): { line?: number; column?: number } {
  const context = thrown instanceof MeshError ? thrown.details.context : undefined
  const cause =
    thrown instanceof MeshError && thrown.cause instanceof MeshError ? thrown.cause.details.context : undefined
  const { line, column, location } = { ...cause, ...context } as Readonly<Record<string, unknown>>
  if (typeof line === 'number') return { line, ...(typeof column === 'number' ? { column } : {}) }
  return typeof location === 'number' ? placeInSql(sql, location) : {}
}
