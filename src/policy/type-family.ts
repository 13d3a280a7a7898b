/** What a type is to masks and conditions; the type is spelled as DuckDB spells it. */
export type TypeFamily =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'timestamp'
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
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  TIMESTAMPTZ: 'timestamp',
  DATETIME: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
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
