import { bufferOf, validityOf, type ArrowArray } from './arrow-chunk.ts'
import { writeDecimal, writeInteger, writeText, type ByteWriter } from './byte-writer.ts'
import type { DuckType } from './duck-type.ts'

/** Writes one value of a column. */
export type Cell = (row: number) => void

/** `otherwise` where the value is null. Not for unions, which have no nulls of their own. */
export function nullable(array: ArrowArray, write: Cell, otherwise: () => void): Cell {
  const validity = validityOf(array)
  if (validity === undefined) return write
  return row => ((validity[row >> 3]! & (1 << (row & 7))) === 0 ? otherwise() : write(row))
}

/** The numbers that fill most tables, written without a string; nothing for other types. */
export function numberCells(out: ByteWriter, type: DuckType, array: ArrowArray): Cell | undefined {
  const n = array.length
  switch (type.kind) {
    case 'int8':
      return integers(out, new Int8Array(memory(array, n)))
    case 'uint8':
      return integers(out, new Uint8Array(memory(array, n)))
    case 'int16':
      return integers(out, new Int16Array(memory(array, n * 2)))
    case 'uint16':
      return integers(out, new Uint16Array(memory(array, n * 2)))
    case 'int32':
      return integers(out, new Int32Array(memory(array, n * 4)))
    case 'uint32':
      return integers(out, new Uint32Array(memory(array, n * 4)))
    default:
      return undefined
  }
}

const integers =
  (out: ByteWriter, values: ArrayLike<number>): Cell =>
  row =>
    writeInteger(out, values[row]!)

/** 64-bit integers: `large` takes those that a double does not hold. */
export function longCells(out: ByteWriter, array: ArrowArray, large: (value: bigint) => void): Cell {
  const bytes = memory(array, array.length * 8)
  const [low, high, all] = [new Uint32Array(bytes), new Int32Array(bytes), new BigInt64Array(bytes)]
  return row => {
    const top = high[row * 2 + 1]!
    if (isSmall(top)) writeInteger(out, top * 4294967296 + low[row * 2]!)
    else large(all[row]!)
  }
}

/** Decimals: `large` takes those that a double does not hold. */
export function decimalCells(out: ByteWriter, array: ArrowArray, scale: number, large: Cell): Cell {
  const bytes = memory(array, array.length * 16)
  const [low, high] = [new Uint32Array(bytes), new Int32Array(bytes)]
  return row => {
    const top = high[row * 4 + 1]!
    if (isSmall(top) && high[row * 4 + 2] === top >> 31) writeDecimal(out, top * 4294967296 + low[row * 4]!, scale)
    else large(row)
  }
}

/** Within 2^53, the lowest value left out: its distance from 0 is too large. */
const isSmall = (top: number): boolean => top >= -0x1fffff && top < 0x200000

/** Values that were made as texts. */
export const textCells =
  (out: ByteWriter, texts: readonly string[]): Cell =>
  row =>
    writeText(out, texts[row]!)

/** A copy on which typed arrays of every width can lie. */
function memory(array: ArrowArray, sizeBytes: number): ArrayBuffer {
  const copy = new Uint8Array(sizeBytes)
  copy.set(bufferOf(array, 1, sizeBytes))
  return copy.buffer
}
