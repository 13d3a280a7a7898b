import { bufferOf, type ArrowArray } from './arrow-chunk.ts'
import { reserve, writeAscii, writeText, type ByteWriter } from './byte-writer.ts'
import { decimalCells, longCells, nullable, numberCells, textCells, type Cell } from './cells.ts'
import { dateText, isoStyle } from './date-text.ts'
import type { DuckType } from './duck-type.ts'
import { largeDecimal } from './json-cells.ts'
import { jsonTexts } from './json-texts.ts'
import { offsetsOf, scalarTexts } from './scalar-texts.ts'

const [lineFeed, carriageReturn, quote, comma] = [10, 13, 34, 44]

/** A column as fields of RFC 4180: null is empty, the empty text is `""`, what is nested is JSON. */
export function csvCells(out: ByteWriter, type: DuckType, array: ArrowArray): Cell {
  const write = valueCells(out, type, array)
  return type.kind === 'union' ? write : nullable(array, write, () => undefined)
}

function valueCells(out: ByteWriter, type: DuckType, array: ArrowArray): Cell {
  switch (type.kind) {
    case 'int64':
      return longCells(out, array, value => writeAscii(out, value.toString()))
    case 'decimal':
      return decimalCells(out, array, type.scale, largeDecimal(out, type, array))
    case 'date': {
      const days = bufferOf(array, 1, array.length * 4)
      return row => writeAscii(out, dateText(days.readInt32LE(row * 4)))
    }
    case 'text':
      return csvStrings(out, array)
    case 'list':
    case 'array':
    case 'map':
    case 'struct':
      return textCells(out, jsonTexts(type, array).map(csvField))
    case 'union':
      return textCells(
        out,
        jsonTexts(type, array).map(text => (text === 'null' ? '' : csvField(text))),
      )
    case 'enum':
    case 'bit':
    case 'blob':
      return textCells(out, scalarTexts(type, array, isoStyle).map(csvField))
    default:
      return numberCells(out, type, array) ?? textCells(out, scalarTexts(type, array, isoStyle))
  }
}

export const csvField = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

function csvStrings(out: ByteWriter, array: ArrowArray): Cell {
  const offsets = offsetsOf(array)
  const texts = bufferOf(array, 2, offsets[array.length] ?? 0)
  return row => {
    const [from, to] = [offsets[row]!, offsets[row + 1]!]
    if (from === to) return writeAscii(out, '""')
    reserve(out, to - from)
    const { bytes } = out
    let { at } = out
    for (let i = from; i < to; i++) {
      const byte = texts[i]!
      if (byte === quote || byte === comma || byte === lineFeed || byte === carriageReturn)
        return writeText(out, csvField(texts.toString('utf8', from, to)))
      bytes[at++] = byte
    }
    out.at = at
  }
}
