import type { OutputPlan, RunPlan } from './plan-run.ts'
import type { RunBounds } from './run-bounds.ts'

/** Says how many rows a watermark left out, and how to take them in. */
export function leftOutNote(
  plan: RunPlan,
  { output, table }: OutputPlan,
  bounds: RunBounds,
  leftOut: number,
): readonly string[] {
  if (leftOut === 0) return []
  const [rows, were] = leftOut === 1 ? ['row', 'was'] : ['rows', 'were']
  const mark = `${output.watermark} ${output.mode === 'append' ? 'up to' : 'before'} ${bounds.watermark}`
  return [
    `${leftOut} ${rows} of the sources with ${mark}, the last watermark of ${table.name}, ${were} left out. ` +
      `To take them in: meshwright run ${plan.product.id} --from TIME`,
  ]
}
