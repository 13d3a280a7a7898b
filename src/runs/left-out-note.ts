import type { OutputPlan, RunPlan } from './plan-run.ts'
import type { Remembered } from './remembered.ts'

/** Says how many rows a watermark left out, and how to take them in. */
export function leftOutNote(
  plan: RunPlan,
  { output, table }: OutputPlan,
  past: Remembered,
  leftOut: number,
): readonly string[] {
  if (leftOut === 0) return []
  const [rows, were] = leftOut === 1 ? ['row', 'was'] : ['rows', 'were']
  const bound = `${output.watermark} ${output.mode === 'append' ? 'up to' : 'before'} ${past.watermark}`
  return [
    `${leftOut} ${rows} of the sources with ${bound}, the last watermark of ${table.name}, ${were} left out. ` +
      `To take them in: meshwright run ${plan.product.id} --from TIME`,
  ]
}
