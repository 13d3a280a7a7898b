import { readAvro, writeAvro } from './avro-container.ts'
import type { IcebergField } from './iceberg-type.ts'
import { manifestListSchema, withOurNames } from './manifest-schema.ts'
import type { ManifestEntry, PathForms } from './manifest.ts'
import { compareValues, partitionType, valueBytes, type PartitionSpec, type PartitionValue } from './partition.ts'

/** A line of a manifest list: a manifest and what a reader may know without opening it. */
export interface ManifestFile {
  /** Relative to the lake. */
  readonly path: string
  readonly sizeBytes: bigint
  readonly specId: number
  readonly content: 'data' | 'deletes'
  readonly sequenceNumber: bigint
  readonly minSequenceNumber: bigint
  readonly addedSnapshotId: bigint
  readonly addedFiles: number
  readonly existingFiles: number
  readonly deletedFiles: number
  readonly addedRows: bigint
  readonly existingRows: bigint
  readonly deletedRows: bigint
  readonly partitions: readonly PartitionSummary[]
}

export interface PartitionSummary {
  readonly contains_null: boolean
  readonly contains_nan: boolean | null
  readonly lower_bound: Uint8Array | null
  readonly upper_bound: Uint8Array | null
}

export function writeManifestList(
  manifests: readonly ManifestFile[],
  snapshot: { readonly id: bigint; readonly parentId?: bigint; readonly sequenceNumber: bigint },
  forms: PathForms,
): Buffer {
  const records = manifests.map(manifest => ({
    manifest_path: forms.uri(manifest.path),
    manifest_length: manifest.sizeBytes,
    partition_spec_id: manifest.specId,
    content: manifest.content === 'data' ? 0 : 1,
    sequence_number: manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber,
    added_snapshot_id: manifest.addedSnapshotId,
    added_files_count: manifest.addedFiles,
    existing_files_count: manifest.existingFiles,
    deleted_files_count: manifest.deletedFiles,
    added_rows_count: manifest.addedRows,
    existing_rows_count: manifest.existingRows,
    deleted_rows_count: manifest.deletedRows,
    partitions: manifest.partitions.length === 0 ? null : manifest.partitions,
    key_metadata: null,
  }))
  return writeAvro(manifestListSchema, records, {
    'snapshot-id': snapshot.id.toString(),
    'parent-snapshot-id': snapshot.parentId?.toString() ?? 'null',
    'sequence-number': snapshot.sequenceNumber.toString(),
    'format-version': '2',
  })
}

export function readManifestList(bytes: Uint8Array, forms: PathForms): readonly ManifestFile[] {
  const { records } = readAvro(bytes, withOurNames)
  return (records as readonly ListRecord[]).map(record => ({
    path: forms.pathOf(record.manifest_path),
    sizeBytes: record.manifest_length,
    specId: record.partition_spec_id,
    content: (record.content ?? 0) === 0 ? 'data' : 'deletes',
    sequenceNumber: record.sequence_number ?? 0n,
    minSequenceNumber: record.min_sequence_number ?? 0n,
    addedSnapshotId: record.added_snapshot_id ?? 0n,
    addedFiles: record.added_files_count ?? 0,
    existingFiles: record.existing_files_count ?? 0,
    deletedFiles: record.deleted_files_count ?? 0,
    addedRows: record.added_rows_count ?? 0n,
    existingRows: record.existing_rows_count ?? 0n,
    deletedRows: record.deleted_rows_count ?? 0n,
    partitions: record.partitions ?? [],
  }))
}

interface ListRecord {
  readonly manifest_path: string
  readonly manifest_length: bigint
  readonly partition_spec_id: number
  readonly content?: number | null
  readonly sequence_number?: bigint | null
  readonly min_sequence_number?: bigint | null
  readonly added_snapshot_id?: bigint | null
  readonly added_files_count?: number | null
  readonly existing_files_count?: number | null
  readonly deleted_files_count?: number | null
  readonly added_rows_count?: bigint | null
  readonly existing_rows_count?: bigint | null
  readonly deleted_rows_count?: bigint | null
  readonly partitions?: readonly PartitionSummary[] | null
}

/** The line for a manifest of these entries that a snapshot is about to add. */
export function manifestFile(
  path: string,
  sizeBytes: number,
  entries: readonly ManifestEntry[],
  spec: PartitionSpec,
  fields: readonly IcebergField[],
  snapshot: { readonly id: bigint; readonly sequenceNumber: bigint },
): ManifestFile {
  const of = (status: ManifestEntry['status']): readonly ManifestEntry[] => entries.filter(e => e.status === status)
  const rows = (some: readonly ManifestEntry[]): bigint => some.reduce((sum, entry) => sum + entry.file.rows, 0n)
  const [added, existing, deleted] = [of('added'), of('existing'), of('deleted')]
  const least = entries
    .filter(entry => entry.status !== 'deleted')
    .reduce((low, { sequenceNumber: n = snapshot.sequenceNumber }) => (n < low ? n : low), snapshot.sequenceNumber)
  return {
    path,
    sizeBytes: BigInt(sizeBytes),
    specId: spec.specId,
    content: 'data',
    sequenceNumber: snapshot.sequenceNumber,
    minSequenceNumber: least,
    addedSnapshotId: snapshot.id,
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: deleted.length,
    addedRows: rows(added),
    existingRows: rows(existing),
    deletedRows: rows(deleted),
    partitions: spec.fields.map(field =>
      summaryOf(
        partitionType(field, fields),
        entries.map(entry => entry.file.partition[field.name] ?? null),
      ),
    ),
  }
}

function summaryOf(type: string, values: readonly PartitionValue[]): PartitionSummary {
  const ordered = values
    .filter(value => value !== null)
    .filter(value => !Number.isNaN(value))
    .sort((a, b) => compareValues(type, a, b))
  const [first, last] = [ordered[0], ordered.at(-1)]
  return {
    contains_null: values.includes(null),
    contains_nan: type === 'float' || type === 'double' ? values.some(Number.isNaN) : false,
    lower_bound: first === undefined ? null : valueBytes(type, first),
    upper_bound: last === undefined ? null : valueBytes(type, last),
  }
}
