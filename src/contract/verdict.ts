import { unreachable } from '../base/index.ts'
import type { Check } from './checks-of.ts'
import { comparisonText } from './comparison.ts'

/** What became of one check. */
export interface CheckVerdict {
  readonly table: string
  readonly check: string
  readonly description?: string
  readonly severity: 'error' | 'warning'
  readonly passed: boolean
  /** The number measured, as text. */
  readonly measured?: string
  readonly expected: string
  readonly failedRows?: number
  /** How many of them were published before this run. */
  readonly failedBefore?: number
  /** Why it could not be measured. */
  readonly error?: string
}

interface Measurement {
  readonly measured: string
  readonly passed: boolean
  readonly failed?: bigint
}

/** The verdict of a check that was measured. */
export function verdictOf(check: Check, { measured, passed, failed }: Measurement): CheckVerdict {
  const rows = failed === undefined || check.kind === 'count' ? {} : { failedRows: Number(failed) }
  return { ...said(check), passed, measured, ...rows }
}

function said(check: Check) {
  const { table, id, description, severity } = check
  return {
    table,
    check: id,
    severity,
    expected: expectedText(check),
    ...(description === undefined ? {} : { description }),
  }
}

function expectedText(check: Check): string {
  const bound = comparisonText(check.comparison, 'unit' in check ? check.unit : undefined)
  switch (check.kind) {
    case 'types':
      return `${check.columns} columns of the contract's types`
    case 'rows':
      return `${bound}${check.unit === 'percent' ? ' of the rows' : ' rows'}`
    case 'count':
      return `${bound} rows`
    case 'duplicates':
      return check.unit === 'percent' ? `${bound} repeated` : `${bound} repeated values of ${check.columns.join(', ')}`
    case 'reference':
      return `${bound} values that ${check.to} (${check.toColumns.join(', ')}) lacks`
    case 'sql':
      return bound
    default:
      return unreachable(check)
  }
}

/** The verdict of a check that could not be measured: not passed, and why. */
export const unmeasured = (check: Check, error: string): CheckVerdict => ({ ...said(check), passed: false, error })
