import { countOf } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import type { Built } from './build-run.ts'
import { boundWord } from './left-out-note.ts'
import type { RunRecord } from './needs.ts'
import type { RunPlan } from './plan-run.ts'

/** The end of a run whose data failed its contract: what failed, whose rows they are, and what to do. */
export function rejectedRun(plan: RunPlan, run: string, { checks }: Pick<Built, 'checks'>): Partial<RunRecord> {
  const failed = checks.filter(check => !check.passed && check.severity === 'error')
  const old = failed.filter(({ failedBefore }) => failedBefore !== undefined)
  const [first] = old.length > 0 ? old : failed
  const more = failed.length > 1 ? `, and ${failed.length - 1} more` : ''
  const what = first?.description ?? `${first?.table}.${first?.check}`
  const measured = first?.error ?? `${first?.measured}, expected ${first?.expected}`
  const see = `See the rows: meshwright run show ${run} --rejected`
  const problem =
    first?.failedBefore === undefined
      ? {
          message: `The batch of ${plan.product.id} failed its contract: ${what} (${measured})${more}. Readers keep what they have.`,
          fix: see,
        }
      : {
          message: `${publishedBefore(first)} of ${first.table} ${first.failedBefore === 1 ? 'breaks' : 'break'} what ${release(plan)} promises: ${what} (${measured})${more}. Readers keep what they have${lastRelease(plan, first)}. ${mending(plan, first)}`,
          fix: see,
        }
  return { state: 'rejected', problem: { code: 'run.rejected', ...problem } }
}

const publishedBefore = ({ failedBefore = 0 }: CheckVerdict): string =>
  `${countOf(failedBefore, 'row')} published before`

const release = ({ product }: RunPlan): string => `release ${product.version} of ${product.id}`

function lastRelease(plan: RunPlan, { table }: CheckVerdict): string {
  const last = outputOf(plan, table)?.table.snapshots.at(-1)?.release
  return last === undefined || last === plan.product.version ? '' : `, by release ${last}`
}

/** Rows that stay are in no source that the next run reads: they are mended by building them again. */
function mending(plan: RunPlan, { table }: CheckVerdict): string {
  const output = outputOf(plan, table)
  const again =
    output?.output.watermark === undefined
      ? `set mode: full for one release of ${table}`
      : `build them again by meshwright run ${plan.product.id} --from ${boundWord(output)}`
  return `Mend them in the sources and ${again}, or loosen the contract.`
}

const outputOf = (plan: RunPlan, table: string) =>
  plan.outputs.find(output => output.table.name === table || output.rejects?.name === table)
