import type { Comparison, Expectation, Rule } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import { numberText } from './number-text.ts'
import { operatorsOf, type QualityOperator } from './odcs-quality.ts'
import { mapsOf, textOf, textsOf, type Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { checkPattern } from './value-options.ts'

export interface QualityPlace {
  readonly path: Path
  readonly report: Reporter
  /** Dotted path of the column; absent for a rule of the table. */
  readonly column?: string
}

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

function libraryRules(
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

function noOperator({ path, report }: QualityPlace): readonly Rule[] {
  const message = 'The quality rule has no operator, so that nothing can break it.'
  report.error('quality.operators', path, message, 'Add one: mustBe: 0')
  return []
}

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

const operatorSigns = {
  mustBe: '=',
  mustNotBe: '<>',
  mustBeGreaterThan: '>',
  mustBeGreaterOrEqualTo: '>=',
  mustBeLessThan: '<',
  mustBeLessOrEqualTo: '<=',
} as const

/** Both ends of a range belong to it: the standard's text says so in one place and the opposite in another. */
function comparisonOf(rule: Plain, operator: QualityOperator, { path, report }: QualityPlace): Comparison | undefined {
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

/** Rules written for other tools name the table and column in their own ways. */
const placeholders = (query: string): string =>
  query
    .replace(/\$?\{(object|table|model|schema)\}/g, () => '{object}')
    .replace(/\$?\{(property|column|field)\}/g, () => '{property}')
    .replace(/;\s*$/, '')
