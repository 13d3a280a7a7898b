import { MeshError } from '../base/index.ts'
import type { DataFile } from './data-file.ts'
import type { LakeReader, LiveEntry, ReadManifest } from './lake-reader.ts'
import type { ManifestEntry } from './manifest.ts'
import type { ManifestFile } from './manifest-list.ts'
import { liveFiles } from './read-table.ts'
import type { Partition } from './partition.ts'
import type { TableMetadata } from './table-metadata.ts'

/** What a snapshot does to its table. */
export type Change =
  /** These files are the whole table from now on. */
  | { readonly kind: 'replace'; readonly files: readonly DataFile[] }
  | { readonly kind: 'append'; readonly files: readonly DataFile[] }
  /** Some files make way for others: a partition built anew, rows erased. */
  | { readonly kind: 'overwrite'; readonly removed: RemovedFiles; readonly added: readonly DataFile[] }
  /** The same rows in other files: compaction. */
  | { readonly kind: 'rewrite'; readonly removed: RemovedFiles; readonly added: readonly DataFile[] }

export type RemovedFiles =
  | { readonly paths: readonly string[] }
  /** Every file whose partition has these values, as far as they are named. */
  | { readonly partitions: readonly Partition[] }

/** A change worked out against the table as it is. */
export interface PlannedChange {
  /** Iceberg's word for it. */
  readonly operation: 'append' | 'replace' | 'overwrite' | 'delete'
  readonly kept: readonly ManifestFile[]
  /** Manifests to write, by the schema and partition spec that their files have. */
  readonly rewritten: readonly RewrittenManifest[]
  readonly added: readonly DataFile[]
  readonly removed: readonly DataFile[]
}

export interface RewrittenManifest {
  readonly schemaId: number
  readonly specId: number
  readonly entries: readonly ManifestEntry[]
}

/** From so many manifests on, an append merges them, so that readers open few. */
const mergeFrom = 100

export async function planChange(
  change: Change,
  base: TableMetadata | undefined,
  reader: LakeReader,
  snapshotId: bigint,
): Promise<PlannedChange> {
  const current = base?.currentSnapshotId === undefined ? undefined : base.snapshots.get(base.currentSnapshotId)
  const added = addedBy(change).filter(file => file.rows > 0n)
  const manifests = base && current ? await reader.manifests(base, current) : []
  if (base && current && change.kind !== 'append') await liveFiles(reader, base, current) // refuses row-level deletes
  if (change.kind === 'append') return { ...(await planAppend(manifests, base, reader)), added, removed: [] }
  const read = base ? await Promise.all(manifests.map(manifest => reader.manifest(base, manifest))) : []
  const gone = change.kind === 'replace' ? () => true : removes(change.removed)
  const touched = read.filter(manifest => manifest.live.some(entry => gone(entry.file)))
  const untouched = read.filter(manifest => manifest.live.length > 0 && !touched.includes(manifest))
  const removed = touched.flatMap(manifest => manifest.live.filter(entry => gone(entry.file)).map(entry => entry.file))
  if (change.kind !== 'replace') requireAll(change.removed, removed)
  return {
    operation: operationOf(change, added, removed),
    kept: untouched.map(({ manifest }) => manifest),
    rewritten: touched.map(manifest => withoutRemoved(manifest, gone, snapshotId)),
    added,
    removed,
  }
}

export const addedBy = (change: Change): readonly DataFile[] =>
  change.kind === 'replace' || change.kind === 'append' ? change.files : change.added

export function removes(removed: RemovedFiles): (file: DataFile) => boolean {
  if ('paths' in removed) {
    const paths = new Set(removed.paths)
    return file => paths.has(file.path)
  }
  return file => removed.partitions.some(partition => covers(partition, file.partition))
}

function operationOf(
  change: Change,
  added: readonly DataFile[],
  removed: readonly DataFile[],
): PlannedChange['operation'] {
  if (change.kind === 'rewrite') return 'replace'
  if (removed.length === 0) return 'append'
  return added.length === 0 ? 'delete' : 'overwrite'
}

function covers(partition: Partition, of: Partition): boolean {
  return Object.entries(partition).every(([name, value]) => {
    const other = of[name]
    if (value instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(value, other) === 0
    return Object.is(value, other)
  })
}

function requireAll(removed: RemovedFiles, found: readonly DataFile[]): void {
  if (!('paths' in removed)) return
  const there = new Set(found.map(file => file.path))
  const absent = removed.paths.find(path => !there.has(path))
  if (absent === undefined) return
  throw new MeshError(
    'request.conflict',
    `The file ${absent} is no longer part of the table: another change replaced it.`,
    {
      fix: 'Build on the current snapshot and try again.',
    },
  )
}

/** The manifest with what remains, and with what goes marked as gone in this snapshot. */
function withoutRemoved(read: ReadManifest, gone: (file: DataFile) => boolean, snapshotId: bigint): RewrittenManifest {
  const entries = read.live.map(entry =>
    gone(entry.file) ? { ...entry, status: 'deleted' as const, snapshotId } : existing(entry),
  )
  return { schemaId: read.schemaId, specId: read.manifest.specId, entries }
}

const existing = (entry: LiveEntry): ManifestEntry => ({ ...entry, status: 'existing' })

async function planAppend(
  manifests: readonly ManifestFile[],
  base: TableMetadata | undefined,
  reader: LakeReader,
): Promise<Pick<PlannedChange, 'operation' | 'kept' | 'rewritten'>> {
  // What holds nothing but the news of its own snapshot's deletions is of no use to the next.
  const holding = manifests.filter(manifest => manifest.addedFiles + manifest.existingFiles > 0)
  const mergeable = holding.filter(manifest => manifest.content === 'data' && manifest.sizeBytes < 4_000_000n)
  if (base === undefined || mergeable.length < mergeFrom) return { operation: 'append', kept: holding, rewritten: [] }
  const groups = new Map<string, { schemaId: number; specId: number; entries: ManifestEntry[] }>()
  for (const manifest of mergeable) {
    const { live, schemaId } = await reader.manifest(base, manifest)
    const key = `${schemaId} ${manifest.specId}`
    const group = groups.get(key) ?? { schemaId, specId: manifest.specId, entries: [] }
    group.entries.push(...live.map(existing))
    groups.set(key, group)
  }
  return {
    operation: 'append',
    kept: holding.filter(manifest => !mergeable.includes(manifest)),
    rewritten: [...groups.values()],
  }
}
