import type { Principal } from '../mesh/index.ts'
import type { Condition, Value } from './condition.ts'
import { mapValues, valuesOf } from './condition-parts.ts'

type Fact = string | number | boolean | readonly string[]

/**
 * The condition with the principal's attributes as values. One that the principal lacks, or that is a list where one
 * value is needed, makes the whole condition true for no row: `<>` and NOT must not turn ignorance into access.
 */
export function bindCondition(condition: Condition, principal: Principal): Condition {
  const lists = inLists(condition)
  for (const { value } of valuesOf(condition)) {
    if (value.kind !== 'attribute') continue
    const fact = factOf(principal, value.name)
    if (fact === undefined || (typeof fact === 'object' && (fact.length === 0 || !lists.has(value))))
      return { kind: 'never' }
  }
  return mapValues(condition, value => (value.kind === 'attribute' ? literals(factOf(principal, value.name)) : [value]))
}

/** Attributes that stand by themselves in the list of an IN, where a list is welcome. */
function inLists(condition: Condition): ReadonlySet<Value> {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return new Set(condition.parts.flatMap(part => [...inLists(part)]))
    case 'not':
      return inLists(condition.part)
    case 'exists':
      return inLists(condition.where)
    case 'in':
      return new Set(condition.list.filter(value => value.kind === 'attribute'))
    default:
      return new Set()
  }
}

/** What is known of an agent's person is known of the agent, unless it has a fact of its own by that name. */
function factOf(principal: Principal, name: string): Fact | undefined {
  if (name === 'id' || name === 'kind') return principal[name]
  if (name === 'teams') return principal.teams
  if (name === 'domains') return Object.keys(principal.roles).filter(domain => domain !== '')
  if (Object.hasOwn(principal.attributes, name)) return usable(principal.attributes[name])
  return principal.onBehalfOf === undefined ? undefined : factOf(principal.onBehalfOf, name)
}

const usable = (fact: Fact | undefined): Fact | undefined =>
  typeof fact === 'number' && !Number.isFinite(fact) ? undefined : fact

function literals(fact: Fact | undefined): readonly Value[] {
  if (fact === undefined) return []
  if (typeof fact === 'string') return [{ kind: 'text', text: fact }]
  if (typeof fact === 'number') return [{ kind: 'number', text: plainNumber(fact) }]
  if (typeof fact === 'boolean') return [{ kind: 'boolean', value: fact }]
  return fact.map(text => ({ kind: 'text', text }))
}

/** JavaScript writes 1e21 as `1e+21`, which every engine reads as a number too. */
const plainNumber = (fact: number): string => String(fact)
