import {
  defaultInfrastructure,
  defaultSettings,
  emptyState,
  policyKey,
  principalOf,
  type Column,
  type Contract,
  type Domain,
  type Grant,
  type MeshSettings,
  type MeshState,
  type Policy,
  type Principal,
  type Product,
  type ProductState,
  type QueryRule,
  type TableState,
  type TableVersion,
} from '../../src/mesh/index.ts'
import { decideQuery, type QueryDecision } from '../../src/policy/index.ts'

/** Small meshes for tests: only what a test is about needs to be said. */
export const now = new Date('2026-11-24T12:00:00.000Z')

const logicalTypes: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  BIGINT: 'integer',
  INTEGER: 'integer',
  DOUBLE: 'number',
  'DECIMAL(12,2)': 'number',
  DATE: 'date',
  BOOLEAN: 'boolean',
}

export function column(name: string, type = 'VARCHAR', more: Partial<Column> = {}): Column {
  return {
    name,
    type,
    logicalType: logicalTypes[type] ?? 'object',
    required: false,
    unique: false,
    tags: [],
    examples: [],
    options: {},
    ...more,
  }
}

export const struct = (name: string, fields: readonly Column[], more: Partial<Column> = {}): Column =>
  column(name, `STRUCT(${fields.map(f => `"${f.name}" ${f.type}`).join(', ')})`, { fields, ...more })

export const domain = (
  id: string,
  team: string,
  members: Domain['members'] = [],
  more: Partial<Domain> = {},
): Domain => ({
  id,
  title: id,
  tags: [],
  team,
  members,
  notify: {},
  infrastructure: defaultInfrastructure,
  aliases: {},
  ...more,
})

export function contract(
  id: string,
  tables: readonly { readonly name: string; readonly columns: readonly Column[]; readonly tags?: readonly string[] }[],
  version = '1.0.0',
): Contract {
  return {
    id,
    version,
    status: 'active',
    description: { purpose: 'Tell.' },
    tables: tables.map(table => ({ tags: [], expectations: [], ...table })),
    serviceLevels: [],
    support: [],
    tags: [],
    terms: [],
  }
}

export function product(id: string, contracts: readonly Contract[], more: Partial<Product> = {}): Product {
  const [domain, name] = id.split('.') as [string, string]
  return {
    id,
    domain,
    name,
    title: name,
    kind: 'source-aligned',
    version: contracts.at(-1)?.version ?? '1.0.0',
    status: 'active',
    description: {},
    tags: [],
    owner: domain,
    support: [],
    ports: contracts.map(contract => ({ name: contract.id, contract })),
    build: { inputs: {}, outputs: {}, derived: true },
    ...more,
  }
}

export function policy(
  id: string,
  more: Partial<Policy> & { readonly query?: readonly Partial<QueryRule>[] } = {},
): Policy {
  const { query, ...rest } = more
  return {
    id,
    team: 'privacy-office',
    status: 'enforced',
    select: {},
    onPublish: [],
    onQuery: (query ?? []).map(rule => ({ except: [], ...rule })),
    onRequest: [],
    onFind: [],
    tests: [],
    file: `${id}.policy.yaml`,
    ...rest,
  }
}

export const grant = (id: string, who: string, table: string, purpose: string, more: Partial<Grant> = {}): Grant => ({
  id,
  request: `request-${id}`,
  who,
  table,
  major: 1,
  purpose,
  from: '2026-01-01T00:00:00.000Z',
  until: '2027-01-01T00:00:00.000Z',
  ...more,
})

export interface MeshText {
  readonly settings?: Partial<MeshSettings>
  readonly domains?: readonly Domain[]
  readonly products?: readonly Product[]
  readonly policies?: readonly Policy[]
  readonly grants?: readonly Grant[]
  readonly platformEngineers?: readonly string[]
}

export function mesh(text: MeshText): MeshState {
  const products = text.products ?? []
  return {
    ...emptyState,
    at: now.toISOString(),
    founded: true,
    policyVersion: 1,
    platformEngineers: text.platformEngineers ?? [],
    settings: { ...defaultSettings, ...text.settings },
    domains: new Map((text.domains ?? []).map(d => [d.id, d])),
    products: new Map(products.map(p => [p.id, released(p)])),
    tables: tablesOf(products),
    policies: new Map((text.policies ?? []).map(p => [policyKey(p), p])),
    grants: new Map((text.grants ?? []).map(g => [g.id, g])),
  }
}

const released = (product: Product): ProductState => ({
  product,
  bundle: 'bundle',
  lineage: [],
  releases: [
    { version: product.version, at: '2026-01-01T00:00:00.000Z', by: 'x', change: 'first', bundle: 'b', documents: 'd' },
  ],
})

function tablesOf(products: readonly Product[]): MeshState['tables'] {
  const tables = new Map<string, TableState>()
  for (const product of products)
    for (const { contract } of product.ports)
      for (const table of contract.tables) {
        const id = `${product.domain}.${table.name}`
        const major = Number.parseInt(contract.version, 10)
        const { domain } = product
        const version: TableVersion = {
          id,
          domain,
          name: table.name,
          product: product.id,
          major,
          table,
          contract,
          release: product.version,
          snapshots: [],
        }
        const before = tables.get(id.toLowerCase())
        const majors = new Map([...(before?.majors ?? []), [major, version]])
        tables.set(id.toLowerCase(), { id, domain, name: table.name, product: product.id, majors })
      }
  return tables
}

export function versionOf(state: MeshState, id: string, major?: number): TableVersion {
  const table = state.tables.get(id.toLowerCase())
  const version = major === undefined ? [...(table?.majors.values() ?? [])].at(-1) : table?.majors.get(major)
  if (version === undefined) throw new Error(`The mesh of this test has no table ${id}.`)
  return version
}

/** A decision for a person by id, or for a principal. */
export function decide(
  state: MeshState,
  who: string | Principal,
  tables: string | readonly string[],
  purpose?: string,
  more: { readonly door?: string; readonly now?: Date } = {},
): QueryDecision {
  const ids = typeof tables === 'string' ? [tables] : tables
  return decideQuery({
    state,
    principal: typeof who === 'string' ? principalOf(state, who) : who,
    door: more.door ?? 'http',
    now: more.now ?? now,
    tables: ids.map(id => {
      const version = versionOf(state, id)
      return { version, columns: version.table.columns }
    }),
    ...(purpose === undefined ? {} : { purpose }),
  })
}

export const agentFor = (state: MeshState, agent: string, person: string): Principal => ({
  ...principalOf(state, agent),
  onBehalfOf: principalOf(state, person),
})

/** What is seen of the only table of an allowed decision: column → mask, `shown` or, where nested, its masks. */
export function seen(decision: QueryDecision): Readonly<Record<string, string>> {
  if (decision.verdict === 'deny') throw new Error(`Denied: ${decision.error.code}: ${decision.error.message}`)
  return Object.fromEntries(
    decision.tables[0]!.columns.map(c => [
      c.name,
      c.mask ?? (c.nested.length === 0 ? 'shown' : c.nested.map(n => `${n.path.join('.')} ${n.mask}`).join(', ')),
    ]),
  )
}

export const codeOf = (decision: QueryDecision): string => (decision.verdict === 'deny' ? decision.error.code : 'allow')
