import type { Column, ContractTable, Input, Output, Product } from '../../../src/mesh/index.ts'

/** `name type` pairs with marks: `id BIGINT key`, `origin VARCHAR required`. */
export function columns(...texts: readonly string[]): readonly Column[] {
  let position = 0
  return texts.map(text => {
    const [name = '', ...rest] = text.split(' ')
    const marks: readonly string[] = rest.filter(word => ['key', 'required', 'unique'].includes(word))
    const type = rest.filter(word => !marks.includes(word)).join(' ')
    return {
      name,
      type,
      logicalType: 'string',
      required: marks.includes('required'),
      unique: marks.includes('unique'),
      ...(marks.includes('key') ? { keyPosition: ++position } : {}),
      tags: [],
      examples: [],
      options: {},
    }
  })
}

export const table = (
  name: string,
  of: readonly Column[],
  expectations: ContractTable['expectations'] = [],
): ContractTable => ({ name, tags: [], columns: of, expectations })

export function product(
  id: string,
  parts: {
    readonly tables: readonly ContractTable[]
    readonly inputs?: Readonly<Record<string, Input>>
    readonly outputs: Readonly<Record<string, Partial<Output> & { readonly sql: string }>>
    readonly version?: string
    readonly derived?: boolean
  },
): Product {
  const [domain = '', name = ''] = id.split('.')
  const version = parts.version ?? '1.0.0'
  const outputs = Object.entries(parts.outputs).map(([table, output]): [string, Output] => [
    table,
    { file: `${table}.sql`, mode: 'full', key: [], ...output },
  ])
  return {
    id,
    domain,
    name,
    title: name,
    kind: 'aggregate',
    version,
    status: 'active',
    description: {},
    tags: [],
    owner: 'team',
    support: [],
    ports: [
      {
        name: 'out',
        contract: {
          id,
          version,
          status: 'active',
          description: {},
          tables: parts.tables,
          serviceLevels: [],
          support: [],
          tags: [],
          terms: [],
        },
      },
    ],
    build: { inputs: parts.inputs ?? {}, outputs: Object.fromEntries(outputs), derived: parts.derived ?? false },
  }
}
