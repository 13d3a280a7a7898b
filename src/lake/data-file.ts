import { quoteText } from '../base/index.ts'
import { boundOf } from './bounds.ts'
import { leavesOf, type IcebergSchema, type Leaf } from './iceberg-type.ts'
import type { Partition } from './partition.ts'

/** One Parquet file of a table with what is known of its columns, by column id. */
export interface DataFile {
  /** Relative to the lake. */
  readonly path: string
  readonly rows: bigint
  readonly sizeBytes: number
  readonly partition: Partition
  readonly columnSizes: ReadonlyMap<number, bigint>
  readonly valueCounts: ReadonlyMap<number, bigint>
  readonly nullCounts: ReadonlyMap<number, bigint>
  /** Only where the number is known, which is to say 0. */
  readonly nanCounts: ReadonlyMap<number, bigint>
  readonly lower: ReadonlyMap<number, Uint8Array>
  readonly upper: ReadonlyMap<number, Uint8Array>
  /** Where the row groups begin. */
  readonly splitOffsets: readonly bigint[]
}

/** One row of `COPY … (FORMAT parquet, RETURN_STATS, FIELD_IDS …)`, in whatever form the driver gives maps and big integers. */
export interface ReturnStats {
  readonly count: unknown
  readonly file_size_bytes: unknown
  readonly column_statistics: unknown
}

/** A statement that gives one row per row group with its `split_offset`, in order. */
export const splitOffsetsSql = (absolutePath: string): string =>
  `SELECT min(least(data_page_offset, coalesce(dictionary_page_offset, data_page_offset)))::BIGINT AS split_offset ` +
  `FROM parquet_metadata(${quoteText(absolutePath)}) GROUP BY row_group_id ORDER BY row_group_id`

/** What Iceberg records of a file that DuckDB has just written with the ids of `schema`. */
export function dataFileOf(
  stats: ReturnStats,
  footer: { readonly splitOffsets: readonly (bigint | number | string)[] },
  schema: Pick<IcebergSchema, 'fields'>,
  path: string,
  partition: Partition = {},
): DataFile {
  const file = {
    columnSizes: new Map<number, bigint>(),
    valueCounts: new Map<number, bigint>(),
    nullCounts: new Map<number, bigint>(),
    nanCounts: new Map<number, bigint>(),
    lower: new Map<number, Uint8Array>(),
    upper: new Map<number, Uint8Array>(),
  }
  const rows = integerOf(stats.count)
  const columns = mapOf(stats.column_statistics)
  for (const leaf of leavesOf(schema.fields)) {
    const column = columns.get(leaf.path.map(part => `"${part.replaceAll('"', '""')}"`).join('.'))
    if (column !== undefined) record(file, leaf, mapOf(column))
  }
  const splitOffsets = footer.splitOffsets.map(integerOf)
  return { path, rows, sizeBytes: Number(integerOf(stats.file_size_bytes)), partition, ...file, splitOffsets }
}

type Recorded<K extends keyof DataFile> = DataFile[K] extends ReadonlyMap<number, infer V> ? Map<number, V> : never
type Columns = {
  [K in 'columnSizes' | 'valueCounts' | 'nullCounts' | 'nanCounts' | 'lower' | 'upper']: Recorded<K>
}

function record(file: Columns, leaf: Leaf, column: ReadonlyMap<string, unknown>): void {
  const { id, type } = leaf
  const text = (key: string): string | undefined => {
    const value = column.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const count = (key: string, into: Map<number, bigint>): void => {
    const value = text(key)
    if (value !== undefined) into.set(id, BigInt(value))
  }
  count('column_size_bytes', file.columnSizes)
  count('num_values', file.valueCounts)
  count('null_count', file.nullCounts)
  const hasNan = text('has_nan') === 'true'
  if (text('has_nan') === 'false') file.nanCounts.set(id, 0n)
  // NaN is outside every order, and DuckDB's bounds may hide it.
  if (leaf.repeated || hasNan) return
  const [min, max] = [text('min'), text('max')]
  const lower = min === undefined ? undefined : boundOf(type, min, 'lower')
  const upper = max === undefined ? undefined : boundOf(type, max, 'upper')
  if (lower !== undefined) file.lower.set(id, lower)
  if (upper !== undefined) file.upper.set(id, upper)
}

function integerOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value))) return BigInt(value)
  throw new Error(`Bug in Meshwright: ${String(value)} is no count of a written file.`)
}

/** DuckDB's MAP as drivers give it: entries of `key` and `value` (bare or in `entries`), pairs, a Map, or an object. */
function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  if (value instanceof Map) return new Map([...value].map(([key, v]): [string, unknown] => [String(key), v]))
  if (value === null || typeof value !== 'object') return new Map()
  const entries: unknown = 'entries' in value && Array.isArray(value.entries) ? value.entries : value
  if (!Array.isArray(entries)) return new Map(Object.entries(entries as object))
  return new Map(entries.map((entry: unknown) => pairOf(entry)))
}

function pairOf(entry: unknown): [string, unknown] {
  if (Array.isArray(entry)) return [String(entry[0]), entry[1]]
  const { key, value } = entry as { readonly key: unknown; readonly value: unknown }
  return [String(key), value]
}
