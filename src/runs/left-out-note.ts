import { watermarkColumn } from './last-mark.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import type { RunBounds } from './run-bounds.ts'

/** Says how many rows a watermark left out, and how to take them in. */
export function leftOutNote(plan: RunPlan, entry: OutputPlan, bounds: RunBounds, leftOut: number): readonly string[] {
  if (leftOut === 0) return []
  const { output, table } = entry
  const [rows, were] = leftOut === 1 ? ['row', 'was'] : ['rows', 'were']
  const mark = `${output.watermark} ${output.mode === 'append' ? 'up to' : 'before'} ${bounds.watermark}`
  return [
    `${leftOut} ${rows} of the sources with ${mark}, the last watermark of ${table.name}, ${were} left out. ` +
      `To take them in: meshwright run ${plan.product.id} --from ${boundWord(entry)}`,
  ]
}

/** Says how many rows of a merge were older than those which readers have of the same key. */
export function olderNote({ output, table }: OutputPlan, older: number): readonly string[] {
  if (older === 0) return []
  const [rows, were] = older === 1 ? ['row', 'was'] : ['rows', 'were']
  return [
    `${older} ${rows} of the sources ${were} left out: ${table.name} has a greater ${output.watermark} for the same ` +
      `${output.key.join(', ')}, and a merge replaces no row by an older one.`,
  ]
}

/** What stands for a bound in a command, by the watermark's type. */
export const boundWord = (entry: OutputPlan): string =>
  /^(DATE|TIMESTAMP.*)$/i.test(watermarkColumn(entry).type) ? 'TIME' : 'VALUE'
