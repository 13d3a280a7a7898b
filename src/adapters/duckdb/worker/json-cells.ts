import { bufferOf, type ArrowArray } from './arrow-chunk.ts'
import { reserve, writeAscii, writeText, type ByteWriter } from './byte-writer.ts'
import { decimalCells, longCells, nullable, numberCells, textCells, type Cell } from './cells.ts'
import { dateText, isoStyle } from './date-text.ts'
import type { DuckType } from './duck-type.ts'
import { jsonTexts } from './json-texts.ts'
import { offsetsOf, scalarTexts } from './scalar-texts.ts'

const quote = 34
const backslash = 92

/** A column as JSON values, `null` included: what `jsonTexts` gives, faster for the types that fill most tables. */
export function jsonCells(out: ByteWriter, type: DuckType, array: ArrowArray): Cell {
  const write = fastCells(out, type, array)
  return write ? nullable(array, write, () => writeAscii(out, 'null')) : textCells(out, jsonTexts(type, array))
}

function fastCells(out: ByteWriter, type: DuckType, array: ArrowArray): Cell | undefined {
  switch (type.kind) {
    case 'int64':
      return longCells(out, array, value => writeAscii(out, jsonLong(value)))
    case 'decimal': {
      const write = decimalCells(out, array, type.scale, largeDecimal(out, type, array))
      return row => {
        writeByte(out, quote)
        write(row)
        writeByte(out, quote)
      }
    }
    case 'date': {
      const days = bufferOf(array, 1, array.length * 4)
      return row => writeAscii(out, `"${dateText(days.readInt32LE(row * 4))}"`)
    }
    case 'text':
      return jsonStrings(out, array)
    default:
      return numberCells(out, type, array)
  }
}

const jsonLong = (value: bigint): string =>
  Number.isSafeInteger(Number(value)) ? value.toString() : `"${value.toString()}"`

/** All texts of the column are made as soon as one is needed: that is rare. */
export function largeDecimal(out: ByteWriter, type: DuckType & { kind: 'decimal' }, array: ArrowArray): Cell {
  let texts: readonly string[] | undefined
  return row => {
    texts ??= scalarTexts(type, array, isoStyle)
    writeAscii(out, texts[row]!)
  }
}

export function writeByte(out: ByteWriter, byte: number): void {
  reserve(out, 1)
  out.bytes[out.at++] = byte
}

/** UTF-8 stays as it is; a text with something to escape is written once more by `JSON.stringify`. */
function jsonStrings(out: ByteWriter, array: ArrowArray): Cell {
  const offsets = offsetsOf(array)
  const texts = bufferOf(array, 2, offsets[array.length] ?? 0)
  return row => {
    const [from, to] = [offsets[row]!, offsets[row + 1]!]
    reserve(out, to - from + 2)
    const { bytes } = out
    let { at } = out
    bytes[at++] = quote
    for (let i = from; i < to; i++) {
      const byte = texts[i]!
      if (byte < 32 || byte === quote || byte === backslash)
        return writeText(out, JSON.stringify(texts.toString('utf8', from, to)))
      bytes[at++] = byte
    }
    bytes[at++] = quote
    out.at = at
  }
}
