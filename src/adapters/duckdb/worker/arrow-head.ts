import type { ArrowField } from './arrow-chunk.ts'
import { flatBuffer, items, ref, table, text, type Item, type Slot } from './flatbuffer.ts'

/** The heads of an Arrow stream's messages. https://github.com/apache/arrow/blob/main/format/Message.fbs */
const header = { schema: 1, dictionary: 2, batch: 3 }
const version5 = 4

const u8 = (v: number): Slot => ({ k: 'u8', v })
const i16 = (v: number): Slot => ({ k: 'i16', v })
const i32 = (v: number): Slot => ({ k: 'i32', v })
const i64 = (v: number): Slot => ({ k: 'i64', v: BigInt(v) })
const bool = (v: boolean): Slot => ({ k: 'bool', v: v ? 1 : 0 })
const longs = (v: readonly number[]): Slot => ref({ k: 'longs', v: v.map(BigInt), perItem: 2 })

/** A message as it stands in the stream: a mark, the size of the head, the head; the body follows. */
export function encapsulate(head: Buffer): Buffer {
  const bytes = Buffer.alloc(8 + head.length)
  bytes.writeUInt32LE(0xffffffff, 0)
  bytes.writeUInt32LE(head.length, 4)
  head.copy(bytes, 8)
  return bytes
}

export const endOfStream = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])

const message = (kind: number, content: Item, bodyBytes: number): Buffer =>
  encapsulate(flatBuffer(table(i16(version5), u8(kind), ref(content), i64(bodyBytes))))

export interface BatchLayout {
  readonly rows: number
  /** Length and count of nulls of each array, parents before children. */
  readonly nodes: readonly number[]
  /** Offset and length of each buffer in the body. */
  readonly buffers: readonly number[]
  readonly bodyBytes: number
}

const batch = ({ rows, nodes, buffers }: BatchLayout): Item => table(i64(rows), longs(nodes), longs(buffers))

export const batchHead = (layout: BatchLayout): Buffer => message(header.batch, batch(layout), layout.bodyBytes)

export const dictionaryHead = (id: number, layout: BatchLayout): Buffer =>
  message(header.dictionary, table(i64(id), ref(batch(layout)), bool(false)), layout.bodyBytes)

/** Dictionaries are numbered in the order in which a walk meets them. */
export function schemaHead(fields: readonly ArrowField[]): Buffer {
  const numbers = { next: 0 }
  return message(header.schema, table(i16(0), items(fields.map(field => fieldItem(field, numbers)))), 0)
}

function fieldItem(field: ArrowField, numbers: { next: number }): Item {
  const id = field.dictionary ? numbers.next++ : undefined
  const [kind, type] = typeItem(field.dictionary?.format ?? field.format)
  return table(
    text(field.name),
    bool(field.nullable),
    u8(kind),
    ref(type),
    id === undefined ? undefined : ref(table(i64(id), ref(typeItem(field.format)[1]), bool(false))),
    items(field.children.map(child => fieldItem(child, numbers))),
    field.metadata.length === 0
      ? undefined
      : items(field.metadata.map(([key, value]) => table(text(key), text(value)))),
  )
}

const integer = (bits: number, signed: boolean): [number, Item] => [2, table(i32(bits), bool(signed))]
const unit: Readonly<Record<string, number>> = { s: 0, m: 1, u: 2, n: 3 }

/** The kind and the table of a type, from its letter in the C data interface. */
function typeItem(format: string): [number, Item] {
  const simple = simpleTypes[format]
  if (simple) return simple
  const colon = format.indexOf(':') + 1
  const [head, parameters] = [format.slice(0, colon), format.slice(colon)]
  const numbers = parameters.split(',').map(Number)
  if (head === 'd:') return [7, table(i32(numbers[0]!), i32(numbers[1]!), i32(numbers[2] ?? 128))]
  if (head === 'w:') return [15, table(i32(numbers[0]!))]
  if (head === '+w:') return [16, table(i32(numbers[0]!))]
  if (head === '+us:') return [14, table(i16(0), ref({ k: 'ints', v: numbers }))]
  if (/^ts[smun]:$/.test(head))
    return [10, table(i16(unit[head[2]!]!), parameters === '' ? undefined : text(parameters))]
  throw new Error(`The engine gave the Arrow format ${format}, which is not known here.`)
}

const simpleTypes: Readonly<Record<string, [number, Item]>> = {
  n: [1, table()],
  b: [6, table()],
  c: integer(8, true),
  C: integer(8, false),
  s: integer(16, true),
  S: integer(16, false),
  i: integer(32, true),
  I: integer(32, false),
  l: integer(64, true),
  L: integer(64, false),
  f: [3, table(i16(1))],
  g: [3, table(i16(2))],
  z: [4, table()],
  u: [5, table()],
  tdD: [8, table(i16(0))],
  tts: [9, table(i16(0), i32(32))],
  ttm: [9, table(i16(1), i32(32))],
  ttu: [9, table(i16(2), i32(64))],
  ttn: [9, table(i16(3), i32(64))],
  tin: [11, table(i16(2))],
  '+l': [12, table()],
  '+s': [13, table()],
  '+m': [17, table(bool(false))],
}
