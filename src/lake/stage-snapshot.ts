import { randomBytes, randomUUID } from 'node:crypto'
import { MeshError } from '../base/index.ts'
import { printBigJson } from './big-json.ts'
import { planChange, type Change, type PlannedChange } from './change.ts'
import type { IcebergSchema } from './iceberg-type.ts'
import { lakeReader } from './lake-reader.ts'
import { manifestFile, writeManifestList, type ManifestFile } from './manifest-list.ts'
import { writeManifest, type ManifestEntry, type ManifestFrame } from './manifest.ts'
import type { LakeFiles, PointerMove } from './needs.ts'
import { nextMetadata } from './next-metadata.ts'
import { partitionSpec, unpartitioned, type PartitionBy, type PartitionSpec } from './partition.ts'
import { summaryOf } from './summary.ts'
import type { TableMetadata } from './table-metadata.ts'

export interface StageRequest {
  readonly files: LakeFiles
  /** The folder that holds the table and names it. */
  readonly table: string
  /** The metadata file to build on; absent for a new table. */
  readonly parent?: string
  /** From `evolveSchema`. Its id is settled here: one that the table already has is reused. */
  readonly schema: IcebergSchema
  /** From `evolveSchema`. */
  readonly lastColumnId?: number
  /** Absent: as before. */
  readonly partition?: readonly PartitionBy[]
  readonly change: Change
  /** Table properties to set. */
  readonly properties?: Readonly<Record<string, string>>
  /** Facts for the snapshot's summary: the run, the release. */
  readonly summary?: Readonly<Record<string, string>>
  readonly now: Date
  /** Decimal text; random if absent. A commit that is tried again keeps its id. */
  readonly snapshotId?: string
}

export interface StagedSnapshot extends PointerMove {
  /** Files that were made for it, besides data: to be removed if it is not committed. */
  readonly created: readonly string[]
}

/** Writes metadata, manifest list and manifests for a change over a parent. Makes nothing visible. */
export async function stageSnapshot(request: StageRequest): Promise<StagedSnapshot> {
  const { files, table, parent } = request
  const reader = lakeReader(files)
  const base = parent === undefined ? undefined : await reader.metadata(parent)
  if (base !== undefined && base.formatVersion !== 2) throw otherVersion(base)
  const id = request.snapshotId === undefined ? newSnapshotId() : BigInt(request.snapshotId)
  const snapshot = { id, sequenceNumber: (base?.lastSequenceNumber ?? 0n) + 1n }
  const schema = settledSchema(request.schema, base)
  const spec = settledSpec(request.partition, schema, base)
  const plan = await planChange(request.change, base, reader, id)
  const folder = `${table}/metadata`
  const unique = randomUUID()
  const written = manifestsOf(plan, { schema, spec }, base, id).map(({ frame, entries }, i) => {
    const bytes = writeManifest(frame, entries, files)
    const path = `${folder}/${unique}-m${i}.avro`
    return { path, bytes, line: manifestFile(path, bytes.length, entries, frame.spec, frame.schema.fields, snapshot) }
  })
  const lines: readonly ManifestFile[] = [...written.map(({ line }) => line), ...plan.kept]
  const parentId = base?.currentSnapshotId
  const listPath = `${folder}/snap-${id}-${unique}.avro`
  const list = writeManifestList(lines, { ...snapshot, ...(parentId === undefined ? {} : { parentId }) }, files)
  const { summary, totalRows, totalBytes } = await summaryOf(plan, base, reader, request.summary)
  const metadata = nextMetadata({
    base,
    ...(parent === undefined ? {} : { baseUri: files.uri(parent) }),
    uuid: base?.uuid ?? randomUUID(),
    location: base?.location ?? files.uri(table),
    schema,
    lastColumnId: request.lastColumnId ?? 0,
    spec,
    properties: { 'write.format.default': 'parquet', ...request.properties },
    snapshot: {
      ...snapshot,
      ...(parentId === undefined ? {} : { parentId }),
      // Later than all before, so that "as of" has one answer even where clocks stand still.
      timestampMs: Math.max(request.now.getTime(), (base?.lastUpdatedMs ?? 0) + 1),
      manifestList: files.uri(listPath),
      summary,
    },
  })
  const to = `${folder}/${nextVersion(parent)}-${unique}.metadata.json`
  const made = [
    ...written,
    { path: listPath, bytes: list },
    { path: to, bytes: Buffer.from(printBigJson(metadata.raw), 'utf8') },
  ]
  await createAll(files, made)
  reader.learn(to, metadata)
  return {
    table,
    ...(parent === undefined ? {} : { from: parent }),
    to,
    snapshot: id.toString(),
    rows: Number(totalRows),
    sizeBytes: Number(totalBytes),
    created: made.map(({ path }) => path),
  }
}

/** Removes what was staged and never became visible. With `data`, its data files too. */
export async function dropStaged(
  files: LakeFiles,
  staged: Pick<StagedSnapshot, 'created'>,
  data: readonly string[] = [],
): Promise<void> {
  await Promise.all([...staged.created, ...data].map(path => files.remove(path)))
}

/** Nothing points at any of these files yet, so they need no order among themselves. */
async function createAll(files: LakeFiles, made: readonly { path: string; bytes: Uint8Array }[]): Promise<void> {
  const results = await Promise.allSettled(made.map(({ path, bytes }) => files.create(path, bytes)))
  const failed = results.find(result => result.status === 'rejected')
  if (failed === undefined) return
  const done = made.filter((_, i) => results[i]?.status === 'fulfilled').map(({ path }) => path)
  await dropStaged(files, { created: done })
  throw failed.reason
}

function manifestsOf(
  plan: PlannedChange,
  frame: ManifestFrame,
  base: TableMetadata | undefined,
  snapshotId: bigint,
): readonly { readonly frame: ManifestFrame; readonly entries: readonly ManifestEntry[] }[] {
  const added = plan.added.map((file): ManifestEntry => ({ status: 'added', snapshotId, file }))
  const rewritten = plan.rewritten.map(({ schemaId, specId, entries }) => ({
    frame: { schema: base?.schemas.get(schemaId) ?? frame.schema, spec: base?.specs.get(specId) ?? frame.spec },
    entries,
  }))
  return added.length === 0 ? rewritten : [{ frame, entries: added }, ...rewritten]
}

function settledSchema(wanted: IcebergSchema, base: TableMetadata | undefined): IcebergSchema {
  if (base === undefined) return { ...wanted, schemaId: 0 }
  const same = [...base.schemas.values()].find(known => JSON.stringify(known.fields) === JSON.stringify(wanted.fields))
  return same ?? { ...wanted, schemaId: Math.max(...base.schemas.keys()) + 1 }
}

function settledSpec(
  by: readonly PartitionBy[] | undefined,
  schema: IcebergSchema,
  base: TableMetadata | undefined,
): PartitionSpec {
  if (by === undefined) return base?.specs.get(base.defaultSpecId) ?? unpartitioned
  return partitionSpec(by, schema, [...(base?.specs.values() ?? [])], base?.lastPartitionId ?? 999)
}

/**
 * The specification allows 63 bits. Ours have fifteen digits, so that no client in JavaScript can corrupt them; chance collides
 * once in a hundred million tables of a thousand snapshots.
 */
const newSnapshotId = (): bigint => 100_000_000_000_000n + (randomBytes(8).readBigUInt64BE() % 900_000_000_000_000n)

/** The number in the name of the metadata file after a parent: for people, readers do not rely on it. */
export function nextVersion(parent: string | undefined): string {
  const match = parent === undefined ? null : /(?:^|\/)v?(\d+)[-.][^/]*$/.exec(parent)
  return String(match === null ? 0 : Number(match[1]) + 1).padStart(5, '0')
}

const otherVersion = (base: TableMetadata): MeshError =>
  new MeshError(
    'source.unreadable',
    `The table at ${base.location} is of Iceberg's format version ${base.formatVersion}, and Meshwright writes version 2 alone.`,
    { fix: 'Read it as a source, and build a new table from it.' },
  )
