/** What the text of a physical type says, whatever system it was written for. */
export type PhysicalType =
  | { readonly kind: 'plain'; readonly type: string }
  | { readonly kind: 'list'; readonly of: PhysicalType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: PhysicalType }[] }
  | { readonly kind: 'map'; readonly key: PhysicalType; readonly value: PhysicalType }
  /** A known type that no table here can hold as it is, and one to write instead. */
  | { readonly kind: 'unfit'; readonly name: string; readonly instead: string }
  /** DECIMAL without precision: the contract may say it elsewhere. */
  | { readonly kind: 'decimal' }

const same = (names: string, type: string): readonly (readonly [string, string])[] =>
  names.split('|').map(name => [name, type])

/** Iceberg has integers of 32 and 64 bits: smaller ones are held as INTEGER. */
const plain: ReadonlyMap<string, string> = new Map([
  ...same('bigint|int8|int64|i64|long|bigserial|serial8|signed', 'BIGINT'),
  ...same('int|integer|int4|int32|i32|mediumint|serial|serial4', 'INTEGER'),
  ...same('smallint|int2|int16|i16|short|smallserial|tinyint|int1|i8|byteint', 'INTEGER'),
  ...same('double|double precision|float8|float64|f64|binary_double', 'DOUBLE'),
  ...same('float|real|float4|float32|f32|binary_float', 'FLOAT'),
  ...same('boolean|bool|logical', 'BOOLEAN'),
  ...same('varchar|char|text|string|nvarchar|nchar|varchar2|nvarchar2|bpchar|character varying|character', 'VARCHAR'),
  ...same('clob|nclob|ntext|tinytext|mediumtext|longtext|citext|national character varying|fixedstring', 'VARCHAR'),
  ...same('date|date32', 'DATE'),
  ...same('timestamp|datetime|datetime2|smalldatetime|datetime64|timestamp without time zone', 'TIMESTAMP'),
  ...same('timestamp_ntz|timestampntz|timestamp_s|timestamp_ms|timestamp_us', 'TIMESTAMP'),
  ...same('timestamptz|timestamp with time zone|timestamp_tz|timestamp_ltz', 'TIMESTAMP WITH TIME ZONE'),
  ...same('timestamp with local time zone|datetimeoffset|timestampltz', 'TIMESTAMP WITH TIME ZONE'),
  ...same('time|time without time zone', 'TIME'),
  ...same('uuid|uniqueidentifier|guid', 'UUID'),
  ...same('blob|bytea|binary|varbinary|bytes|image|raw|longblob|mediumblob|tinyblob|long raw', 'BLOB'),
  ...same('json|jsonb', 'JSON'),
])

const unfit: ReadonlyMap<string, string> = new Map([
  ...same('hugeint|int128|i128|uhugeint|uint128|u128|bignum|varint', 'DECIMAL(38,0)'),
  ...same('utinyint|usmallint|uint1|uint2|uint8|uint16|u8|u16', 'INTEGER'),
  ...same('uinteger|uint|uint4|uint32|u32', 'BIGINT'),
  ...same('ubigint|uint64|u64', 'DECIMAL(20,0)'),
  ...same('enum|enum8|enum16|set', 'VARCHAR'),
  ...same('bit|bitstring|bit varying|varbit', 'BOOLEAN or VARCHAR'),
  ...same('interval|duration', 'BIGINT, counting a unit that the name says'),
  ...same('timetz|time with time zone', 'VARCHAR, which keeps the offset, or TIME'),
  ...same('timestamp_ns', 'TIMESTAMP, or VARCHAR to keep nanoseconds'),
  ...same('time_ns', 'TIME, or VARCHAR to keep nanoseconds'),
  ...same('money|smallmoney', 'DECIMAL(19,4)'),
  ...same('union', 'STRUCT with one member for each alternative'),
  ...same('geometry|geography|sdo_geometry|point', 'VARCHAR with well-known text, or BLOB'),
  ...same('xml', 'VARCHAR'),
  ...same('variant|super', 'JSON'),
])

const decimals: ReadonlySet<string> = new Set([
  'decimal',
  'numeric',
  'number',
  'dec',
  'bignumeric',
  'bigdecimal',
  'fixed',
])
const lists: ReadonlySet<string> = new Set(['array', 'list'])
const structs: ReadonlySet<string> = new Set(['struct', 'row', 'record', 'tuple'])

/** Reads a type's text; undefined where it is no type that is known here (`topic`, `STRING_OR_NULL`, a broken text). */
export function parseTypeName(text: string): PhysicalType | undefined {
  const tokens = text.match(/"(?:[^"]|"")*"|[A-Za-z_][\w$]*|\d+|[()<>[\],:]|\S/g) ?? []
  let at = 0
  const type = parseType(0)
  return at === tokens.length ? type : undefined

  function parseType(depth: number): PhysicalType | undefined {
    if (depth > 20) return undefined
    let type = parseBase(depth)
    // `INTEGER[]`, `INTEGER[3]`: Iceberg has lists only.
    while (type !== undefined && tokens[at] === '[') {
      at += /^\d+$/.test(tokens[at + 1] ?? '') ? 2 : 1
      if (tokens[at++] !== ']') return undefined
      type = { kind: 'list', of: type }
    }
    return type
  }

  function parseBase(depth: number): PhysicalType | undefined {
    const words: string[] = []
    while (/^[A-Za-z_]/.test(tokens[at] ?? '')) words.push(tokens[at++]!.toLowerCase())
    const first = words.join(' ')
    if (tokens[at] !== '(' && tokens[at] !== '<') return named(first, [])
    const close = tokens[at++] === '(' ? ')' : '>'
    if (structs.has(first)) return parseStruct(close, depth)
    if (lists.has(first) || first === 'map') return parseNested(first, close, depth)
    const numbers: number[] = []
    while (tokens[at] !== close && at < tokens.length) {
      const token = tokens[at++]!
      if (/^\d+$/.test(token)) numbers.push(Number(token))
    }
    if (tokens[at++] !== close) return undefined
    // `timestamp(3) with time zone`, `character(10) varying`.
    while (/^[A-Za-z_]/.test(tokens[at] ?? '')) words.push(tokens[at++]!.toLowerCase())
    return named(words.join(' '), numbers)
  }

  function parseNested(kind: string, close: string, depth: number): PhysicalType | undefined {
    const first = parseType(depth + 1)
    const second = tokens[at] === ',' ? (at++, parseType(depth + 1)) : undefined
    if (tokens[at++] !== close || first === undefined) return undefined
    if (kind !== 'map') return second === undefined ? { kind: 'list', of: first } : undefined
    return second === undefined ? undefined : { kind: 'map', key: first, value: second }
  }

  function parseStruct(close: string, depth: number): PhysicalType | undefined {
    const fields: { name: string; type: PhysicalType }[] = []
    while (tokens[at] !== close) {
      const token = tokens[at++]
      if (token === undefined || !/^["A-Za-z_]/.test(token)) return undefined
      if (tokens[at] === ':') at++
      const type = parseType(depth + 1)
      if (type === undefined) return undefined
      fields.push({ name: token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token, type })
      if (tokens[at] === ',') at++
      else if (tokens[at] !== close) return undefined
    }
    at++
    return fields.length === 0 ? undefined : { kind: 'struct', fields }
  }
}

function named(name: string, numbers: readonly number[]): PhysicalType | undefined {
  const base = name.replace(/ (unsigned|zerofill)\b/g, '')
  if (base !== name) return unsigned(base)
  if (decimals.has(name)) return decimalOf(name, numbers)
  const instead = unfit.get(name)
  if (instead !== undefined) return { kind: 'unfit', name: name.toUpperCase(), instead }
  const type = plain.get(name)
  if (type === undefined) return undefined
  if (type.startsWith('TIME') && (numbers[0] ?? 0) > 6) {
    return { kind: 'unfit', name: `${name.toUpperCase()}(${numbers[0]})`, instead: type }
  }
  // Standard SQL counts the bits of a float's mantissa.
  return { kind: 'plain', type: type === 'FLOAT' && (numbers[0] ?? 0) > 24 ? 'DOUBLE' : type }
}

function decimalOf(name: string, [precision, scale = 0]: readonly number[]): PhysicalType {
  if (precision === undefined) return { kind: 'decimal' }
  if (precision < 1 || precision > 38 || scale > precision) {
    return { kind: 'unfit', name: `${name.toUpperCase()}(${precision},${scale})`, instead: 'DECIMAL(38,s) with s ≤ 38' }
  }
  return { kind: 'plain', type: `DECIMAL(${precision},${scale})` }
}

function unsigned(base: string): PhysicalType | undefined {
  const type = plain.get(base)
  const instead =
    type === 'BIGINT' ? 'DECIMAL(20,0)' : base.includes('small') || base.includes('tiny') ? 'INTEGER' : 'BIGINT'
  return type === undefined ? undefined : { kind: 'unfit', name: `${base.toUpperCase()} UNSIGNED`, instead }
}
