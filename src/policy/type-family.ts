/** What a type is to masks, conditions and literals; the type is spelled as DuckDB spells it. */
export type TypeFamily =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  /** Without a zone. */
  | 'timestamp'
  | 'timestamptz'
  | 'uuid'
  | 'binary'
  | 'json'
  | 'list'
  | 'array'
  | 'map'
  | 'struct'
  | 'other'

const plain: Readonly<Record<string, TypeFamily>> = {
  VARCHAR: 'text',
  TEXT: 'text',
  STRING: 'text',
  CHAR: 'text',
  BPCHAR: 'text',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  INT: 'integer',
  BIGINT: 'integer',
  HUGEINT: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'integer',
  UBIGINT: 'integer',
  UHUGEINT: 'integer',
  DECIMAL: 'decimal',
  NUMERIC: 'decimal',
  FLOAT: 'float',
  REAL: 'float',
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  BOOL: 'boolean',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  TIMESTAMPTZ: 'timestamptz',
  DATETIME: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  UUID: 'uuid',
  BLOB: 'binary',
  BYTEA: 'binary',
  VARBINARY: 'binary',
  JSON: 'json',
}

/** The family of a type; one that is not known is `other`, which takes the strictest mask only. */
export function typeFamily(type: string): TypeFamily {
  const text = type.trim().toUpperCase()
  if (text.endsWith('[]')) return 'list'
  if (text.endsWith(']')) return 'array'
  if (text.startsWith('STRUCT')) return 'struct'
  if (text.startsWith('MAP')) return 'map'
  const bare = text.replace(/\s*\([^)]*\)$/, '')
  return Object.hasOwn(plain, bare) ? plain[bare]! : 'other'
}

/** Whether values of a family say a day, which masks shorten. */
export const isDay = (family: TypeFamily): boolean =>
  family === 'date' || family === 'timestamp' || family === 'timestamptz'
