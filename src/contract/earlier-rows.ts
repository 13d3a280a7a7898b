import { digestOf } from '../base/index.ts'
import type { Check } from './checks-of.ts'
import { conditionOf } from './failing-rows.ts'
import type { CheckVerdict } from './verdict.ts'

/**
 * Digest of what is measured of a table. Rows that passed one set of expectations say nothing about another: whoever
 * keeps rows must know by which they came in.
 */
export const expectationsDigest = (checks: readonly Check[]): string =>
  digestOf(checks.map(check => ({ ...check, description: '' })))

/**
 * The checks of a batch that are about each row by itself, and so hold for rows that are there already as well. A rule
 * about `{batch}` is one where it counts rows of which there may be none; any other is about the batch as such.
 */
export const checksOfEachRow = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(check => check.scope === 'batch' && isAboutRows(check))

/** The checks of the whole table that can tell how many of the rows of before break them. */
export const checksOfAllRows = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(check => check.scope === 'object' && (isAboutRows(check) || check.kind === 'duplicates'))

function isAboutRows(check: Check): boolean {
  if (check.kind === 'sql') return toleratesNone(check) && conditionOf(check.query) !== undefined
  return check.kind === 'rows' || check.kind === 'reference'
}

const toleratesNone = ({ comparison: { op, ...bound } }: Check): boolean =>
  'value' in bound &&
  (((op === '=' || op === '<=') && Number(bound.value) === 0) || (op === '<' && Number(bound.value) === 1))

/** One verdict of what was measured on the rows of this run and on those of before. */
export function togetherWith(batch: CheckVerdict, before: CheckVerdict): CheckVerdict {
  const failedBefore = failedOf(before)
  const error = batch.error ?? before.error
  if (error !== undefined) return { ...batch, passed: false, error }
  const sum =
    batch.measured === undefined || before.measured === undefined ? undefined : plus(batch.measured, before.measured)
  return {
    ...batch,
    passed: batch.passed && before.passed,
    ...(sum === undefined ? {} : { measured: sum }),
    ...(batch.failedRows === undefined ? {} : { failedRows: batch.failedRows + failedBefore }),
    ...(failedBefore === 0 ? {} : { failedBefore }),
  }
}

/** A rule gives a number and no rows; one that counts rows gives theirs. */
export const failedOf = ({ passed, failedRows, measured }: CheckVerdict): number =>
  passed ? 0 : (failedRows ?? Number(measured ?? 0))

const plus = (a: string, b: string): string =>
  /^\d+$/.test(a) && /^\d+$/.test(b) ? String(BigInt(a) + BigInt(b)) : String(Number(a) + Number(b))
