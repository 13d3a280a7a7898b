/**
 * A FlatBuffer built from plain values, front to back: enough for the heads of an Arrow stream, with nothing to learn but
 * `table`. https://flatbuffers.dev/internals/
 */
export type Slot =
  | { readonly k: 'bool' | 'u8'; readonly v: number }
  | { readonly k: 'i16'; readonly v: number }
  | { readonly k: 'i32'; readonly v: number }
  | { readonly k: 'i64'; readonly v: bigint }
  | { readonly k: 'ref'; readonly v: Item }
  | undefined

export type Item =
  | { readonly k: 'table'; readonly slots: readonly Slot[] }
  | { readonly k: 'text'; readonly v: string }
  | { readonly k: 'items'; readonly v: readonly Item[] }
  | { readonly k: 'ints'; readonly v: readonly number[] }
  /** Structs of 64-bit integers, one after the other. */
  | { readonly k: 'longs'; readonly v: readonly bigint[]; readonly perItem: number }

export const table = (...slots: readonly Slot[]): Item => ({ k: 'table', slots })
export const ref = (v: Item): Slot => ({ k: 'ref', v })
export const text = (v: string): Slot => ref({ k: 'text', v })
export const items = (v: readonly Item[]): Slot => ref({ k: 'items', v })

const width = { bool: 1, u8: 1, i16: 2, i32: 4, i64: 8, ref: 4 } as const

/** Objects follow what refers to them, since references point forwards only. */
export function flatBuffer(root: Item): Buffer {
  const writer = { bytes: Buffer.alloc(1024), end: 4 }
  const at = write(writer, root)
  const size = align(writer, 8)
  // Only now: whatever writes may have moved to a larger buffer.
  writer.bytes.writeUInt32LE(at, 0)
  return writer.bytes.subarray(0, size)
}

interface Writer {
  bytes: Buffer
  end: number
}

function write(w: Writer, item: Item): number {
  switch (item.k) {
    case 'table':
      return writeTable(w, item.slots)
    case 'text': {
      const size = Buffer.byteLength(item.v)
      align(w, 4)
      const at = take(w, 4 + size + 1)
      w.bytes.writeUInt32LE(size, at)
      w.bytes.write(item.v, at + 4)
      return at
    }
    case 'items': {
      align(w, 4)
      const at = take(w, 4 + 4 * item.v.length)
      w.bytes.writeUInt32LE(item.v.length, at)
      item.v.forEach((each, i) => refer(w, at + 4 + 4 * i, each))
      return at
    }
    case 'ints': {
      align(w, 4)
      const at = take(w, 4 + 4 * item.v.length)
      w.bytes.writeUInt32LE(item.v.length, at)
      item.v.forEach((each, i) => w.bytes.writeInt32LE(each, at + 4 + 4 * i))
      return at
    }
    case 'longs': {
      // The count takes four bytes and the items after it lie on eights.
      align(w, 8)
      const at = take(w, 8 + 8 * item.v.length) + 4
      w.bytes.writeUInt32LE(item.v.length / item.perItem, at)
      item.v.forEach((each, i) => w.bytes.writeBigInt64LE(each, at + 4 + 8 * i))
      return at
    }
  }
}

/** The table of offsets comes before the table, fields in order of falling width. */
function writeTable(w: Writer, slots: readonly Slot[]): number {
  const present = slots.flatMap((slot, i) => (slot === undefined ? [] : [{ slot, i }]))
  present.sort((a, b) => width[b.slot.k] - width[a.slot.k])
  align(w, 2)
  const offsets = take(w, 4 + 2 * slots.length)
  // The table begins with four bytes; what is eight wide comes next and must lie on eights.
  align(w, 8)
  take(w, 4)
  const at = take(w, 4)
  let size = 4
  for (const { slot, i } of present) {
    w.bytes.writeUInt16LE(size, offsets + 4 + 2 * i)
    size += width[slot.k]
    take(w, width[slot.k])
  }
  w.bytes.writeUInt16LE(4 + 2 * slots.length, offsets)
  w.bytes.writeUInt16LE(size, offsets + 2)
  w.bytes.writeInt32LE(at - offsets, at)
  for (const { slot, i } of present) writeSlot(w, at + w.bytes.readUInt16LE(offsets + 4 + 2 * i), slot)
  return at
}

function writeSlot(w: Writer, at: number, slot: NonNullable<Slot>): void {
  switch (slot.k) {
    case 'bool':
    case 'u8':
      w.bytes.writeUInt8(slot.v, at)
      return
    case 'i16':
      w.bytes.writeInt16LE(slot.v, at)
      return
    case 'i32':
      w.bytes.writeInt32LE(slot.v, at)
      return
    case 'i64':
      w.bytes.writeBigInt64LE(slot.v, at)
      return
    case 'ref':
      refer(w, at, slot.v)
  }
}

function refer(w: Writer, from: number, item: Item): void {
  const at = write(w, item)
  w.bytes.writeUInt32LE(at - from, from)
}

function take(w: Writer, size: number): number {
  const at = w.end
  w.end += size
  if (w.end > w.bytes.length) {
    const larger = Buffer.alloc(Math.max(w.end, w.bytes.length * 2))
    w.bytes.copy(larger)
    w.bytes = larger
  }
  return at
}

function align(w: Writer, to: number): number {
  take(w, (to - (w.end % to)) % to)
  return w.end
}
