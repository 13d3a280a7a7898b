import type { Comparison, Rule } from '../mesh/index.ts'
import { numberText } from './number-text.ts'
import type { QualityOperator } from './odcs-quality.ts'
import { mapsOf, textOf, textsOf, type Plain } from './plain.ts'
import { noOperator, type QualityPlace } from './quality-comparison.ts'
import { checkPattern } from './value-options.ts'

/** A rule of the standard's library, of 3.1 by `metric` or of 3.0 by `rule`. */
export function libraryRules(
  rule: Plain,
  operators: readonly QualityOperator[],
  comparisons: readonly Comparison[],
  place: QualityPlace,
): readonly Rule[] {
  const { path, report } = place
  const name = textOf(rule.metric) ?? textOf(rule.rule)
  if (name === undefined) return [{ kind: 'text' }]
  const known = metrics[name]
  if (known === undefined) {
    const message = `The library rule ${JSON.stringify(name)} is not known: it is shown, and never checked.`
    report.warning(
      'quality.metric-unknown',
      path,
      message,
      `Known here: ${Object.keys(metrics).slice(0, 5).join(', ')}.`,
    )
    return [{ kind: 'custom', engine: name }]
  }
  checkLevel(known.metric, place, rule)
  const bounds = operators.length === 0 && known.meansNone ? [none] : comparisons
  if (operators.length === 0 && !known.meansNone) return noOperator(place)
  const unit = rule.unit === 'percent' ? 'percent' : 'rows'
  if (rule.unit !== undefined && rule.unit !== 'percent' && rule.unit !== 'rows') {
    const message = `The unit is ${JSON.stringify(rule.unit)}, but it can be rows or percent.`
    report.error('quality.unit', [...path, 'unit'], message, 'Write unit: rows, or leave it out.')
  }
  const given = libraryArguments(rule, place)
  return bounds.map(comparison => ({ kind: 'library', metric: known.metric, unit, comparison, arguments: given }))
}

type LibraryRule = Rule & { readonly kind: 'library' }

/** Metrics of 3.1, and the rules of 3.0 that mean them; some of those forbid by themselves. */
const metrics: Readonly<Record<string, { readonly metric: LibraryRule['metric']; readonly meansNone: boolean }>> = {
  nullValues: { metric: 'nullValues', meansNone: false },
  missingValues: { metric: 'missingValues', meansNone: false },
  invalidValues: { metric: 'invalidValues', meansNone: false },
  duplicateValues: { metric: 'duplicateValues', meansNone: false },
  rowCount: { metric: 'rowCount', meansNone: false },
  nullCheck: { metric: 'nullValues', meansNone: true },
  uniqueCheck: { metric: 'duplicateValues', meansNone: true },
  duplicateCount: { metric: 'duplicateValues', meansNone: false },
  validValues: { metric: 'invalidValues', meansNone: true },
}

const none: Comparison = { op: '=', value: '0' }

function checkLevel(metric: LibraryRule['metric'], { path, report, column }: QualityPlace, rule: Plain): void {
  if (column !== undefined && metric === 'rowCount') {
    const message = 'rowCount is a metric of a table, but the rule stands at a column.'
    report.error('quality.level', path, message, 'Move the rule to the quality of the table.')
  }
  if (column !== undefined || metric === 'rowCount') return
  if (metric === 'duplicateValues' && textsOf(mapsOf(rule.arguments).properties).length > 0) return
  const message = `${metric} is a metric of a column, but the rule stands at a table.`
  const fix =
    metric === 'duplicateValues'
      ? 'Name the columns: arguments: {properties: [a, b]}'
      : 'Move the rule to the quality of the column.'
  report.error('quality.level', path, message, fix)
}

function libraryArguments(rule: Plain, place: QualityPlace): LibraryRule['arguments'] {
  const given = mapsOf(rule.arguments)
  const at = [...place.path, 'arguments']
  const values = (value: unknown) => (Array.isArray(value) ? (value as (string | number | boolean)[]) : undefined)
  const number = (key: string) => numberText(given[key], [...at, key], place.report)
  const whole = (key: string) => (typeof given[key] === 'number' ? { [key]: given[key] } : {})
  const validValues = values(given.validValues) ?? values(rule.validValues)
  const missingValues = values(given.missingValues)
  const pattern = textOf(given.pattern)
  const [minimum, maximum] = [number('minimum'), number('maximum')]
  return {
    ...(validValues === undefined ? {} : { validValues }),
    ...(missingValues === undefined ? {} : { missingValues }),
    ...(pattern !== undefined && checkPattern(pattern, [...at, 'pattern'], place.report) ? { pattern } : {}),
    ...(given.properties === undefined ? {} : { properties: textsOf(given.properties) }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...whole('minLength'),
    ...whole('maxLength'),
  }
}
