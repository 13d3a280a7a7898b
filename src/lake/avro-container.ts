import { createHash, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import avro from 'avsc'

/** A schema in Avro's JSON form, with whatever attributes it carries. */
export type AvroSchema = string | object

/** 64-bit longs as BigInt; avsc alone would lose digits. */
// oxlint-disable-next-line no-underscore-dangle -- avsc's own name for it
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint | number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

const typeOf = (schema: AvroSchema): avro.Type =>
  avro.Type.forSchema(schema as avro.Schema, { registry: { long }, wrapUnions: 'auto' })

/**
 * Avro object container files, with the schema's JSON as given: avsc's own encoder drops the attributes (`field-id`,
 * `logicalType`) that Iceberg lives by. One block, deflated when that pays.
 */
export function writeAvro(
  schema: AvroSchema,
  records: readonly object[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const text = JSON.stringify(schema)
  const type = cachedType(text, schema)
  const body = Buffer.concat(records.map(record => type.toBuffer(record)))
  const codec = body.length > deflateFrom ? 'deflate' : 'null'
  const block = codec === 'deflate' ? deflateRawSync(body, { level: 1 }) : body
  const header = { ...metadata, 'avro.schema': text, 'avro.codec': codec }
  const entries = Object.entries(header).flatMap(([key, value]) => [bytesOf(key), bytesOf(value)])
  const sync = randomBytes(16)
  const head = [magic, varint(Object.keys(header).length), ...entries, varint(0), sync]
  const blocks = records.length === 0 ? [] : [varint(records.length), varint(block.length), block, sync]
  return Buffer.concat([...head, ...blocks])
}

/** `adapt` may rename fields of the writer's schema before decoding: the bytes do not know names. */
export function readAvro(
  bytes: Uint8Array,
  adapt: (schema: AvroSchema) => AvroSchema = schema => schema,
): {
  readonly records: readonly unknown[]
  readonly metadata: Readonly<Record<string, string>>
  readonly schema: AvroSchema
} {
  const cursor: Cursor = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 }
  if (!take(cursor, 4).equals(magic)) throw new Error('It is not an Avro file.')
  const metadata = readHeader(cursor)
  const sync = take(cursor, 16)
  const schema = JSON.parse(metadata['avro.schema'] ?? '') as AvroSchema
  const type = cachedType(`read ${metadata['avro.schema']}`, () => adapt(schema))
  const records: unknown[] = []
  while (cursor.at < cursor.bytes.length) {
    const count = readVarint(cursor)
    const block = unpacked(take(cursor, readVarint(cursor)), metadata['avro.codec'] ?? 'null')
    // A record of no bytes could be counted for ever.
    if (count < 0 || count > block.length) throw new Error('An Avro block counts more records than it can hold.')
    for (let i = 0, at = 0; i < count; i++) {
      const decoded = type.decode(block, at)
      if (decoded.offset < 0) throw new Error('The Avro file ends in the middle of a record.')
      records.push(decoded.value)
      at = decoded.offset
    }
    if (!take(cursor, 16).equals(sync)) throw new Error('An Avro block does not end with its mark.')
  }
  return { records, metadata, schema }
}

const magic = Buffer.from('Obj\x01', 'latin1')
const deflateFrom = 16_384
/** Of one block, inflated: a million files are about 500 MB. */
const blockBytesMax = 536_870_912

interface Cursor {
  readonly bytes: Buffer
  at: number
}

function readHeader(cursor: Cursor): Record<string, string> {
  const header: Record<string, string> = {}
  for (let count = readVarint(cursor); count !== 0; count = readVarint(cursor)) {
    if (count < 0) readVarint(cursor) // a negative count is followed by the size of the block
    for (let i = 0; i < Math.abs(count); i++) {
      const key = take(cursor, readVarint(cursor)).toString('utf8')
      header[key] = take(cursor, readVarint(cursor)).toString('utf8')
    }
  }
  return header
}

function unpacked(block: Buffer, codec: string): Buffer {
  if (codec === 'null') return block
  if (codec === 'deflate') return inflateRawSync(block, { maxOutputLength: blockBytesMax })
  throw new Error(`The Avro file is compressed by ${codec}, which Meshwright does not read.`)
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length
  if (length < 0 || end > cursor.bytes.length) throw new Error('The Avro file is cut off.')
  const part = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  return part
}

function readVarint(cursor: Cursor): number {
  let value = 0n
  for (let shift = 0n; ; shift += 7n) {
    const byte = take(cursor, 1)[0]!
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return Number((value >> 1n) ^ -(value & 1n))
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value * 2
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}

function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([varint(bytes.length), bytes])
}

const types = new Map<string, avro.Type>()
const typesMax = 256

/** Building a type costs about as much as encoding a thousand records. */
function cachedType(text: string, schema: AvroSchema | (() => AvroSchema)): avro.Type {
  const key = createHash('sha1').update(text).digest('base64')
  const known = types.get(key)
  if (known !== undefined) return known
  const type = typeOf(typeof schema === 'function' ? schema() : schema)
  if (types.size >= typesMax) types.clear()
  types.set(key, type)
  return type
}
