/** The nearest type that a table can keep (Iceberg v2) and the contract's logical type for it. */
export function storableType(type: string): { readonly type: string; readonly logicalType: string } {
  const known = byType[type]
  if (known !== undefined) return known
  if (/^DECIMAL\(/.test(type)) return { type, logicalType: 'number' }
  if (type.endsWith(']')) return { type, logicalType: 'array' }
  if (type.startsWith('STRUCT(')) return { type, logicalType: 'object' }
  return { type: 'VARCHAR', logicalType: 'string' }
}

const same = (type: string, logicalType: string) => ({ type, logicalType })

const byType: Readonly<Record<string, { readonly type: string; readonly logicalType: string }>> = {
  BOOLEAN: same('BOOLEAN', 'boolean'),
  TINYINT: same('INTEGER', 'integer'),
  SMALLINT: same('INTEGER', 'integer'),
  INTEGER: same('INTEGER', 'integer'),
  BIGINT: same('BIGINT', 'integer'),
  UTINYINT: same('INTEGER', 'integer'),
  USMALLINT: same('INTEGER', 'integer'),
  UINTEGER: same('BIGINT', 'integer'),
  UBIGINT: same('DECIMAL(20,0)', 'number'),
  HUGEINT: same('DECIMAL(38,0)', 'number'),
  FLOAT: same('FLOAT', 'number'),
  DOUBLE: same('DOUBLE', 'number'),
  DATE: same('DATE', 'date'),
  TIME: same('TIME', 'time'),
  TIMESTAMP: same('TIMESTAMP', 'timestamp'),
  TIMESTAMP_S: same('TIMESTAMP', 'timestamp'),
  TIMESTAMP_MS: same('TIMESTAMP', 'timestamp'),
  TIMESTAMP_NS: same('TIMESTAMP', 'timestamp'),
  'TIMESTAMP WITH TIME ZONE': same('TIMESTAMP WITH TIME ZONE', 'timestamp'),
  UUID: same('UUID', 'string'),
  BLOB: same('BLOB', 'string'),
  JSON: same('JSON', 'object'),
  VARCHAR: same('VARCHAR', 'string'),
}
