import { MeshError, quoteName, quoteText } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { foldAscii, type ContractTable } from '../mesh/index.ts'
import { divertRows, rejectsSelect } from './divert-rows.ts'
import { fitColumns, fittedSql, storedType, type FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { asMeshError } from './run-problem.ts'
import { replaceTable } from './replace-table.ts'
import { own } from './session-names.ts'

/** The rows that a run adds, as SELECTs in the session that made them. */
export interface Batch {
  /** Gives exactly the contract's columns in the contract's types. */
  readonly select: string
  /** The columns of the rejects table, where there is one. */
  readonly rejects?: string
  /** All rows, rejected ones included: whose keys, partitions or times are replaced. `column` of the contract → expression. */
  readonly touched: { readonly from: string; readonly column: (name: string) => string }
  /** The table's new watermark; undefined where there is none or no row. */
  readonly watermark?: string
  /** Values that do not fit the contract's types: the batch cannot be written. */
  readonly misfits: readonly CheckVerdict[]
}

export interface BatchOrder {
  readonly from?: string
  readonly to?: string
  /** The last promoted watermark. */
  readonly watermark?: string
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
  const where = boundsSql(plan, fitted, order)
  const simple = fitted.every(column => column.misfit === undefined) && plan.rejects === undefined
  if (simple && output.watermark === undefined) {
    return {
      select: `select ${fittedSql(fitted)} from ${own.result}${where}`,
      touched: { from: '', column: quoteName },
      misfits: [],
    }
  }
  await replaceTable(
    session,
    own.batch,
    `select *, row_number() over () as "meshwright row" from ${own.result}${where}`,
    output.file,
  )
  const watermark = await newWatermark(session, fitted, output.watermark)
  const touched = { from: own.batch, column: (name: string) => valueOf(fitted, name) }
  const base = { touched, ...(watermark === undefined ? {} : { watermark }) }
  if (plan.rejects === undefined) {
    const misfits = await countMisfits(session, table, fitted)
    return { ...base, misfits, select: `select ${fittedSql(fitted)} from ${own.batch}` }
  }
  await divertRows(session, plan, fitted, order.reference)
  const names = table.columns.map(column => quoteName(column.name)).join(', ')
  return {
    ...base,
    misfits: [],
    select: `select ${names} from ${own.classified} where "meshwright why" is null order by "meshwright row"`,
    rejects: rejectsSelect(plan, fitted),
  }
}

/** Binds the SELECT as a view: a text that ends in a comment or a semicolon is whole there. */
async function bindResult(session: WorkshopSession, table: ContractTable, { sql, file }: OutputPlan['output']) {
  try {
    await session.execute(`create or replace view ${own.result} as ${sql}`)
    return fitColumns(table, await session.describe(`select * from ${own.result}`), file)
  } catch (thrown) {
    throw asMeshError(thrown, file)
  }
}

function valueOf(fitted: readonly FittedColumn[], name: string): string {
  const found = fitted.find(({ column }) => foldAscii(column.name) === foldAscii(name))
  if (found === undefined) throw new MeshError('run.failed', `There is no column ${name} to build by.`)
  return found.value
}

/**
 * A backfill takes what lies in `from` (included) to `to` (excluded), any other run what is above the last watermark.
 * A row without a watermark is taken along, and then fails the check that there is none.
 */
function boundsSql({ output, table }: OutputPlan, fitted: readonly FittedColumn[], order: BatchOrder): string {
  const backfill = order.from !== undefined || order.to !== undefined
  if (output.watermark === undefined) {
    if (!backfill) return ''
    throw new MeshError(
      'request.invalid',
      `The build of ${table.id} has no watermark, so it cannot be built from one time to another.`,
      {
        fix: 'Add watermark: COLUMN to the output in build.yaml, or run it whole.',
      },
    )
  }
  if (backfill && output.mode === 'full') {
    throw new MeshError('request.invalid', `Mode full of ${table.id} builds the whole table, never a part of it.`, {
      fix: 'Run it without bounds.',
    })
  }
  const mark = valueOf(fitted, output.watermark)
  const type = storedType(fitted.find(f => foldAscii(f.column.name) === foldAscii(output.watermark!))!.column.type)
  const bound = (op: string, text: string | undefined) =>
    text === undefined ? [] : [`${mark} ${op} cast(${quoteText(text)} as ${type})`]
  const parts = backfill
    ? [...bound('>=', order.from), ...bound('<', order.to)]
    : output.mode === 'full'
      ? []
      : bound('>', order.watermark)
  return parts.length === 0 ? '' : ` where (${parts.join(' and ')})${backfill ? '' : ` or ${mark} is null`}`
}

async function newWatermark(session: WorkshopSession, fitted: readonly FittedColumn[], column: string | undefined) {
  if (column === undefined) return undefined
  const [row] = await session.execute(
    `select cast(max(${valueOf(fitted, column)}) as varchar) as mark from ${own.batch}`,
  )
  const mark = row?.['mark']
  return typeof mark === 'string' ? mark : undefined
}

/** One scan for all columns; a column with a misfit is a failed check of its own. */
async function countMisfits(
  session: WorkshopSession,
  table: ContractTable,
  fitted: readonly FittedColumn[],
): Promise<readonly CheckVerdict[]> {
  const doubtful = fitted.filter(column => column.misfit !== undefined)
  if (doubtful.length === 0) return []
  const counts = doubtful.map(
    ({ misfit }, i) => `count_if(${misfit!}) as n${i}, min("meshwright row") filter (where ${misfit!}) as r${i}`,
  )
  const [row] = await session.execute(`select ${counts.join(', ')} from ${own.batch}`)
  return doubtful.flatMap(({ column, from }, i) => {
    const count = Number(row?.[`n${i}`] ?? 0)
    if (count === 0) return []
    return [
      {
        table: table.name,
        check: `${column.name}.type`,
        severity: 'error' as const,
        passed: false,
        measured: String(count),
        expected: `every ${from.type} of the SELECT is a ${column.type}`,
        failedRows: count,
        description: `The cast of ${column.name} from ${from.type} to ${column.type} would change ${count} values, the first in row ${Number(row?.[`r${i}`] ?? 0)} of the SELECT.`,
      },
    ]
  })
}
