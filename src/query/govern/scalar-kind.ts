/** What a type of the engine is to masks and literals. */
export type ScalarKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'uuid'
  | 'binary'
  | 'json'
  | 'list'
  | 'map'
  | 'struct'
  | 'other'

const kinds: Readonly<Record<string, ScalarKind>> = {
  VARCHAR: 'text',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'integer',
  HUGEINT: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'integer',
  UBIGINT: 'integer',
  UHUGEINT: 'integer',
  FLOAT: 'float',
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  TIMESTAMPTZ: 'timestamptz',
  UUID: 'uuid',
  BLOB: 'binary',
  JSON: 'json',
}

export function scalarKind(type: string): ScalarKind {
  const text = type.trim().toUpperCase()
  if (text.endsWith('[]')) return 'list'
  if (text.startsWith('STRUCT')) return 'struct'
  if (text.startsWith('MAP')) return 'map'
  if (text.startsWith('DECIMAL')) return 'decimal'
  return kinds[text] ?? 'other'
}
