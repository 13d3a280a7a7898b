import type { Gathered } from './gather.ts'
import type { OutputPlan } from './plan-run.ts'
import type { Remembered } from './remembered.ts'
import { isBackfill, type RunBounds } from './run-bounds.ts'

const nothing: ReadonlySet<string> = new Set()

/**
 * What each look at the news of a partitioned table leaves unread; undefined where the whole of the sources is news. A
 * table that is read could have changed anywhere, so it is all news, but for what a watermark says.
 */
export function newsRounds(
  gathered: Gathered,
  output: OutputPlan,
  past: Remembered,
  bounds: RunBounds,
): readonly ReadonlySet<string>[] | undefined {
  if (output.output.mode !== 'partition' || bounds.sample !== undefined) return undefined
  if (isBackfill(bounds)) return [nothing]
  const inputs = [...output.inputs.keys()]
  const sources = inputs.flatMap(name => gathered.sources.get(name) ?? [])
  const marks = sources.map(({ files }) => files.map(file => file.mark))
  const isKnown = (mark: string) => past.consumed.has(mark)
  if (!marks.flat().some(isKnown) || sources.length < inputs.length)
    return past.watermark === undefined ? undefined : [nothing]
  const rounds = marks.filter(of => !of.every(isKnown)).map(of => new Set(of.filter(isKnown)))
  return rounds.length === 0 ? [past.consumed] : rounds
}
