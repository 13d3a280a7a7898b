import { floating, int32, int64, unscaledBytes } from './bounds.ts'
import { decimalOf, type IcebergField, type IcebergSchema } from './iceberg-type.ts'

export interface PartitionField {
  readonly fieldId: number
  /** Id of the column that the value is made from. */
  readonly sourceId: number
  readonly name: string
  /** `identity`, `bucket[16]`, `truncate[4]`, `year`, `month`, `day`, `hour` or `void`. */
  readonly transform: string
}

export interface PartitionSpec {
  readonly specId: number
  readonly fields: readonly PartitionField[]
}

/** A wish for partitioning, by column name: stable, while ids are the table's own business. */
export interface PartitionBy {
  readonly column: string
  readonly transform: string
}

/**
 * Values in their plainest form: int, date and the results of time and bucket transforms are numbers; long, time and timestamps
 * (microseconds) bigint; decimals their unscaled bigint; uuid text; binary bytes.
 */
export type PartitionValue = null | boolean | number | bigint | string | Uint8Array

/** Partition field name → value. */
export type Partition = Readonly<Record<string, PartitionValue>>

export const unpartitioned: PartitionSpec = { specId: 0, fields: [] }

/** The spec that a wish describes; the ids of fields that `known` specs already have are kept. */
export function partitionSpec(
  by: readonly PartitionBy[],
  schema: IcebergSchema,
  known: readonly PartitionSpec[],
  lastFieldId: number,
): PartitionSpec {
  let last = lastFieldId
  const before = known.flatMap(spec => spec.fields)
  const fields = by.map((wish): PartitionField => {
    const source = schema.fields.find(field => field.name === wish.column)
    if (source === undefined) throw new Error(`Bug in Meshwright: partition by the absent column ${wish.column}.`)
    const same = before.find(field => field.sourceId === source.id && field.transform === wish.transform)
    if (same !== undefined) return same
    return { fieldId: ++last, sourceId: source.id, name: fieldName(wish), transform: wish.transform }
  })
  const equal = known.find(spec => JSON.stringify(spec.fields) === JSON.stringify(fields))
  return equal ?? { specId: known.reduce((highest, spec) => Math.max(highest, spec.specId + 1), 0), fields }
}

function fieldName(wish: PartitionBy): string {
  if (wish.transform === 'identity') return wish.column
  return `${wish.column}_${wish.transform.replace(/\[\d+\]/, '').replace('truncate', 'trunc')}`
}

/** The type of a partition field's values. A day is a date, as the Java library has it, and every reader takes it. */
export function partitionType(field: PartitionField, fields: readonly IcebergField[]): string {
  const kind = field.transform.replace(/\[\d+\]/, '')
  if (kind === 'identity' || kind === 'truncate' || kind === 'void')
    return sourceType(field.sourceId, fields) ?? 'string'
  return kind === 'day' ? 'date' : 'int'
}

function sourceType(id: number, fields: readonly IcebergField[]): string | undefined {
  for (const field of fields) {
    if (typeof field.type === 'string') {
      if (field.id === id) return field.type
    } else if (field.type.type === 'struct') {
      const found = sourceType(id, field.type.fields)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** A partition value in the bytes of a bound, for summaries and hashes. */
export function valueBytes(type: string, value: Exclude<PartitionValue, null>): Buffer {
  if (decimalOf(type) !== undefined) return unscaledBytes(value as bigint)
  switch (type) {
    case 'boolean':
      return Buffer.from([value === true ? 1 : 0])
    case 'int':
    case 'date':
      return int32(value as number)
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return int64(value as bigint)
    case 'float':
    case 'double':
      return floating(type, value as number)
    case 'uuid':
      return Buffer.from((value as string).replaceAll('-', ''), 'hex')
    default:
      return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value as Uint8Array)
  }
}

/** Orders two values of one partition field; strings by code point, bytes unsigned, as Iceberg does. */
export function compareValues(
  type: string,
  a: Exclude<PartitionValue, null>,
  b: Exclude<PartitionValue, null>,
): number {
  if (typeof a === 'string' || a instanceof Uint8Array) return Buffer.compare(valueBytes(type, a), valueBytes(type, b))
  return a < b ? -1 : a > b ? 1 : 0
}
