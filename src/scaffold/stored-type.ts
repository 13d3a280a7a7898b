import { quoteName, quoteText } from '../base/index.ts'
import { columnName } from './column-name.ts'
import type { TypeTree } from './nested-type.ts'

/** A type that a table can keep (Iceberg v2), with the contract's logical type for each leaf. */
export type StoredType =
  | { readonly kind: 'leaf'; readonly type: string; readonly logicalType: string }
  | { readonly kind: 'list'; readonly element: StoredType }
  | {
      readonly kind: 'struct'
      readonly fields: readonly { readonly source: string; readonly name: string; readonly type: StoredType }[]
    }

/** How a value of the source's type becomes one that can be kept; `sql` is the expression itself where it can be as it is. */
export interface Stored {
  readonly type: StoredType
  readonly sql: string
}

/** Values nested deeper, or of more fields, are kept as JSON: nobody would write a contract for them. */
const limits = { depthMax: 5, fieldsMax: 60 }

export function storedType(tree: TypeTree, sql: string): Stored {
  if (depthOf(tree) > limits.depthMax || fieldsOf(tree) > limits.fieldsMax) return asJson(sql)
  return stored(tree, sql, 1)
}

function stored(tree: TypeTree, sql: string, level: number): Stored {
  switch (tree.kind) {
    case 'leaf':
      return storedLeaf(tree.type, sql)
    case 'list': {
      const each = `e${level}`
      const element = stored(tree.element, each, level + 1)
      const changed = element.sql !== each
      return {
        type: { kind: 'list', element: element.type },
        sql: changed ? `list_transform(${sql}, lambda ${each}: ${element.sql})` : sql,
      }
    }
    case 'struct': {
      const taken = new Set<string>()
      const fields = tree.fields.map(({ name: source, type }, i) => {
        const from = `struct_extract(${sql}, ${quoteText(source)})`
        return {
          source,
          name: columnName(source, i, taken, type.kind === 'leaf' ? type.type : ''),
          from,
          ...stored(type, from, level),
        }
      })
      const changed = fields.some(field => field.sql !== field.from || field.name !== field.source)
      const packed = fields.map(field => `${quoteName(field.name)} := ${field.sql}`).join(', ')
      return {
        type: { kind: 'struct', fields: fields.map(({ source, name, type }) => ({ source, name, type })) },
        sql: changed ? `case when ${sql} is not null then struct_pack(${packed}) end` : sql,
      }
    }
  }
}

function storedLeaf(source: string, sql: string): Stored {
  const known = byType[source]
  if (known !== undefined) {
    const [type, logicalType] = known
    // A cast of ours would cut what a run refuses to lose; where nothing is finer than a microsecond the run casts by itself.
    if (source === 'TIMESTAMP_NS') return { type: { kind: 'leaf', type, logicalType }, sql }
    return { type: { kind: 'leaf', type, logicalType }, sql: type === source ? sql : `${sql}::${type}` }
  }
  if (source.startsWith('DECIMAL(')) return { type: { kind: 'leaf', type: source, logicalType: 'number' }, sql }
  // What has alternatives or names of its own keeps them.
  if (/^(MAP|UNION|STRUCT|VARIANT)\b/.test(source)) return asJson(sql)
  return { type: { kind: 'leaf', type: 'VARCHAR', logicalType: 'string' }, sql: `${sql}::VARCHAR` }
}

const asJson = (sql: string): Stored => ({
  type: { kind: 'leaf', type: 'JSON', logicalType: 'object' },
  sql: `to_json(${sql})`,
})

const depthOf = (tree: TypeTree): number =>
  tree.kind === 'leaf'
    ? 0
    : 1 + (tree.kind === 'list' ? depthOf(tree.element) : Math.max(0, ...tree.fields.map(field => depthOf(field.type))))

const fieldsOf = (tree: TypeTree): number =>
  tree.kind === 'leaf'
    ? 1
    : tree.kind === 'list'
      ? fieldsOf(tree.element)
      : tree.fields.reduce((sum, field) => sum + fieldsOf(field.type), 0)

/** Source type → the type that is kept, and its logical type. Every other type is kept as text. */
const byType: Readonly<Record<string, readonly [string, string]>> = {
  BOOLEAN: ['BOOLEAN', 'boolean'],
  TINYINT: ['INTEGER', 'integer'],
  SMALLINT: ['INTEGER', 'integer'],
  INTEGER: ['INTEGER', 'integer'],
  BIGINT: ['BIGINT', 'integer'],
  UTINYINT: ['INTEGER', 'integer'],
  USMALLINT: ['INTEGER', 'integer'],
  UINTEGER: ['BIGINT', 'integer'],
  UBIGINT: ['DECIMAL(20,0)', 'number'],
  HUGEINT: ['DECIMAL(38,0)', 'number'],
  UHUGEINT: ['DECIMAL(38,0)', 'number'],
  FLOAT: ['FLOAT', 'number'],
  DOUBLE: ['DOUBLE', 'number'],
  DATE: ['DATE', 'date'],
  TIME: ['TIME', 'time'],
  TIMESTAMP: ['TIMESTAMP', 'timestamp'],
  TIMESTAMP_S: ['TIMESTAMP', 'timestamp'],
  TIMESTAMP_MS: ['TIMESTAMP', 'timestamp'],
  TIMESTAMP_NS: ['TIMESTAMP', 'timestamp'],
  'TIMESTAMP WITH TIME ZONE': ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  UUID: ['UUID', 'string'],
  BLOB: ['BLOB', 'string'],
  JSON: ['JSON', 'object'],
  VARCHAR: ['VARCHAR', 'string'],
}

/** The type as DuckDB writes it. */
export function typeText(type: StoredType): string {
  switch (type.kind) {
    case 'leaf':
      return type.type
    case 'list':
      return `${typeText(type.element)}[]`
    case 'struct':
      return `STRUCT(${type.fields.map(field => `${field.name} ${typeText(field.type)}`).join(', ')})`
  }
}
