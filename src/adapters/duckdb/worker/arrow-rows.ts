import { arrowFields, bufferOf, type ArrowArray, type ArrowChunk, type ArrowField } from './arrow-chunk.ts'
import type { ChunkWriter } from './chunk-writer.ts'
import { batchHead, dictionaryHead, endOfStream, schemaHead, type BatchLayout } from './arrow-head.ts'
import type { Rows } from './database.ts'
import { holdsInfinity, mayBeInfinite } from './infinite-dates.ts'
import { duckdb, type Pointer } from './library.ts'
import { bitmap, both, deadIn, elementsOf, isLive, repeated, zeroed, zeroedParts, type Live } from './live-slots.ts'
import { notFinite } from './portable-columns.ts'
import { offsetsOf } from './scalar-texts.ts'

/** Chunks as an Arrow stream: the engine's own buffers, copied once behind a head of ours. */
export function arrowRows(rows: Rows, options: Pointer): ChunkWriter {
  const fields = fieldsOf(rows, options)
  return {
    options,
    head: () => schemaHead(fields),
    rows(chunk, count, first) {
      const whole = batchOf(fields, chunk, count)
      return first ? Buffer.concat([...dictionaries(fields, chunk), whole]) : whole
    },
    tail: () => endOfStream,
  }
}

function fieldsOf(rows: Rows, options: Pointer): readonly ArrowField[] {
  const types = rows.typeHandles()
  try {
    return arrowFields(
      options,
      types,
      rows.columns.map(column => column.name),
    )
  } finally {
    for (const type of types) duckdb.destroyType([type])
  }
}

const none = Buffer.alloc(0)

interface Parts {
  readonly nodes: number[]
  readonly buffers: number[]
  readonly bodies: Buffer[]
  bodyBytes: number
  /** That of the answer in which all this lies. */
  column: string
}

function batchOf(fields: readonly ArrowField[], chunk: ArrowChunk, count: number): Buffer {
  const parts: Parts = { nodes: [], buffers: [], bodies: [], bodyBytes: 0, column: '' }
  fields.forEach((field, i) => {
    parts.column = field.name
    addArray(parts, field, chunk.columns[i]!, count)
  })
  return joined(parts, batchHead(layout(parts, count)))
}

const layout = ({ nodes, buffers, bodyBytes }: Parts, rows: number): BatchLayout => ({
  nodes,
  buffers,
  bodyBytes,
  rows,
})

function joined(parts: Parts, head: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + parts.bodyBytes)
  head.copy(bytes)
  let at = head.length
  for (const body of parts.bodies) {
    body.copy(bytes, at)
    const padded = at + body.length + padding(body.length)
    bytes.fill(0, at + body.length, padded)
    at = padded
  }
  return bytes
}

const padding = (size: number): number => (8 - (size % 8)) % 8

function addBuffer(parts: Parts, bytes: Buffer): void {
  parts.buffers.push(parts.bodyBytes, bytes.length)
  if (bytes.length === 0) return
  parts.bodies.push(bytes)
  parts.bodyBytes += bytes.length + padding(bytes.length)
}

/**
 * `count` values of an array: its node, its buffers, then its children. Slots without a value, by the array itself or by
 * what it lies in, go out as zeros.
 */
function addArray(parts: Parts, field: ArrowField, array: ArrowArray, count: number, within?: Live): void {
  const { format } = field
  if (format === 'n') {
    parts.nodes.push(count, count)
    return
  }
  if (format.startsWith('+us:')) {
    addUnion(parts, field, array, count, within)
    return
  }
  const written = array.nullCount === 0 ? none : bufferOf(array, 0, (count + 7) >> 3)
  const live = both(written.length === 0 ? undefined : written, within, count)
  parts.nodes.push(count, written.length === 0 ? 0 : deadIn(live, count))
  addBuffer(parts, written.length === 0 ? none : live!)
  const [first] = field.children
  if (format === 'u' || format === 'z') {
    const offsets = offsetsOf(array)
    addBuffer(parts, bufferOf(array, 1, 4 * (count + 1)))
    addBuffer(parts, zeroedParts(bufferOf(array, 2, offsets[count] ?? 0), offsets, live, count))
  } else if (format === '+l' || format === '+m') {
    const offsets = offsetsOf(array)
    addBuffer(parts, bufferOf(array, 1, 4 * (count + 1)))
    addArray(parts, first!, array.children[0]!, offsets[count] ?? 0, elementsOf(live, offsets, count))
  } else if (format.startsWith('+w:')) {
    const size = Number(format.slice(3))
    addArray(parts, first!, array.children[0]!, count * size, repeated(live, size, count))
  } else if (format === '+s') {
    field.children.forEach((child, i) => addArray(parts, child, array.children[i]!, count, live))
  } else if (format === 'b') {
    addBuffer(parts, both(bufferOf(array, 1, (count + 7) >> 3), live, count)!)
  } else {
    const width = widthOf(format)
    const values = zeroed(bufferOf(array, 1, width * count), width, live, count)
    if (mayBeInfinite(format) && holdsInfinity(format, values)) throw notFinite(parts.column, 'arrow')
    addBuffer(parts, values)
  }
}

/** Each row has a value in one child: what the others hold in that row is nobody's. */
function addUnion(parts: Parts, field: ArrowField, array: ArrowArray, count: number, live: Live): void {
  const members = zeroed(bufferOf(array, 0, count), 1, live, count)
  const codes = field.format.slice('+us:'.length).split(',').map(Number)
  parts.nodes.push(count, 0)
  addBuffer(parts, members)
  field.children.forEach((child, at) => {
    const own = bitmap(count, i => members[i] === codes[at] && isLive(live, i))
    addArray(parts, child, array.children[at]!, count, own)
  })
}

const widths: Readonly<Record<string, number>> = {
  c: 1,
  C: 1,
  s: 2,
  S: 2,
  i: 4,
  I: 4,
  l: 8,
  L: 8,
  f: 4,
  g: 8,
  tdD: 4,
  tts: 4,
  ttm: 4,
  ttu: 8,
  ttn: 8,
  tin: 16,
}

/** Bytes of one value. */
function widthOf(format: string): number {
  if (format.startsWith('ts')) return 8
  if (format.startsWith('d:')) return Number(format.split(',')[2] ?? 128) / 8
  if (format.startsWith('w:')) return Number(format.slice(2))
  const width = widths[format]
  if (width === undefined) throw new Error(`The engine gave the Arrow format ${format}, which is not known here.`)
  return width
}

/** The words of enums, sent once: they are the same in every chunk. */
function dictionaries(fields: readonly ArrowField[], chunk: ArrowChunk): Buffer[] {
  const found: Buffer[] = []
  const visit = (field: ArrowField, array: ArrowArray) => {
    if (field.dictionary && array.dictionary) {
      const parts: Parts = { nodes: [], buffers: [], bodies: [], bodyBytes: 0, column: '' }
      addArray(parts, field.dictionary, array.dictionary, array.dictionary.length)
      found.push(joined(parts, dictionaryHead(found.length, layout(parts, array.dictionary.length))))
    }
    field.children.forEach((child, i) => visit(child, array.children[i]!))
  }
  fields.forEach((field, i) => visit(field, chunk.columns[i]!))
  return found
}
