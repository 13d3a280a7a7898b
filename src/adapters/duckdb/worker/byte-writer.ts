/**
 * Text as bytes, written where it will lie: no string for each value, which the collector of garbage would have to find.
 * Writers keep `bytes` and `at` in locals inside their loops.
 */
export interface ByteWriter {
  bytes: Buffer
  at: number
}

export const byteWriter = (sizeBytes: number): ByteWriter => ({ bytes: Buffer.allocUnsafe(sizeBytes), at: 0 })

/** Room for `size` more bytes. */
export function reserve(out: ByteWriter, size: number): void {
  if (out.at + size <= out.bytes.length) return
  const larger = Buffer.allocUnsafe(Math.max(out.at + size, out.bytes.length * 2))
  out.bytes.copy(larger, 0, 0, out.at)
  out.bytes = larger
}

export function writeBytes(out: ByteWriter, from: Uint8Array): void {
  reserve(out, from.length)
  const { bytes } = out
  let { at } = out
  for (let i = 0; i < from.length; i++) bytes[at++] = from[i]!
  out.at = at
}

/** A short text of ASCII characters. */
export function writeAscii(out: ByteWriter, text: string): void {
  reserve(out, text.length)
  const { bytes } = out
  let { at } = out
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
  out.at = at
}

export function writeText(out: ByteWriter, text: string): void {
  reserve(out, text.length * 3)
  out.at += out.bytes.write(text, out.at, 'utf8')
}

const zero = 48
const minus = 45
const point = 46
const digitsMax = 24

/** An integer that a double holds exactly. */
export function writeInteger(out: ByteWriter, value: number): void {
  reserve(out, digitsMax)
  if (value < 0) {
    out.bytes[out.at++] = minus
    writeDigits(out, -value, 1)
  } else writeDigits(out, value, 1)
}

/** `value` divided by 10^scale, all digits of the scale written; the value is an integer that a double holds exactly. */
export function writeDecimal(out: ByteWriter, value: number, scale: number): void {
  if (scale === 0) return writeInteger(out, value)
  reserve(out, digitsMax + scale)
  const size = Math.abs(value)
  if (value < 0) out.bytes[out.at++] = minus
  const unit = 10 ** scale
  const whole = Math.floor(size / unit)
  writeDigits(out, whole, 1)
  out.bytes[out.at++] = point
  writeDigits(out, size - whole * unit, scale)
}

/** At least `width` digits, zeros in front. Halves of nine digits are 32-bit integers, which divide fast. */
function writeDigits(out: ByteWriter, value: number, width: number): void {
  if (value < 1e9) return writeSmall(out, value, width)
  const high = Math.floor(value / 1e9)
  writeDigits(out, high, width - 9)
  writeSmall(out, value - high * 1e9, 9)
}

function writeSmall(out: ByteWriter, value: number, width: number): void {
  let rest = value | 0
  const length = Math.max(width, lengthOf(rest))
  const { bytes, at } = out
  for (let i = at + length - 1; i >= at; i--) {
    const next = (rest / 10) | 0
    bytes[i] = zero + rest - next * 10
    rest = next
  }
  out.at = at + length
}

function lengthOf(n: number): number {
  if (n < 10) return 1
  if (n < 100) return 2
  if (n < 1_000) return 3
  if (n < 10_000) return 4
  if (n < 100_000) return 5
  if (n < 1_000_000) return 6
  if (n < 10_000_000) return 7
  return n < 100_000_000 ? 8 : 9
}
