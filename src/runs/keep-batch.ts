import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { quoteName, quoteText } from '../base/index.ts'
import { rowCondition } from '../contract/index.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { batchView, own } from './session-names.ts'

/**
 * Writes a batch that is not promoted where its owners can look at it: rows that break an expectation first, with the
 * reasons in `_reason`. `written`: it has the contract's types; else the SELECT's own rows are kept.
 */
export async function keepBatch(
  session: WorkshopSession,
  { table }: Pick<OutputPlan, 'table'>,
  options: { readonly to: string; readonly written: boolean; readonly reference: Reference },
): Promise<void> {
  await mkdir(dirname(options.to), { recursive: true })
  const select = options.written
    ? withReasons(table.table, batchView(table.name), options.reference)
    : `select * exclude ("meshwright row") from ${own.batch} order by "meshwright row"`
  await session.execute(`copy (${select}) to ${quoteText(options.to)} (format parquet, compression zstd)`)
}

/** The relation of a referenced table; undefined where the product may not read it. */
type Reference = (name: string) => string | undefined

function withReasons(table: OutputPlan['table']['table'], relation: string, reference: Reference): string {
  const expectations = table.expectations.filter(
    ({ rule }) => rule.kind !== 'reference' || reference(rule.table) !== undefined,
  )
  const { reason } = rowCondition(
    { ...table, expectations },
    { misfit: () => undefined, table: name => reference(name)! },
  )
  const names = table.columns.map(column => quoteName(column.name)).join(', ')
  return `select * from (select ${reason} as _reason, ${names} from ${relation} as "row") as kept order by _reason is null`
}
