import type { Expectation, Rule } from '../mesh/index.ts'
import { libraryRules } from './library-rules.ts'
import { operatorsOf, type QualityOperator } from './odcs-quality.ts'
import { textOf, type Plain } from './plain.ts'
import { comparisonOf, noOperator, type QualityPlace } from './quality-comparison.ts'

/** One quality rule as expectations: one, or one for each operator where an old document has several. */
export function expectationsOf(rule: Plain, place: QualityPlace): readonly Expectation[] {
  const { path, report, column } = place
  if (Object.keys(rule).length === 0) {
    report.error('quality.empty', path, 'The quality rule is empty.', 'Write what must hold, or remove it.')
    return []
  }
  const operators = operatorsOf(rule)
  if (operators.length > 1) {
    const message = `The rule has ${operators.length} operators: all of them are checked.`
    report.warning('quality.operators', path, message, 'Write one rule for each.')
  }
  const said = sayings(rule, column)
  return rulesOf(rule, operators, place).map((executable, i): Expectation => ({
    ...said,
    id:
      operators.length > 1 && i > 0
        ? `${idOf(rule, executable, column)}.${operators[i]}`
        : idOf(rule, executable, column),
    rule: executable,
  }))
}

/** Ids tell results apart: a second rule with the same one gets a number. */
export function withUniqueIds(expectations: readonly Expectation[]): readonly Expectation[] {
  const used = new Set<string>()
  return expectations.map(expectation => {
    let { id } = expectation
    for (let n = 2; used.has(id); n++) id = `${expectation.id}-${n}`
    used.add(id)
    return { ...expectation, id }
  })
}

function sayings(rule: Plain, column: string | undefined): Omit<Expectation, 'id' | 'rule'> {
  const [description, dimension] = [textOf(rule.description), textOf(rule.dimension)]
  const severity = /^(warn|warning|info|information|low|minor|notice)$/i.test(textOf(rule.severity) ?? '')
  return {
    ...(description === undefined ? {} : { description }),
    ...(dimension === undefined ? {} : { dimension }),
    severity: severity ? 'warning' : 'error',
    ...(column === undefined ? {} : { column }),
  }
}

function idOf(rule: Plain, executable: Rule, column: string | undefined): string {
  const own = textOf(rule.id) ?? textOf(rule.name)
  if (own !== undefined) return own
  const what = executable.kind === 'library' ? executable.metric : executable.kind
  return column === undefined ? what : `${column}.${what}`
}

function rulesOf(rule: Plain, operators: readonly QualityOperator[], place: QualityPlace): readonly Rule[] {
  const comparisons = () => operators.flatMap(operator => comparisonOf(rule, operator, place) ?? [])
  switch (rule.type) {
    case 'text':
      return [{ kind: 'text' }]
    case 'custom':
      return [{ kind: 'custom', engine: textOf(rule.engine) ?? 'custom' }]
    case 'sql':
      if (operators.length === 0) return noOperator(place)
      return comparisons().map(comparison => ({
        kind: 'sql',
        query: placeholders(textOf(rule.query) ?? ''),
        comparison,
      }))
    default:
      return libraryRules(rule, operators, comparisons(), place)
  }
}

/** Rules written for other tools name the table and column in their own ways. */
const placeholders = (query: string): string =>
  query
    .replace(/\$?\{(object|table|model|schema)\}/g, () => '{object}')
    .replace(/\$?\{(property|column|field)\}/g, () => '{property}')
    .replace(/;\s*$/, '')
