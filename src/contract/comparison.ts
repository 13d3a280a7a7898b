import type { Comparison } from '../mesh/index.ts'

/** The comparison as SQL, so that the engine compares exactly: a DECIMAL or a BIGINT is never rounded to a double. */
export function comparisonSql(measured: string, comparison: Comparison): string {
  switch (comparison.op) {
    case 'between':
      return `(${measured} between ${comparison.low} and ${comparison.high})`
    case 'not-between':
      return `(${measured} not between ${comparison.low} and ${comparison.high})`
    default:
      return `(${measured} ${comparison.op} ${comparison.value})`
  }
}

/** For people: `at most 3`, `between 10 and 20 percent`. */
export function comparisonText(comparison: Comparison, unit?: 'rows' | 'percent'): string {
  const suffix = unit === 'percent' ? ' percent' : ''
  switch (comparison.op) {
    case 'between':
      return `between ${comparison.low} and ${comparison.high}${suffix}`
    case 'not-between':
      return `not between ${comparison.low} and ${comparison.high}${suffix}`
    default:
      return `${words[comparison.op]} ${comparison.value}${suffix}`
  }
}

const words = {
  '=': 'exactly',
  '<>': 'anything but',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
}
