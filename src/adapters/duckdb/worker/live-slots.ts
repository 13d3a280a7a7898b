/**
 * Which slots of an Arrow array hold a value: bit i of a bitmap, or all of them where there is none. What the engine
 * leaves in the other slots is whatever its memory held before, somebody else's rows among it: none of it may leave.
 */
export type Live = Buffer | undefined

export const isLive = (live: Live, i: number): boolean => live === undefined || (live[i >> 3]! & (1 << (i & 7))) !== 0

/** Slots that both say are live, as a bitmap of its own with nothing behind its end. */
export function both(validity: Buffer | undefined, live: Live, count: number): Live {
  if (validity === undefined) return live
  const bits = Buffer.from(validity)
  if (live !== undefined) for (let i = 0; i < bits.length; i++) bits[i]! &= live[i]!
  return endedAt(bits, count)
}

/** The bitmap with no bit set from `count` on. */
export function endedAt(bits: Buffer, count: number): Buffer {
  if (count % 8 !== 0) bits[bits.length - 1]! &= (1 << (count % 8)) - 1
  return bits
}

export function deadIn(live: Live, count: number): number {
  let dead = 0
  if (live !== undefined) for (let i = 0; i < count; i++) if (!isLive(live, i)) dead += 1
  return dead
}

/** A copy of `bytes` in which slots of `width` bytes that hold no value are zero. */
export function zeroed(bytes: Buffer, width: number, live: Live, count: number): Buffer {
  if (live === undefined) return bytes
  const clean = Buffer.from(bytes)
  eachDead(live, count, i => clean.fill(0, i * width, (i + 1) * width))
  return clean
}

/** A copy of `bytes` in which the parts between the offsets of dead slots are zero. */
export function zeroedParts(bytes: Buffer, offsets: Int32Array, live: Live, count: number): Buffer {
  if (live === undefined) return bytes
  const clean = Buffer.from(bytes)
  eachDead(live, count, i => clean.fill(0, offsets[i], offsets[i + 1]))
  return clean
}

/** Elements of lists: those of dead lists are dead. */
export function elementsOf(live: Live, offsets: Int32Array, count: number): Live {
  if (live === undefined) return undefined
  const size = offsets[count] ?? 0
  const elements = endedAt(Buffer.alloc((size + 7) >> 3, 0xff), size)
  eachDead(live, count, i => {
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) elements[at >> 3]! &= ~(1 << (at & 7))
  })
  return elements
}

/** Elements of arrays of one length. */
export function repeated(live: Live, times: number, count: number): Live {
  if (live === undefined) return undefined
  return bitmap(count * times, i => isLive(live, Math.floor(i / times)))
}

export function bitmap(count: number, holds: (i: number) => boolean): Buffer {
  const bits = Buffer.alloc((count + 7) >> 3)
  for (let i = 0; i < count; i++) if (holds(i)) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}

function eachDead(live: Buffer, count: number, visit: (i: number) => void): void {
  for (let i = 0; i < count; i++) {
    if ((i & 7) === 0 && live[i >> 3] === 0xff) i += 7
    else if (!isLive(live, i)) visit(i)
  }
}
