import { MeshError } from '../base/index.ts'
import type { DataFile } from './data-file.ts'
import type { IcebergSchema } from './iceberg-type.ts'
import { lakeReader, type LakeReader } from './lake-reader.ts'
import type { LakeFiles } from './needs.ts'
import type { PartitionSpec } from './partition.ts'
import type { Snapshot, TableMetadata } from './table-metadata.ts'

/** One state of a table: what to read, and by which schema. */
export interface TableSnapshot {
  readonly metadataPath: string
  readonly uuid: string
  /** Decimal text. */
  readonly snapshotId: string
  readonly timestampMs: number
  /** Of the snapshot, not of the table as it is now. */
  readonly schema: IcebergSchema
  /** All that the table ever had, by id: files are read by the one they were written with. */
  readonly schemas: ReadonlyMap<number, IcebergSchema>
  readonly files: readonly SnapshotFile[]
  readonly rows: bigint
  readonly sizeBytes: number
  readonly parent?: string
  /** The highest column id that the table ever gave, for `evolveSchema`. */
  readonly lastColumnId: number
  readonly summary: Readonly<Record<string, string>>
}

export interface SnapshotFile extends DataFile {
  readonly schemaId: number
  readonly specId: number
}

const snapshots = new WeakMap<TableMetadata, Map<bigint, Promise<TableSnapshot>>>()

/**
 * The current snapshot of a metadata file, or another one of it. Throws `sql.snapshot-not-found` for an unknown id,
 * `table.no-data` for a table without snapshots, `source.unreadable` for a table with row-level deletes and `storage.damaged`.
 */
export async function readTable(files: LakeFiles, metadataPath: string, snapshotId?: string): Promise<TableSnapshot> {
  const reader = lakeReader(files)
  const metadata = await reader.metadata(metadataPath)
  const snapshot = snapshotOf(metadata, snapshotId)
  const known = snapshots.get(metadata) ?? new Map<bigint, Promise<TableSnapshot>>()
  snapshots.set(metadata, known)
  const reading = known.get(snapshot.id) ?? readSnapshot(reader, metadataPath, metadata, snapshot)
  known.set(snapshot.id, reading)
  reading.catch(() => known.delete(snapshot.id))
  return reading
}

/** Ids of all snapshots that a metadata file knows, oldest first. */
export async function listSnapshots(
  files: LakeFiles,
  metadataPath: string,
): Promise<readonly { readonly snapshotId: string; readonly timestampMs: number; readonly operation: string }[]> {
  const metadata = await lakeReader(files).metadata(metadataPath)
  return [...metadata.snapshots.values()]
    .sort((a, b) => a.timestampMs - b.timestampMs)
    .map(s => ({
      snapshotId: s.id.toString(),
      timestampMs: s.timestampMs,
      operation: s.summary['operation'] ?? 'append',
    }))
}

/** The snapshot that was current at a time; undefined before the first. */
export async function snapshotAsOf(
  files: LakeFiles,
  metadataPath: string,
  timestampMs: number,
): Promise<string | undefined> {
  const { snapshotLog } = await lakeReader(files).metadata(metadataPath)
  return snapshotLog.findLast(entry => entry.timestampMs <= timestampMs)?.snapshotId.toString()
}

/** What the next writer builds on: the current schema and the highest column id; works without any snapshot. */
export async function readSchema(
  files: LakeFiles,
  metadataPath: string,
): Promise<{
  readonly schema: IcebergSchema
  readonly lastColumnId: number
  readonly spec: PartitionSpec
}> {
  const metadata = await lakeReader(files).metadata(metadataPath)
  const [schema, spec] = [metadata.schemas.get(metadata.currentSchemaId), metadata.specs.get(metadata.defaultSpecId)]
  if (schema === undefined || spec === undefined) throw damaged(metadataPath, 'its current schema or partition spec')
  return { schema, lastColumnId: metadata.lastColumnId, spec }
}

function snapshotOf(metadata: TableMetadata, wanted: string | undefined): Snapshot {
  if (wanted === undefined && metadata.currentSnapshotId === undefined) {
    throw new MeshError('table.no-data', `The table at ${metadata.location} has no snapshot yet.`)
  }
  const id = wanted === undefined ? metadata.currentSnapshotId : /^\d{1,19}$/.test(wanted) ? BigInt(wanted) : undefined
  const snapshot = id === undefined ? undefined : metadata.snapshots.get(id)
  if (snapshot === undefined) {
    throw new MeshError(
      'sql.snapshot-not-found',
      `There is no snapshot ${wanted ?? String(id)} of this table, or it has expired.`,
    )
  }
  return snapshot
}

async function readSnapshot(
  reader: LakeReader,
  metadataPath: string,
  metadata: TableMetadata,
  snapshot: Snapshot,
): Promise<TableSnapshot> {
  const schema = metadata.schemas.get(snapshot.schemaId ?? metadata.currentSchemaId)
  if (schema === undefined) throw damaged(metadataPath, `schema ${snapshot.schemaId}`)
  const files = await liveFiles(reader, metadata, snapshot)
  return {
    metadataPath,
    uuid: metadata.uuid,
    snapshotId: snapshot.id.toString(),
    timestampMs: snapshot.timestampMs,
    schema,
    schemas: metadata.schemas,
    files,
    rows: files.reduce((sum, file) => sum + file.rows, 0n),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    ...(snapshot.parentId === undefined ? {} : { parent: snapshot.parentId.toString() }),
    lastColumnId: metadata.lastColumnId,
    summary: snapshot.summary,
  }
}

/** The files of a snapshot. Row-level deletes are not applied, so a table that has any is refused, never read wrongly. */
export async function liveFiles(
  reader: LakeReader,
  metadata: TableMetadata,
  snapshot: Snapshot,
): Promise<readonly SnapshotFile[]> {
  const manifests = await reader.manifests(metadata, snapshot)
  if (manifests.some(holdsDeletes)) throw withDeletes(metadata)
  const read = await Promise.all(manifests.map(manifest => reader.manifest(metadata, manifest)))
  return read.flatMap(({ manifest, schemaId, live }) =>
    live.map(entry => ({
      ...entry.file,
      // Other writers carry entries over into manifests of a newer schema: the snapshot that added the file knows better.
      schemaId: metadata.snapshots.get(entry.snapshotId)?.schemaId ?? schemaId,
      specId: manifest.specId,
    })),
  )
}

const holdsDeletes = (manifest: { content: string; addedFiles: number; existingFiles: number }): boolean =>
  manifest.content === 'deletes' && manifest.addedFiles + manifest.existingFiles > 0

const withDeletes = (metadata: TableMetadata): MeshError =>
  new MeshError(
    'source.unreadable',
    `The table at ${metadata.location} marks single rows as deleted in files of their own, which Meshwright does not apply.`,
    { fix: 'Compact the table with the engine that wrote it, or let that engine delete by copy-on-write.' },
  )

const damaged = (path: string, what: string): MeshError =>
  new MeshError('storage.damaged', `The metadata file ${path} lacks ${what}.`)
