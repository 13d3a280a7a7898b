import { emptyState, type Column, type MeshSettings, type PolicyTest, type Principal } from '../mesh/index.ts'
import type { Facts } from './compile-cel.ts'
import type { CompiledPolicy } from './compile-policy.ts'
import { columnFact, domainFact, fact, input, meshFact, productFact } from './facts.ts'
import type { Demanded } from './target.ts'

/** What a test of a policy gives, by the names that conditions know. */
export type Given = PolicyTest['given']

/** A table made of the facts that are given; filters are not bound to it. */
export function targetGiven(policy: CompiledPolicy, given: Given, settings: MeshSettings): Demanded {
  const column = columnGiven(given['column'])
  const domain = membersOf(given['domain'])
  const path = textOf(membersOf(given['column'])['path']) ?? column.name
  const table = { tags: [], columns: [], ...membersOf(given['table']) }
  return {
    version: { id: 'given.table', domain: textOf(domain['id']) ?? policy.policy.domain ?? 'given' },
    columns: [column],
    unbound: true,
    facts: {
      mesh: meshFact({ ...emptyState, settings }),
      domain: domainFact(domain),
      product: productFact(membersOf(given['product'])),
      table: fact(table),
    },
    flat: [
      {
        path,
        top: column.name,
        below: [],
        column,
        said: [{ column, fact: columnFact(column, path, settings.defaultClass) }],
      },
    ],
  }
}

export const rawFacts = (given: Given, names: readonly string[]): Facts =>
  Object.fromEntries(names.map(name => [name, input(given[name] ?? {})]))

export function principalGiven(given: unknown): Principal {
  const { id, kind, teams, roles, domains: _, ...attributes } = membersOf(given)
  return {
    id: textOf(id) ?? 'somebody',
    kind: (textOf(kind) ?? 'person') as Principal['kind'],
    teams: Array.isArray(teams) ? teams.map(String) : [],
    roles: membersOf(roles) as Principal['roles'],
    attributes: attributes as Principal['attributes'],
  }
}

/** Logical types of ODCS and the type of the engine that each is by default. */
const engineTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  array: 'VARCHAR[]',
  object: 'STRUCT',
}

function columnGiven(given: unknown): Column {
  const { name, type, ...rest } = membersOf(given)
  const logicalType = textOf(type) ?? 'string'
  const known: Partial<Column> = rest
  return {
    required: false,
    unique: false,
    tags: [],
    examples: [],
    options: {},
    ...known,
    name: textOf(name) ?? 'given',
    logicalType,
    type: Object.hasOwn(engineTypes, logicalType) ? engineTypes[logicalType]! : logicalType,
  }
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
