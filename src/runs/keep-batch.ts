import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { quoteName, quoteText } from '../base/index.ts'
import { rowCondition, type FailingRows } from '../contract/index.ts'
import type { TableVersion } from '../mesh/index.ts'
import type { WorkshopSession } from './needs.ts'
import { batchView, beforeView, hidden, own } from './session-names.ts'

/**
 * Writes a batch that is not promoted where its owners can look at it: rows that break an expectation first, with the
 * reasons in `_reason`, all in the order in which they were made.
 */
export async function keepBatch(
  session: WorkshopSession,
  table: TableVersion,
  options: {
    readonly to: string
    /** What the checks that failed say of single rows. */
    readonly failing: readonly FailingRows[]
    readonly reference: Reference
    /** Rows of before break an expectation too: they are kept beside the batch. */
    readonly before: boolean
  },
): Promise<void> {
  await write(session, options.to, withReasons(table, options))
}

/** A batch that does not fit the contract's types is kept as the SELECT gave it. */
export async function keepMisfits(session: WorkshopSession, to: string, reason: string): Promise<void> {
  await write(session, to, told(`select ${reason} as ${why}, 0 as ${part}, * from ${own.batch}`))
}

const [why, rowNumber, part] = [hidden('why'), hidden('row'), hidden('part')]

/** Those with a reason first. A column of the table's own by the name `_reason` comes after ours. */
const told = (rows: string): string =>
  `select ${why} as _reason, * exclude (${why}, ${rowNumber}, ${part}) from (${rows}) ` +
  `order by ${why} is null, ${part} desc, ${rowNumber}`

async function write(session: WorkshopSession, to: string, select: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await session.execute(`copy (${select}) to ${quoteText(to)} (format parquet, compression zstd)`)
}

/** The relation of a referenced table; undefined where the product may not read it. */
type Reference = (name: string) => string | undefined

function withReasons(
  { name, table }: TableVersion,
  {
    failing,
    reference,
    before,
  }: { readonly failing: readonly FailingRows[]; readonly reference: Reference; readonly before: boolean },
): string {
  const expectations = table.expectations.filter(
    ({ rule }) => rule.kind !== 'reference' || reference(rule.table) !== undefined,
  )
  const { reason } = rowCondition({ ...table, expectations }, { misfit: () => undefined, table: to => reference(to)! })
  const [apart, alike] = [failing.filter(each => !each.isValue), failing.filter(each => each.isValue)]
  const says = (of: readonly FailingRows[]) =>
    [...new Set(of.map(each => each.says))].map(text => {
      const predicates = of.filter(each => each.says === text).map(each => `(${each.predicate})`)
      return `case when ${predicates.join(' or ')} then ${quoteText(text)} end`
    })
  // What a row's values break is told by the row's own condition; only what that does not know is told by its check.
  const own = `coalesce(${[reason, ...says(alike), 'null'].join(', ')})`
  const all = `nullif(concat_ws('; ', ${[own, ...says(apart)].join(', ')}), '')`
  const names = table.columns.map(column => quoteName(column.name)).join(', ')
  const numbered = (view: string) => `(select *, row_number() over () as ${rowNumber} from ${view}) as "row"`
  const rows = (reasonOf: string, view: string, place: number) =>
    `select ${reasonOf} as ${why}, ${names}, ${rowNumber}, ${place} as ${part} from ${numbered(view)}`
  const stay = `select * from (${rows(`'published before: ' || ${all}`, beforeView(name), 1)}) where ${why} is not null limit ${beforeMax}`
  const kept = rows(all, batchView(name), 0) + (before ? ` union all (${stay})` : '')
  return told(kept)
}

/** Enough to see what is wrong with rows that readers have: they may be the whole of a large table. */
const beforeMax = 10_000
