import type { Comparison, Rule } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import { numberText } from './number-text.ts'
import type { QualityOperator } from './odcs-quality.ts'
import type { Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'

export interface QualityPlace {
  readonly path: Path
  readonly report: Reporter
  /** Dotted path of the column; absent for a rule of the table. */
  readonly column?: string
}

const operatorSigns = {
  mustBe: '=',
  mustNotBe: '<>',
  mustBeGreaterThan: '>',
  mustBeGreaterOrEqualTo: '>=',
  mustBeLessThan: '<',
  mustBeLessOrEqualTo: '<=',
} as const

/** Both ends of a range belong to it: the standard's text says so in one place and the opposite in another. */
export function comparisonOf(
  rule: Plain,
  operator: QualityOperator,
  { path, report }: QualityPlace,
): Comparison | undefined {
  const value = rule[operator]
  if (operator === 'mustBeBetween' || operator === 'mustNotBeBetween') {
    const [low, high] = [0, 1].map(i => numberText((value as readonly unknown[])[i], [...path, operator, i], report))
    if (low === undefined || high === undefined) return undefined
    if (Number(low) > Number(high)) {
      const message = `Nothing lies between ${low} and ${high}.`
      report.error('quality.range', [...path, operator], message, `Write [${high}, ${low}].`)
      return undefined
    }
    return { op: operator === 'mustBeBetween' ? 'between' : 'not-between', low, high }
  }
  const number = numberText(value, [...path, operator], report)
  if (number !== undefined && number.trim() !== '' && Number.isFinite(Number(number))) {
    return { op: operatorSigns[operator], value: number }
  }
  const message = `${operator} compares with a number.`
  report.error('quality.value', [...path, operator], message, `Write a number: ${operator}: 0`)
  return undefined
}

/** Reports a rule that compares with nothing; gives no rule. */
export function noOperator({ path, report }: QualityPlace): readonly Rule[] {
  const message = 'The quality rule has no operator, so that nothing can break it.'
  report.error('quality.operators', path, message, 'Add one: mustBe: 0')
  return []
}
