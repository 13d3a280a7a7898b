import { decimalOf } from './iceberg-type.ts'

/**
 * A column's bound as Iceberg stores it ("single-value serialization"), from the text in which DuckDB's COPY reports it.
 * Undefined where there is no exact form (infinite dates, years before our era): a missing bound is always right.
 */
export function boundOf(type: string, text: string, side: 'lower' | 'upper'): Buffer | undefined {
  const decimal = decimalOf(type)
  if (decimal !== undefined) return decimalBytes(text, decimal.scale)
  switch (type) {
    case 'boolean':
      return Buffer.from([text === 'true' || text === '1' ? 1 : 0])
    case 'int':
      return int32(Number(text))
    case 'long':
      return int64(BigInt(text))
    case 'float':
    case 'double':
      return floating(type, numberOf(text), side)
    case 'date': {
      const days = daysOf(text)
      return days === undefined ? undefined : int32(days)
    }
    case 'time':
      return micros(timeMicrosOf(text))
    case 'timestamp':
    case 'timestamptz':
      return micros(timestampMicrosOf(text))
    case 'string':
      return Buffer.from(text, 'utf8')
    case 'uuid':
      return Buffer.from(text.replaceAll('-', ''), 'hex')
    case 'binary':
      return Buffer.from(text, 'hex')
    default:
      return undefined
  }
}

const micros = (value: bigint | undefined): Buffer | undefined => (value === undefined ? undefined : int64(value))

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

/** Zero has two signs, which order differently among readers: the bounds take in both. */
export function floating(type: 'float' | 'double', value: number, side?: 'lower' | 'upper'): Buffer {
  const signed = value === 0 && side !== undefined ? (side === 'lower' ? -0 : 0) : value
  const bytes = Buffer.alloc(type === 'float' ? 4 : 8)
  if (type === 'float') bytes.writeFloatLE(signed)
  else bytes.writeDoubleLE(signed)
  return bytes
}

const numberOf = (text: string): number =>
  /^[+]?inf/i.test(text) ? Infinity : /^-inf/i.test(text) ? -Infinity : Number(text)

/** Big-endian two's complement in as few bytes as hold it. */
export function unscaledBytes(unscaled: bigint): Buffer {
  let size = 1
  while (BigInt.asIntN(size * 8, unscaled) !== unscaled) size++
  const bytes = Buffer.alloc(size)
  for (let i = size - 1, rest = unscaled; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}

/** `-12.5` with scale 2 is -1250. */
export function unscaledOf(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = ''] = match
  if (fraction.length > scale) return undefined
  const digits = BigInt(whole + fraction.padEnd(scale, '0') || '0')
  return sign === '-' ? -digits : digits
}

function decimalBytes(text: string, scale: number): Buffer | undefined {
  const unscaled = unscaledOf(text, scale)
  return unscaled === undefined ? undefined : unscaledBytes(unscaled)
}

/** Days since 1970-01-01 of an ISO date. */
export function daysOf(text: string): number | undefined {
  const match = /^(\d{4,})-(\d\d)-(\d\d)$/.exec(text)
  if (match === null) return undefined
  // Not by Date.UTC, which takes years below 100 for 19xx. Beyond the year 275760 JavaScript has no dates.
  const ms = new Date(0).setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
  return Number.isNaN(ms) ? undefined : ms / 86_400_000
}

/** Microseconds since midnight of `01:02:03.000004`. */
export function timeMicrosOf(text: string): bigint | undefined {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) return undefined
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
  return BigInt(seconds) * 1_000_000n + BigInt((match[4] ?? '').padEnd(6, '0'))
}

/** Microseconds since 1970-01-01 of `2020-01-01 01:02:03.000004+02:30`; no offset means none. */
export function timestampMicrosOf(text: string): bigint | undefined {
  const match = /^(\S+)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?:Z|([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?)?$/.exec(text)
  if (match === null) return undefined
  const [days, time] = [daysOf(match[1]!), timeMicrosOf(match[2]!)]
  if (days === undefined || time === undefined) return undefined
  const offset = Number(match[4] ?? 0) * 3600 + Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0)
  return BigInt(days) * 86_400_000_000n + time - BigInt(match[3] === '-' ? -offset : offset) * 1_000_000n
}
