import { parseDuckType, type DuckType } from './duckdb-type.ts'
import type { IcebergField, IcebergType } from './iceberg-type.ts'

/**
 * The Iceberg v2 type that holds every value of a DuckDB type unchanged; undefined where there is none, so that the
 * column must be cast first (HUGEINT, unsigned, enum, interval, `TIMESTAMP_NS`, fixed-length arrays …). Ids of nested parts come
 * from `nextId`.
 */
export function icebergTypeOf(duckdbType: string, nextId: () => number = counter()): IcebergType | undefined {
  return convert(parseDuckType(duckdbType), nextId)
}

/** Why a DuckDB type has no Iceberg form, and the cast that helps: for messages. */
export function castAdvice(duckdbType: string): string {
  const name = duckdbType.toUpperCase()
  if (/^(U?HUGEINT|BIGNUM)/.test(name)) return 'cast it to DECIMAL(38, 0) or BIGINT'
  if (name.startsWith('UBIGINT')) return 'cast it to DECIMAL(20, 0)'
  if (name.startsWith('UINTEGER')) return 'cast it to BIGINT'
  if (/^(UTINYINT|USMALLINT)/.test(name)) return 'cast it to INTEGER'
  if (name.startsWith('TIMESTAMP_')) return 'cast it to TIMESTAMP'
  if (/\[\d+\]$/.test(name)) return 'cast it to a list'
  return 'cast it to VARCHAR'
}

function convert(type: DuckType, nextId: () => number): IcebergType | undefined {
  switch (type.kind) {
    case 'scalar':
      return primitive(type.name)
    case 'list': {
      const elementId = nextId()
      const element = convert(type.element, nextId)
      return element && { type: 'list', 'element-id': elementId, element, 'element-required': false }
    }
    case 'map': {
      const [keyId, valueId] = [nextId(), nextId()]
      const [key, value] = [convert(type.key, nextId), convert(type.value, nextId)]
      if (key === undefined || value === undefined) return undefined
      return { type: 'map', 'key-id': keyId, key, 'value-id': valueId, value, 'value-required': false }
    }
    case 'struct':
      return struct(type.fields, nextId)
    case 'other':
      return undefined
  }
}

function struct(parts: readonly { name: string; type: DuckType }[], nextId: () => number): IcebergType | undefined {
  const ids = parts.map(nextId)
  const fields: IcebergField[] = []
  for (const [i, part] of parts.entries()) {
    const type = convert(part.type, nextId)
    if (type === undefined) return undefined
    fields.push({ id: ids[i]!, name: part.name, required: false, type })
  }
  return { type: 'struct', fields }
}

const primitives: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'int',
  SMALLINT: 'int',
  INTEGER: 'int',
  BIGINT: 'long',
  FLOAT: 'float',
  DOUBLE: 'double',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  VARCHAR: 'string',
  UUID: 'uuid',
  BLOB: 'binary',
}

/** Other names that people write; DESCRIBE prints the ones above. */
const synonyms: Readonly<Record<string, string>> = {
  BOOL: 'BOOLEAN',
  INT: 'INTEGER',
  REAL: 'FLOAT',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
  TEXT: 'VARCHAR',
  STRING: 'VARCHAR',
  BYTEA: 'BLOB',
  DECIMAL: 'DECIMAL(18,3)',
}

function primitive(name: string): string | undefined {
  const known = synonyms[name] ?? name
  if (Object.hasOwn(primitives, known)) return primitives[known]
  const decimal = /^(?:DECIMAL|NUMERIC)\((\d+)(?:,(\d+))?\)$/.exec(known)
  return decimal === null ? undefined : `decimal(${decimal[1]},${decimal[2] ?? '0'})`
}

function counter(): () => number {
  let last = 0
  return () => ++last
}
