import type { CheckStatement } from './plan-checks.ts'
import { unmeasured, verdictOf, type CheckVerdict } from './verdict.ts'

/** The row that a check statement gave. */
export type MeasuredRow = Readonly<Record<string, unknown>>

export interface Judgement {
  readonly verdicts: readonly CheckVerdict[]
  /** To run, and judge, for what the first look left open. */
  readonly open: readonly CheckStatement[]
}

/** The verdicts that a statement's row allows; given an error instead, all of its checks failed because of it. */
export function judge(
  statement: CheckStatement,
  outcome: { readonly row?: MeasuredRow; readonly error?: string },
): Judgement {
  const { row } = outcome
  if (row === undefined) {
    const error = outcome.error ?? 'The check gave no row.'
    return { verdicts: statement.checks.map(check => unmeasured(check, error)), open: [] }
  }
  const verdicts: CheckVerdict[] = []
  const open: CheckStatement[] = []
  statement.checks.forEach((check, i) => {
    const [measured, passed, failed] = [row[`m${i}`], row[`p${i}`], row[`f${i}`]]
    const exact = statement.exact?.get(check.id)
    if (exact !== undefined && failed !== 0n && failed !== 0) open.push(exact)
    else if (measured === null || measured === undefined) {
      verdicts.push(unmeasured(check, 'The rule gave no number.'))
    } else {
      const rows = typeof failed === 'bigint' || typeof failed === 'number' ? { failed: BigInt(failed) } : {}
      verdicts.push(verdictOf(check, { measured: numberText(measured), passed: passed === true, ...rows }))
    }
  })
  return { verdicts, open }
}

function numberText(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6)
  return String(value)
}
