import { bindResult, valueOf } from './bind-result.ts'
import type { FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { replaceTable } from './replace-table.ts'
import { boundsSql, isBackfill, type RunBounds } from './run-bounds.ts'
import { own } from './session-names.ts'

/**
 * Which partitions news falls into. A partition is replaced as a whole, so it has to be built from all of its sources,
 * whatever watermark or files were read before: only which ones are built is told by the news.
 */
export interface Touched {
  /** Rows of the news that the watermark left out, and that no touched partition brings along. */
  readonly leftOut: number
}

/**
 * Fills `own.touched`. Each round lays the inputs out so that the news of one of them meets all rows of the others: a
 * fact that comes late finds its old dimension, and the reverse.
 */
export async function touchPartitions(
  session: WorkshopSession,
  plan: OutputPlan,
  order: RunBounds,
  rounds: readonly (() => Promise<unknown>)[],
): Promise<Touched> {
  let leftOut = 0
  for (const [i, layOut] of rounds.entries()) {
    await layOut()
    const fitted = await bindResult(session, plan.table.table, plan.output)
    const bounds = boundsSql(plan, fitted, order)
    const keys = plan.output.key.map((name, k) => `${valueOf(fitted, name)} as k${k}`).join(', ')
    const before = i === 0 ? '' : ` union select * from ${own.touched}`
    const news = `select distinct ${keys} from ${own.result}${bounds === undefined ? '' : ` where ${bounds}`}`
    await replaceTable(session, own.touched, `${news}${before}`, plan.output.file)
    if (bounds === undefined || isBackfill(order)) continue
    const [row] = await session.execute(
      `select count(*) as n from ${own.result} where not ${bounds} and not ${inTouched(plan, fitted)}`,
    )
    leftOut += Number(row?.['n'] ?? 0)
  }
  return { leftOut }
}

/** True for rows of the SELECT in one of the partitions that were found. */
export function inTouched({ output }: OutputPlan, fitted: readonly FittedColumn[]): string {
  const equal = output.key.map((name, k) => `${own.touched}.k${k} is not distinct from ${valueOf(fitted, name)}`)
  return `exists (select 1 from ${own.touched} where ${equal.join(' and ')})`
}
