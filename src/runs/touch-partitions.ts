import { countOf, quoteName } from '../base/index.ts'
import { bindResult, valueOf } from './bind-result.ts'
import { fittedSql, type FittedColumn } from './fit-columns.ts'
import { boundWord } from './left-out-note.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { replaceTable } from './replace-table.ts'
import { boundsSql, isBackfill, type RunBounds } from './run-bounds.ts'
import { hidden, own } from './session-names.ts'

export interface TouchOrder extends RunBounds {
  /** SELECT of the published rows. */
  readonly published: string
  /** Nothing that is read changed since the last run. */
  readonly isSame: boolean
}

/** Which partitions are built again. A partition is replaced as a whole, from all rows of its sources. */
export interface Touched {
  /** Rows of the answer that the watermark left out and that the table lacks. */
  readonly leftOut: number
  readonly notes: readonly string[]
}

/**
 * Fills `own.touched` while the inputs are laid out whole. Without bounds these are the partitions in which the answer and
 * the table differ, so that afterwards the table is what its sources say. Within bounds they are those with rows in them;
 * what the sources no longer say elsewhere is told, and stays.
 */
export async function touchPartitions(session: WorkshopSession, plan: OutputPlan, order: TouchOrder): Promise<Touched> {
  const fitted = await bindResult(session, plan.table.table, plan.output)
  const bounds = boundsSql(plan, fitted, order)
  const touch = (select: string) => replaceTable(session, own.touched, select, plan.output.file)
  if (order.isSame) {
    await touch(`select ${answerKeys(plan, fitted)} from ${own.result} where false`)
    return { leftOut: 0, notes: [] }
  }
  if (bounds === undefined) {
    await touch(isComparable(plan) ? differing(plan, fitted, order.published) : everyKey(plan, fitted, order))
    return { leftOut: 0, notes: await emptiedNote(session, plan, fitted, order) }
  }
  const news = `select distinct ${answerKeys(plan, fitted)} from ${own.result} where ${bounds}`
  if (isBackfill(order)) {
    const old = oldInBounds(plan, order)
    await touch(`${news} union select ${tableKeys(plan)} from (${order.published}) as ${hidden('old')} where ${old}`)
    return { leftOut: 0, notes: [] }
  }
  await touch(news)
  if (!isComparable(plan)) return { leftOut: await countLeftOut(session, plan, fitted, bounds), notes: [] }
  const elsewhere = compared(fitted, order.published, `not ${inTouchedOf(plan, quoteName)}`)
  const [row] = await session.execute(
    `select coalesce(sum(${difference}) filter (${difference} > 0), 0) as more, coalesce(-sum(${difference}) filter (${difference} < 0), 0) as less from (${elsewhere})`,
  )
  return { leftOut: Number(row?.['more'] ?? 0), notes: staleNote(plan, Number(row?.['less'] ?? 0)) }
}

/** True for rows of the SELECT in one of the partitions that were found. */
export const inTouched = (plan: OutputPlan, fitted: readonly FittedColumn[]): string =>
  inTouchedOf(plan, name => valueOf(fitted, name))

/** The keys that were found: whose old rows go, whether or not there are new ones. */
export const touchedKeys = ({ output }: OutputPlan) => ({
  from: own.touched,
  column: (name: string) => keyName(output.key.indexOf(name)),
})

function inTouchedOf({ output }: OutputPlan, value: (name: string) => string): string {
  const equal = output.key.map((name, k) => `${own.touched}.${keyName(k)} is not distinct from ${value(name)}`)
  return `exists (select 1 from ${own.touched} where ${equal.join(' and ')})`
}

/** Row by row the SELECT can be held against the table only where none of it is diverted. */
const isComparable = ({ rejects }: OutputPlan): boolean => rejects === undefined

/** Equal rows cancel each other out in one pass over both. */
function differing(plan: OutputPlan, fitted: readonly FittedColumn[], published: string): string {
  return `select distinct ${tableKeys(plan)} from (${compared(fitted, published, 'true')}) where ${difference} <> 0`
}

/** Rows of the SELECT and of the table, with how many more there are of each in the SELECT. What does not fit equals nothing. */
function compared(fitted: readonly FittedColumn[], published: string, where: string): string {
  const columns = fitted.map(({ column }) => quoteName(column.name)).join(', ')
  const misfits = fitted.flatMap(({ misfit }) => misfit ?? [])
  const isMisfit = misfits.length === 0 ? 'false' : `coalesce(${misfits.join(' or ')}, false)`
  const misfit = hidden('misfit')
  const sides =
    `select ${fittedSql(fitted)}, ${isMisfit} as ${misfit}, 1 as ${hidden('side')} from ${own.result} union all ` +
    `select ${columns}, false as ${misfit}, -1 as ${hidden('side')} from (${published}) as ${hidden('old')}`
  return (
    `select ${columns}, sum(${hidden('side')}) as ${difference} from (${sides}) as ${hidden('sides')} ` +
    `where ${where} group by ${columns}, ${misfit}`
  )
}

const difference = hidden('difference')
const keyName = (k: number): string => hidden(`key ${k}`)

/** Who took a file away for want of room did not mean its rows: readers find them in the snapshots before. */
async function emptiedNote(
  session: WorkshopSession,
  plan: OutputPlan,
  fitted: readonly FittedColumn[],
  { published }: TouchOrder,
): Promise<readonly string[]> {
  const gone = `select ${tableKeys(plan)} from (${published}) as ${hidden('old')} except select ${answerKeys(plan, fitted)} from ${own.result}`
  const [row] = await session.execute(`select count(*) as n from (${gone})`)
  const partitions = Number(row?.['n'] ?? 0)
  if (partitions === 0) return []
  return [
    `${countOf(partitions, 'partition')} of ${plan.table.table.name} that the sources no longer have ${partitions === 1 ? 'was' : 'were'} emptied. ` +
      'To keep what was built before, declare a watermark in build.yaml.',
  ]
}

const everyKey = (plan: OutputPlan, fitted: readonly FittedColumn[], { published }: TouchOrder): string =>
  `select ${answerKeys(plan, fitted)} from ${own.result} union select ${tableKeys(plan)} from (${published}) as ${hidden('old')}`

async function countLeftOut(
  session: WorkshopSession,
  plan: OutputPlan,
  fitted: readonly FittedColumn[],
  bounds: string,
): Promise<number> {
  const where = `not ${bounds} and not ${inTouched(plan, fitted)}`
  const [row] = await session.execute(`select count(*) as n from ${own.result} where ${where}`)
  return Number(row?.['n'] ?? 0)
}

/** Rows that lie in the bounds go with them: their partitions may have no row there any more. */
function oldInBounds(plan: OutputPlan, order: RunBounds): string {
  const fitted = plan.table.table.columns.map(column => ({
    column,
    from: column,
    value: quoteName(column.name),
  }))
  return boundsSql(plan, fitted, order) ?? 'true'
}

const answerKeys = ({ output }: OutputPlan, fitted: readonly FittedColumn[]): string =>
  output.key.map((name, k) => `${valueOf(fitted, name)} as ${keyName(k)}`).join(', ')
const tableKeys = ({ output }: OutputPlan): string =>
  output.key.map((name, k) => `${quoteName(name)} as ${keyName(k)}`).join(', ')

function staleNote(plan: OutputPlan, rows: number): readonly string[] {
  if (rows === 0) return []
  const { table, output } = plan
  return [
    `${countOf(rows, 'row')} of ${table.name} ${rows === 1 ? 'is' : 'are'} no longer in the sources and ${rows === 1 ? 'stays' : 'stay'}: ` +
      `with the watermark ${output.watermark} only partitions with rows from the last one on are built again. ` +
      `To build others: meshwright run ${table.product} --from ${boundWord(plan)}`,
  ]
}
