import type { OdcsLevel } from './odcs-level.ts'
import {
  any,
  list,
  needed,
  number,
  object,
  oneOf,
  text,
  texts,
  type Also,
  type Fields,
  type Plain,
  type Shape,
} from './shape.ts'

const pair: Shape = { kind: 'list', of: () => number, min: 2, max: 2, unique: true }

/** Every operator of a quality rule with what it takes. */
export const qualityOperators = {
  mustBe: any,
  mustNotBe: any,
  mustBeGreaterThan: number,
  mustBeGreaterOrEqualTo: number,
  mustBeLessThan: number,
  mustBeLessOrEqualTo: number,
  mustBeBetween: pair,
  mustNotBeBetween: pair,
} as const satisfies Fields

export type QualityOperator = keyof typeof qualityOperators

export const operatorsOf = (rule: Plain): readonly QualityOperator[] =>
  (Object.keys(qualityOperators) as QualityOperator[]).filter(operator => Object.hasOwn(rule, operator))

export const qualityDimensions = [
  'accuracy',
  'completeness',
  'conformity',
  'consistency',
  'coverage',
  'timeliness',
  'uniqueness',
] as const

const metrics = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'] as const

const implementation: Shape = { kind: 'either', text, object: object({}, { open: true }) }
const custom: Fields = { engine: needed(text), implementation: needed(implementation) }

/** A list of quality rules. Version 3.0 leaves them open and names library rules by `rule`; later ones are closed. */
export function qualityRules(
  level: OdcsLevel,
  open: boolean,
  common: { readonly id: Fields; readonly definitions: Fields },
): Shape {
  const base: Fields = {
    ...common.id,
    ...common.definitions,
    businessImpact: text,
    description: text,
    dimension: oneOf(...qualityDimensions),
    method: text,
    name: text,
    schedule: text,
    scheduler: text,
    severity: text,
    tags: texts,
    type: oneOf('text', 'library', 'sql', 'custom'),
    unit: text,
  }
  return list(level < 3.1 ? oldRule(base, open) : closedRule(base))
}

function oldRule(base: Fields, open: boolean): Shape {
  const library: Fields = { ...base, rule: needed(text), ...qualityOperators }
  const sql: Fields = { ...base, query: needed(text) }
  const byType: Readonly<Record<string, Fields>> = { library, sql, custom: { ...base, ...custom }, text: base }
  return object(
    rule => (typeof rule.type === 'string' ? (byType[rule.type] ?? base) : library),
    open ? { open: true } : {},
  )
}

function closedRule(base: Fields): Shape {
  const library: Fields = {
    ...base,
    metric: needed(oneOf(...metrics)),
    rule: text,
    arguments: object({}, { open: true }),
    ...qualityOperators,
  }
  const sql: Fields = { ...base, query: needed(text), ...qualityOperators }
  const isLibrary = (rule: Plain) => rule.type === 'library' || Object.hasOwn(rule, 'metric')
  return object(
    rule => {
      if (isLibrary(rule)) return rule.type === 'sql' ? { ...library, ...sql } : library
      if (rule.type === 'sql') return sql
      return rule.type === 'custom' ? { ...base, ...custom } : base
    },
    {
      also: (rule, path, found) =>
        isLibrary(rule) || rule.type === 'sql' ? oneOperator(rule, path, found) : undefined,
    },
  )
}

/** Exactly one: with several, tools disagree on whether all hold or the first one does. */
const oneOperator: Also = (rule, path, found) => {
  const operators = operatorsOf(rule)
  if (operators.length === 1) return
  const message =
    operators.length === 0
      ? 'The quality rule has no operator, so that nothing can break it.'
      : `The quality rule has ${operators.length} operators: ${operators.join(', ')}.`
  const fix = operators.length === 0 ? 'Add one: mustBe: 0' : 'Keep one, or write one rule for each.'
  found({ code: 'quality.operators', path, message, fix })
}
