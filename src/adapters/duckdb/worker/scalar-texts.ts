import { isAscii } from 'node:buffer'
import { bufferOf, type ArrowArray } from './arrow-chunk.ts'
import {
  dateText,
  durationText,
  engineStyle,
  intervalText,
  offsetText,
  smallTimestampText,
  timestampText,
  timeText,
  type TimeStyle,
} from './date-text.ts'
import type { DuckType } from './duck-type.ts'

export type ScalarType = Exclude<DuckType, { kind: 'list' | 'array' | 'map' | 'struct' | 'union' }>

/**
 * A column of scalars as texts, one column at a time so that each loop stays small. The arrays are made with
 * `arrow_lossless_conversion`: a boolean is a byte, a UUID 16 of them. What stands where a value is null has no meaning.
 */
export function scalarTexts(type: ScalarType, array: ArrowArray, style: TimeStyle): string[] {
  const n = array.length
  const bytes = (width: number) => bufferOf(array, 1, n * width)
  switch (type.kind) {
    case 'null':
      return Array.from({ length: n }, () => '')
    case 'boolean':
      return each(bytes(1), 1, n, (b, at) => (b[at] === 0 ? 'false' : 'true'))
    case 'int8':
      return each(bytes(1), 1, n, (b, at) => String(b.readInt8(at)))
    case 'uint8':
      return each(bytes(1), 1, n, (b, at) => String(b[at]))
    case 'int16':
      return each(bytes(2), 2, n, (b, at) => String(b.readInt16LE(at)))
    case 'uint16':
      return each(bytes(2), 2, n, (b, at) => String(b.readUInt16LE(at)))
    case 'int32':
      return each(bytes(4), 4, n, (b, at) => String(b.readInt32LE(at)))
    case 'uint32':
      return each(bytes(4), 4, n, (b, at) => String(b.readUInt32LE(at)))
    case 'int64':
      return each(bytes(8), 8, n, int64Text)
    case 'uint64':
      return each(bytes(8), 8, n, (b, at) => b.readBigUInt64LE(at).toString())
    case 'int128':
      return each(bytes(16), 16, n, (b, at) => int128(b, at).toString())
    case 'uint128':
      return each(bytes(16), 16, n, (b, at) => ((b.readBigUInt64LE(at + 8) << 64n) | b.readBigUInt64LE(at)).toString())
    case 'float':
      return each(bytes(4), 4, n, (b, at) => floatText(b.readFloatLE(at)))
    case 'double':
      return each(bytes(8), 8, n, (b, at) => doubleText(b.readDoubleLE(at)))
    case 'decimal': {
      const { scale } = type
      return each(bytes(16), 16, n, (b, at) => decimalText(b, at, scale))
    }
    case 'date':
      return each(bytes(4), 4, n, (b, at) => dateText(b.readInt32LE(at), style))
    case 'time':
      return each(bytes(8), 8, n, (b, at) => clock(Number(b.readBigInt64LE(at)), 6))
    case 'time-ns':
      return each(bytes(8), 8, n, (b, at) => clock(Number(b.readBigInt64LE(at)), 9))
    case 'time-tz':
      return each(bytes(8), 8, n, (b, at) => timeWithZone(b.readBigUInt64LE(at), style))
    case 'timestamp':
      return each(bytes(8), 8, n, (b, at) => stamp(b, at, 6, style))
    case 'timestamp-s':
      return each(bytes(8), 8, n, (b, at) => stamp(b, at, 0, style))
    case 'timestamp-ms':
      return each(bytes(8), 8, n, (b, at) => stamp(b, at, 3, style))
    case 'timestamp-ns':
      return each(bytes(8), 8, n, (b, at) => stamp(b, at, 9, style))
    case 'timestamp-tz':
      return each(bytes(8), 8, n, (b, at) => withZone(stamp(b, at, 6, style), style))
    case 'interval': {
      const write = style === engineStyle ? intervalText : durationText
      return each(bytes(16), 16, n, (b, at) =>
        write(b.readInt32LE(at), b.readInt32LE(at + 4), b.readBigInt64LE(at + 8) / 1000n),
      )
    }
    case 'uuid':
      return each(bytes(16), 16, n, uuidText)
    case 'text':
      return textsOf(array)
    case 'enum':
      return enumTexts(type.indexBytes, array)
    case 'blob':
      return variable(array, style === engineStyle ? engineBlob : b => b.toString('base64'))
    case 'bit':
      return variable(array, bitText)
    case 'bignum':
      return variable(array, bignumText)
  }
}

function each(bytes: Buffer, width: number, n: number, write: (bytes: Buffer, at: number) => string): string[] {
  const texts: string[] = []
  for (let i = 0, at = 0; i < n; i++, at += width) texts[i] = write(bytes, at)
  return texts
}

/** Values up to 2^53 without a BigInt. */
function int64Text(b: Buffer, at: number): string {
  const high = b.readInt32LE(at + 4)
  if (high >= -0x1fffff && high < 0x200000) return String(high * 4294967296 + b.readUInt32LE(at))
  return b.readBigInt64LE(at).toString()
}

const int128 = (b: Buffer, at: number): bigint => (b.readBigInt64LE(at + 8) << 64n) | b.readBigUInt64LE(at)

export function doubleText(value: number): string {
  return value === 0 && 1 / value < 0 ? '-0' : String(value)
}

/** The shortest text that reads back as the same 32-bit number. */
export function floatText(value: number): string {
  if ((Number.isInteger(value) && Math.abs(value) < 2 ** 24) || !Number.isFinite(value)) return doubleText(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

function decimalText(b: Buffer, at: number, scale: number): string {
  const high = b.readInt32LE(at + 4)
  const small = high >= -0x1fffff && high < 0x200000 && b.readInt32LE(at + 8) === high >> 31
  const digits = small ? String(high * 4294967296 + b.readUInt32LE(at)) : int128(b, at).toString()
  if (scale === 0) return digits
  const negative = digits.charCodeAt(0) === 45
  const size = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const point = size.length - scale
  return `${negative ? '-' : ''}${size.slice(0, point)}.${size.slice(point)}`
}

function clock(units: number, digits: number): string {
  const fraction = units % 10 ** digits
  return timeText((units - fraction) / 10 ** digits, fraction, digits)
}

/** The engine's layout: microseconds in the upper 40 bits; below, 57599 less the offset in seconds. */
function timeWithZone(bits: bigint, style: TimeStyle): string {
  return clock(Number(bits >> 24n), 6) + offsetText(57599 - Number(bits & 0xffffffn), style)
}

function stamp(b: Buffer, at: number, digits: number, style: TimeStyle): string {
  const high = b.readInt32LE(at + 4)
  if (high >= -0x1fffff && high < 0x200000)
    return smallTimestampText(high * 4294967296 + b.readUInt32LE(at), digits, style)
  return timestampText(b.readBigInt64LE(at), digits, style)
}

const withZone = (text: string, style: TimeStyle): string => (text.endsWith('infinity') ? text : text + style.utc)

function uuidText(b: Buffer, at: number): string {
  const hex = b.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export interface TextColumn {
  /** All texts one after the other, if they are ASCII only. */
  readonly ascii?: string
  readonly offsets: Int32Array
  readonly bytes: Buffer
}

export function textColumn(array: ArrowArray): TextColumn {
  const offsets = offsetsOf(array)
  const size = offsets[array.length] ?? 0
  const bytes = bufferOf(array, 2, size)
  return isAscii(bytes) ? { ascii: bytes.toString('latin1'), offsets, bytes } : { offsets, bytes }
}

export function offsetsOf(array: ArrowArray): Int32Array {
  const bytes = bufferOf(array, 1, 4 * (array.length + 1))
  return bytes.length === 0
    ? new Int32Array(array.length + 1)
    : new Int32Array(bytes.buffer, bytes.byteOffset, array.length + 1)
}

function textsOf(array: ArrowArray): string[] {
  const { ascii, offsets, bytes } = textColumn(array)
  const texts: string[] = []
  for (let i = 0; i < array.length; i++)
    texts[i] =
      ascii === undefined ? bytes.toString('utf8', offsets[i], offsets[i + 1]) : ascii.slice(offsets[i], offsets[i + 1])
  return texts
}

function enumTexts(indexBytes: number, array: ArrowArray): string[] {
  const words = array.dictionary ? textsOf(array.dictionary) : []
  return each(bufferOf(array, 1, array.length * indexBytes), indexBytes, array.length, (b, at) => {
    const index = b.readUIntLE(at, indexBytes)
    return words[index] ?? ''
  })
}

function variable(array: ArrowArray, write: (bytes: Buffer) => string): string[] {
  const offsets = offsetsOf(array)
  const bytes = bufferOf(array, 2, offsets[array.length] ?? 0)
  return Array.from({ length: array.length }, (_, i) => write(bytes.subarray(offsets[i], offsets[i + 1])))
}

/** The first byte counts the bits of padding at the start of the second. */
function bitText(bytes: Buffer): string {
  if (bytes.length === 0) return ''
  const bits = [...bytes.subarray(1)].map(b => b.toString(2).padStart(8, '0')).join('')
  return bits.slice(bytes[0])
}

/** Three bytes of sign and length, then the size in big-endian order; all inverted where it is negative. */
function bignumText(bytes: Buffer): string {
  if (bytes.length < 4) return '0'
  const negative = (bytes[0]! & 0x80) === 0
  const digits = Buffer.from(bytes.subarray(3).map(b => (negative ? ~b & 0xff : b)))
  const size = BigInt(`0x${digits.toString('hex')}`)
  return (negative ? -size : size).toString()
}

/** As the engine writes it: printable ASCII as it is, the rest `\xAA`. */
const engineBlob = (bytes: Buffer): string =>
  [...bytes]
    .map(b =>
      b >= 32 && b <= 126 && b !== 92 && b !== 34 && b !== 39
        ? String.fromCharCode(b)
        : `\\x${b.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
