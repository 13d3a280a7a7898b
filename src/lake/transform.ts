import { MeshError } from '../base/index.ts'
import { daysOf, floating, int64, timeMicrosOf, timestampMicrosOf, unscaledOf } from './bounds.ts'
import { decimalOf } from './iceberg-type.ts'
import { murmur3 } from './murmur3.ts'
import { valueBytes, type PartitionValue } from './partition.ts'

/** The partition value that a transform makes of a column's value. NULL stays NULL. */
export function transform(name: string, type: string, value: PartitionValue): PartitionValue {
  if (value === null || name === 'void') return null
  const [, kind, width] = /^(\w+?)(?:\[(\d+)\])?$/.exec(name) ?? []
  switch (kind) {
    case 'identity':
      return value
    case 'bucket':
      return (murmur3(hashedBytes(type, value)) & 0x7fffffff) % Number(width)
    case 'truncate':
      return truncate(type, value, Number(width))
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return timePart(kind, value as number | bigint)
    default:
      throw new MeshError('document.invalid', `There is no partition transform ${name}.`, {
        fix: 'Use identity, bucket[N], truncate[N], year, month, day or hour.',
      })
  }
}

/** A column's value from the text in which DuckDB prints it (a partition folder, a CAST to VARCHAR). */
export function valueOfText(type: string, text: string | null): PartitionValue {
  if (text === null) return null
  const decimal = decimalOf(type)
  if (decimal !== undefined) return unscaledOf(text, decimal.scale) ?? unreadable(type, text)
  switch (type) {
    case 'boolean':
      return text === 'true'
    case 'int':
    case 'float':
    case 'double':
      return Number(text)
    case 'long':
      return BigInt(text)
    case 'date':
      return daysOf(text) ?? unreadable(type, text)
    case 'time':
      return timeMicrosOf(text) ?? unreadable(type, text)
    case 'timestamp':
    case 'timestamptz':
      return timestampMicrosOf(text) ?? unreadable(type, text)
    case 'binary':
      return unreadable(type, text)
    default:
      return text
  }
}

function unreadable(type: string, text: string): never {
  throw new MeshError('sql.type', `A table cannot be partitioned by the value ${text} of the type ${type}.`, {
    fix: 'Leave such rows out, or partition by another column.',
  })
}

/** Int hashes as long and float as double, so that a widened column keeps its buckets. */
function hashedBytes(type: string, value: Exclude<PartitionValue, null>): Buffer {
  if (type === 'int' || type === 'date') return int64(BigInt(value as number))
  if (type === 'float' || type === 'double') return floating('double', value === 0 ? 0 : (value as number))
  return valueBytes(type, value)
}

function truncate(type: string, value: Exclude<PartitionValue, null>, width: number): PartitionValue {
  if (typeof value === 'number') return value - (((value % width) + width) % width)
  if (typeof value === 'bigint') {
    const w = BigInt(width)
    return value - (((value % w) + w) % w)
  }
  if (typeof value === 'string') return Array.from(value).slice(0, width).join('')
  if (value instanceof Uint8Array) return value.slice(0, width)
  throw new MeshError('document.invalid', `A column of the type ${type} cannot be partitioned by truncate.`)
}

function timePart(kind: 'year' | 'month' | 'day' | 'hour', value: number | bigint): number {
  const hours = typeof value === 'number' ? value * 24 : Number(floorDiv(value, 3_600_000_000n))
  if (kind === 'hour') return hours
  if (kind === 'day') return Math.floor(hours / 24)
  const date = new Date(hours * 3_600_000)
  const years = date.getUTCFullYear() - 1970
  return kind === 'year' ? years : years * 12 + date.getUTCMonth()
}

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n)
