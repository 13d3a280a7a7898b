import { quoteName, quoteText } from '../../../base/index.ts'
import { duckdb, ownedText, type Pointer } from './library.ts'

/** A type of the engine: what its values look like in memory, and the engine's own name of it. */
export type DuckType = { readonly name: string } & (
  | { readonly kind: ScalarKind }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'enum'; readonly indexBytes: 1 | 2 | 4 }
  | { readonly kind: 'list'; readonly item: DuckType }
  | { readonly kind: 'array'; readonly item: DuckType; readonly size: number }
  | { readonly kind: 'map'; readonly key: DuckType; readonly value: DuckType }
  | { readonly kind: 'struct'; readonly fields: readonly Field[]; readonly unnamed: boolean }
  | { readonly kind: 'union'; readonly fields: readonly Field[] }
)

export interface Field {
  readonly name: string
  readonly type: DuckType
}

export type ScalarKind = (typeof scalars)[number]['kind'] | 'null'

/** By the numbers of the C interface (`DUCKDB_TYPE`). */
const scalars = [
  { id: 1, kind: 'boolean', name: 'BOOLEAN' },
  { id: 2, kind: 'int8', name: 'TINYINT' },
  { id: 3, kind: 'int16', name: 'SMALLINT' },
  { id: 4, kind: 'int32', name: 'INTEGER' },
  { id: 5, kind: 'int64', name: 'BIGINT' },
  { id: 6, kind: 'uint8', name: 'UTINYINT' },
  { id: 7, kind: 'uint16', name: 'USMALLINT' },
  { id: 8, kind: 'uint32', name: 'UINTEGER' },
  { id: 9, kind: 'uint64', name: 'UBIGINT' },
  { id: 10, kind: 'float', name: 'FLOAT' },
  { id: 11, kind: 'double', name: 'DOUBLE' },
  { id: 12, kind: 'timestamp', name: 'TIMESTAMP' },
  { id: 13, kind: 'date', name: 'DATE' },
  { id: 14, kind: 'time', name: 'TIME' },
  { id: 15, kind: 'interval', name: 'INTERVAL' },
  { id: 16, kind: 'int128', name: 'HUGEINT' },
  { id: 17, kind: 'text', name: 'VARCHAR' },
  { id: 18, kind: 'blob', name: 'BLOB' },
  { id: 20, kind: 'timestamp-s', name: 'TIMESTAMP_S' },
  { id: 21, kind: 'timestamp-ms', name: 'TIMESTAMP_MS' },
  { id: 22, kind: 'timestamp-ns', name: 'TIMESTAMP_NS' },
  { id: 27, kind: 'uuid', name: 'UUID' },
  { id: 29, kind: 'bit', name: 'BIT' },
  { id: 30, kind: 'time-tz', name: 'TIME WITH TIME ZONE' },
  { id: 31, kind: 'timestamp-tz', name: 'TIMESTAMP WITH TIME ZONE' },
  { id: 32, kind: 'uint128', name: 'UHUGEINT' },
  { id: 35, kind: 'bignum', name: 'BIGNUM' },
  { id: 39, kind: 'time-ns', name: 'TIME_NS' },
] as const

const scalarById: ReadonlyMap<number, { readonly kind: ScalarKind; readonly name: string }> = new Map(
  scalars.map(s => [s.id, s]),
)
const indexBytes: Partial<Record<number, 1 | 2 | 4>> = { 6: 1, 7: 2, 8: 4 }
const nested = { decimal: 19, enum: 23, list: 24, struct: 25, map: 26, union: 28, array: 33, null: 36 }

/** Reads a type and gives its handle back to the engine. `quote` says how the engine writes a field's name. */
export function duckTypeOf(handle: Pointer, quote: QuoteField): DuckType {
  try {
    const type = read(handle, quote)
    const alias = duckdb.typeAlias(handle)
    return alias ? { ...type, name: ownedText(alias) } : type
  } finally {
    duckdb.destroyType([handle])
  }
}

export type QuoteField = (name: string) => string

function read(handle: Pointer, quote: QuoteField): DuckType {
  const id = duckdb.typeId(handle)
  const scalar = scalarById.get(id)
  if (scalar) return { kind: scalar.kind, name: scalar.name }
  const child = (at: Pointer) => duckTypeOf(at, quote)
  switch (id) {
    case nested.decimal: {
      const scale = duckdb.decimalScale(handle)
      return { kind: 'decimal', scale, name: `DECIMAL(${duckdb.decimalWidth(handle)},${scale})` }
    }
    case nested.enum:
      return {
        kind: 'enum',
        indexBytes: indexBytes[duckdb.enumIndexType(handle)] ?? 4,
        name: `ENUM(${enumValues(handle).map(quoteText).join(', ')})`,
      }
    case nested.list: {
      const item = child(duckdb.listChild(handle))
      return { kind: 'list', item, name: `${item.name}[]` }
    }
    case nested.array: {
      const item = child(duckdb.arrayChild(handle))
      const size = duckdb.arraySize(handle)
      return { kind: 'array', item, size, name: `${item.name}[${size}]` }
    }
    case nested.map: {
      const [key, value] = [child(duckdb.mapKey(handle)), child(duckdb.mapValue(handle))]
      return { kind: 'map', key, value, name: `MAP(${key.name}, ${value.name})` }
    }
    case nested.struct: {
      const fields = range(duckdb.structCount(handle)).map(i => ({
        name: ownedText(duckdb.structName(handle, i)),
        type: child(duckdb.structChild(handle, i)),
      }))
      const unnamed = fields.length > 0 && fields.every(f => f.name === '')
      const inner = fields.map(f => (unnamed ? f.type.name : `${quote(f.name)} ${f.type.name}`))
      return { kind: 'struct', fields, unnamed, name: `STRUCT(${inner.join(', ')})` }
    }
    case nested.union: {
      const fields = range(duckdb.unionCount(handle)).map(i => ({
        name: ownedText(duckdb.unionName(handle, i)),
        type: child(duckdb.unionChild(handle, i)),
      }))
      return { kind: 'union', fields, name: `UNION(${fields.map(f => `${quote(f.name)} ${f.type.name}`).join(', ')})` }
    }
    case nested.null:
      return { kind: 'null', name: '"NULL"' }
    default:
      throw new UnknownType(id)
  }
}

/** A type that has no form outside the engine, such as VARIANT. */
export class UnknownType extends Error {
  constructor(id: number) {
    super(
      id === 0
        ? 'The type of a result column is unknown before the statement runs.'
        : 'Values of this type cannot leave the engine. Cast them to VARCHAR or JSON.',
    )
    this.name = 'UnknownType'
  }
}

const enumValues = (handle: Pointer): string[] =>
  range(duckdb.enumSize(handle)).map(i => ownedText(duckdb.enumValue(handle, i)))

const range = (n: number | bigint): number[] => Array.from({ length: Number(n) }, (_, i) => i)

/** Fields are quoted as the engine does: keywords and whatever is no plain name. */
export function quoteFieldWith(keywords: ReadonlySet<string>): QuoteField {
  return name => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name.toLowerCase()) ? name : quoteName(name))
}
