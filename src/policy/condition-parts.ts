import type { Condition, Value } from './condition.ts'

/** The same condition with every value replaced, from the leaves up. In the list of an IN, one may become several. */
export function mapValues(condition: Condition, change: (value: Value) => readonly Value[]): Condition {
  const one = (value: Value): Value => mapValue(value, change)
  switch (condition.kind) {
    case 'always':
    case 'never':
      return condition
    case 'and':
    case 'or':
      return { ...condition, parts: condition.parts.map(part => mapValues(part, change)) }
    case 'not':
      return { ...condition, part: mapValues(condition.part, change) }
    case 'compare':
      return { ...condition, left: one(condition.left), right: one(condition.right) }
    case 'between':
      return { ...condition, value: one(condition.value), low: one(condition.low), high: one(condition.high) }
    case 'in':
      return { ...condition, value: one(condition.value), list: condition.list.flatMap(v => spread(v, change)) }
    case 'like':
    case 'is-null':
    case 'true':
      return { ...condition, value: one(condition.value) }
    case 'exists':
      return { ...condition, where: mapValues(condition.where, change) }
  }
}

function spread(value: Value, change: (value: Value) => readonly Value[]): readonly Value[] {
  return value.kind === 'attribute' ? change(value) : [mapValue(value, change)]
}

function mapValue(value: Value, change: (value: Value) => readonly Value[]): Value {
  if (value.kind === 'arithmetic')
    return { ...value, left: mapValue(value.left, change), right: mapValue(value.right, change) }
  if (value.kind === 'call') return { ...value, arguments: value.arguments.map(v => mapValue(v, change)) }
  const [only, ...more] = change(value)
  // A list stands only in IN; anywhere else it is as if it were missing.
  return only !== undefined && more.length === 0 ? only : { kind: 'null' }
}

/** Every value of a condition with those inside it, and whether it stands inside an entitlement's WHERE. */
export function valuesOf(
  condition: Condition,
  exists?: Condition & { kind: 'exists' },
): readonly { readonly value: Value; readonly exists?: Condition & { kind: 'exists' } }[] {
  const all = (...values: readonly Value[]) =>
    values.flatMap(deep).map(value => (exists === undefined ? { value } : { value, exists }))
  switch (condition.kind) {
    case 'always':
    case 'never':
      return []
    case 'and':
    case 'or':
      return condition.parts.flatMap(part => valuesOf(part, exists))
    case 'not':
      return valuesOf(condition.part, exists)
    case 'compare':
      return all(condition.left, condition.right)
    case 'between':
      return all(condition.value, condition.low, condition.high)
    case 'in':
      return all(condition.value, ...condition.list)
    case 'like':
    case 'is-null':
    case 'true':
      return all(condition.value)
    case 'exists':
      return valuesOf(condition.where, condition)
  }
}

function deep(value: Value): readonly Value[] {
  if (value.kind === 'arithmetic') return [value, ...deep(value.left), ...deep(value.right)]
  if (value.kind === 'call') return [value, ...value.arguments.flatMap(deep)]
  return [value]
}

/** The entitlement tables that a condition looks up. */
export function entitlementsOf(condition: Condition): readonly (Condition & { kind: 'exists' })[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(entitlementsOf)
    case 'not':
      return entitlementsOf(condition.part)
    case 'exists':
      return [condition]
    default:
      return []
  }
}
