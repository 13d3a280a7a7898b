import { quoteName } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { bindResult, typeOf, valueOf } from './bind-result.ts'
import { countMisfits } from './count-misfits.ts'
import { divertRows, rejectsSelect, touchedRejects } from './divert-rows.ts'
import { isMark } from './last-mark.ts'
import { fittedSql, misfitReason, type FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { replaceTable } from './replace-table.ts'
import { boundsSql, isBackfill, type RunBounds } from './run-bounds.ts'
import { hidden, own } from './session-names.ts'
import { withoutOlder } from './without-older.ts'
import { inTouched } from './touch-partitions.ts'
import type { TouchedRows } from './touched-rows.ts'

/** The rows that a run adds, as SELECTs in the session that made them. */
export interface Batch {
  /** Gives exactly the contract's columns in the contract's types. */
  readonly select: string
  /** The columns of the rejects table, where there is one; and all rows by the keys as that table writes them. */
  readonly rejects?: { readonly select: string; readonly touched: TouchedRows }
  /** All rows, rejected ones included: whose partitions are replaced. */
  readonly touched: TouchedRows
  /** The table's new watermark; undefined where there is none or no row. */
  readonly watermark?: string
  /** Rows of the SELECT that the last watermark left out. */
  readonly leftOut: number
  /** Values that do not fit the contract's types: the batch cannot be written. */
  readonly misfits: readonly CheckVerdict[]
  /** Rows that are no part of it since what readers have of their key is newer. */
  readonly older: number
  /** Of a row of `own.batch`: which of its values do not fit, or null. */
  readonly why?: string
}

export interface BatchOrder extends RunBounds {
  /** Only rows of the partitions in `own.touched`, whatever their watermark. */
  readonly touched?: boolean
  /** SELECT of the published rows that stay whatever comes, which nothing may repeat. */
  readonly published?: string
  /** SELECT of published rows that a row with a smaller watermark does not replace. */
  readonly newer?: string
  /** SELECT of all published rows: what they hold is not left out. */
  readonly held?: string
  /** `domain.table` of a reference → relation of the session. */
  readonly reference: (name: string) => string
}

/**
 * Runs the user's SELECT, already walked, in the locked session and brings it into the contract's shape. Where every
 * value fits by its type and nothing is diverted, nothing is kept in between: the SELECT is evaluated while it is written.
 */
export async function makeBatch(session: WorkshopSession, plan: OutputPlan, order: BatchOrder): Promise<Batch> {
  const { output } = plan
  const table = plan.table.table
  const fitted = await bindResult(session, table, output)
  const bounds = order.touched === true ? inTouched(plan, fitted) : boundsSql(plan, fitted, order)
  const where = bounds === undefined ? '' : ` where ${bounds}`
  const simple = fitted.every(column => column.misfit === undefined) && plan.rejects === undefined
  if (simple && output.watermark === undefined) {
    return {
      select: `select ${fittedSql(fitted)} from ${own.result}${where}`,
      touched: { from: '', column: quoteName },
      leftOut: 0,
      older: 0,
      misfits: [],
    }
  }
  await replaceTable(
    session,
    own.batch,
    `select *, row_number() over () as ${hidden('row')} from ${own.result}${where}`,
    output.file,
  )
  const watermark = await newWatermark(session, fitted, output.watermark)
  const touched = { from: own.batch, column: (name: string) => valueOf(fitted, name) }
  const isMarked = bounds !== undefined && order.touched !== true && !isBackfill(order)
  const leftOut = isMarked ? await countOther(session, fitted, bounds, order.held) : 0
  const marked = { touched, leftOut, ...(watermark === undefined ? {} : { watermark }) }
  if (plan.rejects === undefined) {
    const misfits = await countMisfits(session, table.name, fitted, output.file)
    const rows = { select: `select ${fittedSql(fitted)} from ${own.batch}`, order: '' }
    return { ...marked, misfits, why: misfitReason(fitted), ...(await withoutOlder(session, plan, rows, order.newer)) }
  }
  await divertRows(session, plan, fitted, order.reference, order.published)
  const names = table.columns.map(column => quoteName(column.name)).join(', ')
  const good = {
    select: `select ${names}, ${hidden('row')} from ${own.classified} where ${hidden('why')} is null`,
    order: ` order by ${hidden('row')}`,
  }
  return {
    ...marked,
    misfits: [],
    ...(await withoutOlder(session, plan, good, order.newer)),
    rejects: { select: rejectsSelect(plan, fitted), touched: touchedRejects(plan.rejects, fitted) },
  }
}

/** A null mark is within the bounds, so that `not` leaves none out. What the table holds already costs a look only where there is any. */
async function countOther(
  session: WorkshopSession,
  fitted: readonly FittedColumn[],
  bounds: string,
  held: string | undefined,
): Promise<number> {
  const other = `select ${fittedSql(fitted)} from ${own.result} where not ${bounds}`
  const count = async (select: string) => {
    const [row] = await session.execute(`select count(*) as n from (${select})`)
    return Number(row?.['n'] ?? 0)
  }
  const all = await count(other)
  return all === 0 || held === undefined ? all : count(`(${other}) except all (${held})`)
}

async function newWatermark(session: WorkshopSession, fitted: readonly FittedColumn[], column: string | undefined) {
  if (column === undefined) return undefined
  const value = valueOf(fitted, column)
  const [row] = await session.execute(
    `select cast(max(${value}) filter (where ${isMark(value, typeOf(fitted, column))}) as varchar) as mark from ${own.batch}`,
  )
  const mark = row?.['mark']
  return typeof mark === 'string' ? mark : undefined
}
