import {
  defaultInfrastructure,
  defaultSettings,
  type Column,
  type ContractTable,
  type Domain,
  type DomainRole,
  type Input,
  type MeshSettings,
  type Policy,
  type Product,
} from '../../src/mesh/index.ts'

/** The nouns of tests, with everything that a case does not care about filled in. */
export const column = (name: string, change: Partial<Column> = {}): Column => ({
  name,
  type: 'BIGINT',
  logicalType: 'integer',
  required: false,
  unique: false,
  tags: [],
  examples: [],
  options: {},
  ...change,
})

export const table = (name: string, ...columns: readonly (string | Column)[]): ContractTable => ({
  name,
  tags: [],
  columns: columns.map(c => (typeof c === 'string' ? column(c) : c)),
  expectations: [],
})

export interface ProductSketch {
  readonly version?: string
  /** The product's unless said. */
  readonly contractVersion?: string
  readonly tables?: readonly ContractTable[]
  /** Names of tables, or whole inputs. */
  readonly reads?: readonly (string | Input)[]
  readonly sql?: string
  readonly contractId?: string
}

/** `domain.name` with one table of its name unless said. */
export function product(id: string, sketch: ProductSketch = {}): Product {
  const [domain = '', name = ''] = id.split('.')
  const { version = '1.0.0', tables = [table(name, 'id', 'amount')], reads = [], sql = 'select 1' } = sketch
  const inputs = reads.map((read): [string, Input] => {
    const input: Input = typeof read === 'string' ? { kind: 'table', table: read } : read
    return [input.kind === 'table' ? input.table : 'raw', input]
  })
  return {
    id,
    domain,
    name,
    title: name,
    kind: 'source-aligned',
    version,
    status: 'active',
    description: {},
    tags: [],
    owner: domain,
    support: [],
    ports: [
      {
        name: 'main',
        contract: {
          id: sketch.contractId ?? id,
          version: sketch.contractVersion ?? version,
          status: 'active',
          description: {},
          tables,
          serviceLevels: [],
          support: [],
          tags: [],
          terms: [],
        },
      },
    ],
    build: {
      inputs: Object.fromEntries(inputs),
      outputs: Object.fromEntries(tables.map(t => [t.name, { sql, file: `${t.name}.sql`, mode: 'full', key: [] }])),
      derived: false,
    },
  }
}

/** `{omar: ['product-owner']}` */
export const domain = (id: string, members: Readonly<Record<string, readonly DomainRole[]>> = {}): Domain => ({
  id,
  title: id,
  tags: [],
  team: `${id}-team`,
  members: Object.entries(members).map(([person, roles]) => ({ person, roles })),
  notify: {},
  infrastructure: defaultInfrastructure,
  aliases: {},
})

export const settings = (change: Partial<MeshSettings> = {}): MeshSettings => ({
  ...defaultSettings,
  purposes: { planning: { is: 'Plan the network', days: 180 }, marketing: { is: 'Offer things' } },
  ...change,
})

export const policy = (id: string, change: Partial<Policy> = {}): Policy => ({
  id,
  team: change.domain === undefined ? 'federation' : `${change.domain}-team`,
  status: 'enforced',
  select: {},
  onPublish: [],
  onQuery: [],
  onRequest: [],
  onFind: [],
  tests: [],
  file: `${id}.policy.yaml`,
  ...change,
})

/** Everybody may read it without access. */
export const open = (domainId: string, tables: string): Policy =>
  policy('open', {
    domain: domainId,
    team: `${domainId}-team`,
    select: { tables },
    onQuery: [{ open: true, except: [] }],
  })
