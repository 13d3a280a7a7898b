import { readAvro, writeAvro } from './avro-container.ts'
import type { DataFile } from './data-file.ts'
import { decimalOf, type IcebergField, type IcebergSchema } from './iceberg-type.ts'
import { schemaJson, specJson } from './metadata-text.ts'
import { printBigJson } from './big-json.ts'
import { decimalSize, manifestSchema, withOurNames, avroName } from './manifest-schema.ts'
import {
  partitionType,
  type Partition,
  type PartitionField,
  type PartitionSpec,
  type PartitionValue,
} from './partition.ts'

export type EntryStatus = 'existing' | 'added' | 'deleted'
const statuses: readonly EntryStatus[] = ['existing', 'added', 'deleted']

export interface ManifestEntry {
  readonly status: EntryStatus
  /** Absent: of the snapshot that added the manifest. */
  readonly snapshotId?: bigint
  /** Absent: the manifest's own. */
  readonly sequenceNumber?: bigint
  readonly fileSequenceNumber?: bigint
  readonly file: DataFile
}

/** What the entries of one manifest share. */
export interface ManifestFrame {
  /** The schema with which its files were written. */
  readonly schema: IcebergSchema
  readonly spec: PartitionSpec
}

export interface PathForms {
  uri(path: string): string
  pathOf(uri: string): string
}

export function writeManifest(frame: ManifestFrame, entries: readonly ManifestEntry[], forms: PathForms): Buffer {
  const { schema, spec } = frame
  const records = entries.map(entry => ({
    status: statuses.indexOf(entry.status),
    snapshot_id: entry.snapshotId ?? null,
    sequence_number: entry.sequenceNumber ?? null,
    file_sequence_number: entry.fileSequenceNumber ?? null,
    data_file: fileRecord(entry.file, frame, forms),
  }))
  return writeAvro(manifestSchema(spec, schema.fields), records, {
    schema: printBigJson(schemaJson(schema)),
    'schema-id': String(schema.schemaId),
    'partition-spec': printBigJson(specJson(spec).fields),
    'partition-spec-id': String(spec.specId),
    'format-version': '2',
    content: 'data',
  })
}

function fileRecord(file: DataFile, { schema, spec }: ManifestFrame, forms: PathForms): object {
  return {
    content: 0,
    file_path: forms.uri(file.path),
    file_format: 'PARQUET',
    partition: partitionRecord(file.partition, spec, schema.fields),
    record_count: file.rows,
    file_size_in_bytes: BigInt(file.sizeBytes),
    column_sizes: entriesOf(file.columnSizes),
    value_counts: entriesOf(file.valueCounts),
    null_value_counts: entriesOf(file.nullCounts),
    nan_value_counts: entriesOf(file.nanCounts),
    lower_bounds: entriesOf(file.lower),
    upper_bounds: entriesOf(file.upper),
    key_metadata: null,
    split_offsets: file.splitOffsets.length === 0 ? null : file.splitOffsets,
    equality_ids: null,
    sort_order_id: 0,
  }
}

const entriesOf = <T extends bigint | Uint8Array>(map: ReadonlyMap<number, T>): readonly object[] | null =>
  map.size === 0
    ? null
    : [...map].map(([key, value]) => ({ key, value: typeof value === 'bigint' ? value : buffer(value) }))

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function partitionRecord(partition: Partition, spec: PartitionSpec, fields: readonly IcebergField[]): object {
  const entry = (f: PartitionField): [string, unknown] => [
    avroName(f.name),
    toAvro(partitionType(f, fields), partition[f.name] ?? null),
  ]
  return Object.fromEntries(spec.fields.map(entry))
}

function toAvro(type: string, value: PartitionValue): unknown {
  if (value === null) return null
  const decimal = decimalOf(type)
  if (decimal !== undefined) {
    const size = decimalSize(decimal.precision)
    const hex = BigInt.asUintN(size * 8, value as bigint).toString(16)
    return Buffer.from(hex.padStart(size * 2, '0'), 'hex')
  }
  if (type === 'uuid') return Buffer.from((value as string).replaceAll('-', ''), 'hex')
  return value instanceof Uint8Array ? buffer(value) : value
}

/** The entries of a manifest. `specs` and `fields` (of all schemas) give partition values their names and types. */
export function readManifest(
  bytes: Uint8Array,
  specOf: (id: number) => PartitionSpec | undefined,
  fields: readonly IcebergField[],
  forms: PathForms,
): { readonly schemaId?: number; readonly entries: readonly ManifestEntry[] } {
  const { records, metadata } = readAvro(bytes, withOurNames)
  const spec = specOf(Number(metadata['partition-spec-id'] ?? 0))
  const entries = (records as readonly EntryRecord[]).map((record): ManifestEntry => {
    const status = statuses[record.status]
    if (status === undefined) throw new Error(`${record.status} is no status of a manifest entry.`)
    return {
      status,
      ...present('snapshotId', record.snapshot_id),
      ...present('sequenceNumber', record.sequence_number),
      ...present('fileSequenceNumber', record.file_sequence_number),
      file: fileOf(record.data_file, spec, fields, forms),
    }
  })
  const schemaId = metadata['schema-id']
  return { ...(schemaId === undefined ? {} : { schemaId: Number(schemaId) }), entries }
}

interface EntryRecord {
  readonly status: number
  readonly snapshot_id?: bigint | null
  readonly sequence_number?: bigint | null
  readonly file_sequence_number?: bigint | null
  readonly data_file: FileRecord
}

type Pairs<T> = readonly { readonly key: number; readonly value: T }[] | null | undefined

interface FileRecord {
  readonly file_path: string
  readonly file_format: string
  readonly partition: Readonly<Record<string, unknown>>
  readonly record_count: bigint
  readonly file_size_in_bytes: bigint
  readonly column_sizes?: Pairs<bigint>
  readonly value_counts?: Pairs<bigint>
  readonly null_value_counts?: Pairs<bigint>
  readonly nan_value_counts?: Pairs<bigint>
  readonly lower_bounds?: Pairs<Uint8Array>
  readonly upper_bounds?: Pairs<Uint8Array>
  readonly split_offsets?: readonly bigint[] | null
}

const present = (key: string, value: bigint | null | undefined): object => (value == null ? {} : { [key]: value })

function fileOf(
  record: FileRecord,
  spec: PartitionSpec | undefined,
  fields: readonly IcebergField[],
  forms: PathForms,
): DataFile {
  if (record.file_format.toUpperCase() !== 'PARQUET') {
    throw new Error(`It lists a ${record.file_format} file, and Meshwright reads Parquet alone.`)
  }
  return {
    path: forms.pathOf(record.file_path),
    rows: record.record_count,
    sizeBytes: Number(record.file_size_in_bytes),
    partition: partitionOf(record.partition, spec, fields),
    columnSizes: mapOf(record.column_sizes),
    valueCounts: mapOf(record.value_counts),
    nullCounts: mapOf(record.null_value_counts),
    nanCounts: mapOf(record.nan_value_counts),
    lower: mapOf(record.lower_bounds),
    upper: mapOf(record.upper_bounds),
    splitOffsets: record.split_offsets ?? [],
  }
}

const mapOf = <T>(pairs: Pairs<T>): ReadonlyMap<number, T> =>
  new Map((pairs ?? []).map(({ key, value }) => [key, value]))

function partitionOf(
  record: Readonly<Record<string, unknown>>,
  spec: PartitionSpec | undefined,
  fields: readonly IcebergField[],
): Partition {
  const entry = (f: PartitionField): [string, PartitionValue] => [
    f.name,
    fromAvro(partitionType(f, fields), record[`f${f.fieldId}`] ?? null),
  ]
  return Object.fromEntries((spec?.fields ?? []).map(entry))
}

function fromAvro(type: string, value: unknown): PartitionValue {
  if (value === null) return null
  if (value instanceof Uint8Array) {
    const hex = buffer(value).toString('hex')
    if (decimalOf(type) !== undefined) return BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`))
    if (type === 'uuid') return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    return value
  }
  // A column may have been widened since: partition values keep the type of the column as it is now.
  return type === 'long' && typeof value === 'number' ? BigInt(value) : (value as PartitionValue)
}
