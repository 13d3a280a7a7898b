import { unreachable } from '../base/index.ts'
import type { Comparison, Expectation } from '../mesh/index.ts'

/** What a check of a contract holds a table to, for whoever reads of it: its own description, else what it compares. */
export function checkText({ description, column, rule }: Expectation): string {
  if (description !== undefined && description !== '') return description
  const of = column ?? 'the table'
  switch (rule.kind) {
    case 'library':
      return `${of}: ${measured[rule.metric]} ${comparisonText(rule.comparison)}${rule.unit === 'percent' ? ' percent' : ''}`
    case 'sql':
      return `${of}: a query of its contract gives ${comparisonText(rule.comparison)}`
    case 'reference':
      return `${rule.columns.join(', ')} ${rule.columns.length === 1 ? 'is' : 'are'} found in ${rule.table} (${rule.toColumns.join(', ')})`
    case 'text':
      return `${of}: as the contract says in words`
    case 'custom':
      return `${of}: checked by ${rule.engine}`
    default:
      return unreachable(rule)
  }
}

const measured = {
  nullValues: 'empty values',
  missingValues: 'missing values',
  invalidValues: 'values that are not valid',
  duplicateValues: 'values that repeat',
  rowCount: 'rows',
} as const

function comparisonText(comparison: Comparison): string {
  switch (comparison.op) {
    case 'between':
      return `from ${comparison.low} to ${comparison.high}`
    case 'not-between':
      return `not from ${comparison.low} to ${comparison.high}`
    default:
      return `${comparison.op} ${comparison.value}`
  }
}
