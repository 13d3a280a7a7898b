import { MeshError, quoteText } from '../base/index.ts'
import type { Output } from '../mesh/index.ts'
import { typeOf, valueOf } from './bind-result.ts'
import type { FittedColumn } from './fit-columns.ts'
import { isMark, watermarkColumn } from './last-mark.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'

/** Which rows a run is about, by the watermark column. */
export interface RunBounds {
  readonly from?: string
  readonly to?: string
  /** The last promoted watermark. */
  readonly watermark?: string
  /** A sample takes rows whatever their watermark. */
  readonly sample?: number
}

export const isBackfill = ({ from, to }: RunBounds): boolean => from !== undefined || to !== undefined

/**
 * A backfill takes what lies in `from` (included) to `to` (excluded), any other run what the last watermark leaves to do:
 * the very time of the watermark is read again where that repeats nothing, since more of it may have come meanwhile.
 * A row without a watermark that another can follow is taken along, and then fails the check that there is none.
 */
export function boundsSql(
  { output, table }: OutputPlan,
  fitted: readonly FittedColumn[],
  order: RunBounds,
): string | undefined {
  const backfill = isBackfill(order)
  if (backfill) refuseBackfill(output, table.id)
  if (output.watermark === undefined || order.sample !== undefined) return undefined
  const mark = valueOf(fitted, output.watermark)
  const type = typeOf(fitted, output.watermark)
  const bound = (op: string, text: string | undefined) =>
    text === undefined ? [] : [`${mark} ${op} cast(${quoteText(text)} as ${type})`]
  const parts = backfill
    ? [...bound('>=', order.from), ...bound('<', order.to)]
    : output.mode === 'full'
      ? []
      : bound(output.mode === 'append' ? '>' : '>=', order.watermark)
  if (parts.length === 0) return undefined
  return backfill ? `(${parts.join(' and ')})` : `(${parts.join(' and ')} or not ${isMark(mark, type)})`
}

/** Refuses bounds between which nothing can lie, by the order of the watermark's own type. */
export async function refuseNoRange(
  session: WorkshopSession,
  plan: OutputPlan,
  { from, to }: RunBounds,
): Promise<void> {
  if (from === undefined || to === undefined || plan.output.watermark === undefined) return
  const { type } = watermarkColumn(plan)
  const [row] = await session.execute(
    `select cast(${quoteText(from)} as ${type}) >= cast(${quoteText(to)} as ${type}) as none`,
  )
  if (row?.['none'] === true) throw noRange(from, to)
}

export const noRange = (from: string, to: string): MeshError =>
  new MeshError('request.invalid', `Nothing lies from ${from} to ${to}: the first is included, the second is not.`, {
    fix: 'Give a --from that is before --to.',
  })

/** Why an output cannot be built from one time to another. */
export function refuseBackfill(output: Output, table: string): void {
  if (output.watermark === undefined) {
    throw new MeshError(
      'request.invalid',
      `The build of ${table} has no watermark, so it cannot be built from one time to another.`,
      { fix: 'Add watermark: COLUMN to the output in build.yaml, or run it whole.' },
    )
  }
  if (output.mode === 'full') {
    throw new MeshError('request.invalid', `Mode full of ${table} builds the whole table, never a part of it.`, {
      fix: 'Run it without bounds.',
    })
  }
}
