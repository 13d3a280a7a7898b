import type { CelInput } from '@bufbuild/cel'
import type {
  Column,
  Contract,
  Domain,
  LineageEdge,
  MeshState,
  Policy,
  Principal,
  Product,
  TableVersion,
} from '../mesh/index.ts'

/** A map in which every name has a value: what is absent is null. */
class Total extends Map<string, CelInput> {
  override get(key: string): CelInput {
    return super.get(key) ?? null
  }
}

/** Facts as a condition sees them: integers are CEL's ints, what is absent is null. */
export function fact(members: Readonly<Record<string, unknown>>): CelInput {
  return new Total(Object.entries(members).map(([name, value]) => [name, input(value)]))
}

export function input(value: unknown): CelInput {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value
  if (value instanceof Map) return value as ReadonlyMap<string, CelInput>
  if (Array.isArray(value)) return value.map(input)
  if (typeof value === 'object') return fact(value as Readonly<Record<string, unknown>>)
  return null
}

export const meshFact = (state: Pick<MeshState, 'settings'>): CelInput =>
  fact({ id: state.settings.id, environment: 'prod' })

export const policyFact = (policy: Policy): CelInput => fact({ id: policy.id, team: policy.team })

export const domainFact = (domain: Partial<Domain>): CelInput =>
  fact({ id: domain.id, title: domain.title, team: domain.team, parent: domain.parent, tags: domain.tags ?? [] })

export const productFact = (product: Partial<Product>): CelInput =>
  fact({
    id: product.id,
    name: product.name,
    kind: product.kind,
    status: product.status,
    version: product.version,
    tags: product.tags ?? [],
    description: product.description ?? {},
    owner: product.owner,
    support: product.support ?? [],
  })

/** `columns` are names, as in a request. */
export const tableFact = (version: TableVersion): CelInput =>
  fact({
    name: version.name,
    major: version.major,
    kind: 'table',
    tags: version.table.tags,
    columns: version.table.columns.map(column => column.name),
    rows: version.snapshots.at(-1)?.rows,
  })

/** `type` is the contract's logical type: it is what people write, and the same for every engine. */
export const columnFact = (column: Partial<Column>, path: string, defaultClass: string): CelInput =>
  fact({
    name: column.name,
    type: column.logicalType,
    class: column.class,
    effectiveClass: column.class ?? defaultClass,
    identifier: column.identifier,
    match: null,
    tags: column.tags ?? [],
    description: column.description,
    required: column.required ?? false,
    path,
  })

/** Attributes by their own names; what the platform says of a principal cannot be overridden by one. */
export const principalFact = (principal: Principal): CelInput =>
  fact({
    ...principal.attributes,
    id: principal.id,
    kind: principal.kind,
    teams: principal.teams,
    roles: [...new Set(Object.values(principal.roles).flat())].sort(),
    domains: Object.keys(principal.roles)
      .filter(domain => domain !== '')
      .sort(),
  })

export const contractFact = (contract: Contract): CelInput =>
  fact({
    id: contract.id,
    version: contract.version,
    status: contract.status,
    name: contract.name,
    description: contract.description,
    tags: contract.tags,
    serviceLevels: contract.serviceLevels,
    support: contract.support,
    terms: contract.terms,
  })

export const lineageFact = (edges: readonly LineageEdge[]): CelInput =>
  input(edges.map(edge => ({ from: edge.from, to: edge.to, how: edge.how })))
