import { MeshError, messageOf } from '../base/index.ts'
import { readManifest, type ManifestEntry } from './manifest.ts'
import { readManifestList, type ManifestFile } from './manifest-list.ts'
import type { LakeFiles } from './needs.ts'
import { parseMetadata, type Snapshot, type TableMetadata } from './table-metadata.ts'

/** An entry with everything that it inherits from its manifest filled in. */
export interface LiveEntry extends ManifestEntry {
  readonly snapshotId: bigint
  readonly sequenceNumber: bigint
  readonly fileSequenceNumber: bigint
}

export interface ReadManifest {
  readonly manifest: ManifestFile
  /** The schema that the manifest was written with. */
  readonly schemaId: number
  /** Files that are there: existing and added ones. */
  readonly live: readonly LiveEntry[]
}

/** Reads metadata of a lake. All of it is immutable, so what was read once (or written by us) is kept, up to a number. */
export interface LakeReader {
  metadata(path: string): Promise<TableMetadata>
  manifests(metadata: TableMetadata, snapshot: Snapshot): Promise<readonly ManifestFile[]>
  manifest(metadata: TableMetadata, manifest: ManifestFile): Promise<ReadManifest>
  /** Puts what was just written into the memory. */
  learn(path: string, metadata: TableMetadata): void
}

/** Weights: metadata by its snapshots, lists by their manifests, manifests by their files (about 3 kB each with bounds). */
const [snapshotsMax, linesMax, filesMax] = [50_000, 50_000, 100_000]
const readers = new WeakMap<LakeFiles, LakeReader>()

export function lakeReader(files: LakeFiles): LakeReader {
  const known = readers.get(files)
  if (known !== undefined) return known
  const reader = newReader(files)
  readers.set(files, reader)
  return reader
}

function newReader(files: LakeFiles): LakeReader {
  const metadata = memory<TableMetadata>(snapshotsMax, value => 10 + value.snapshots.size)
  const lists = memory<readonly ManifestFile[]>(linesMax, lines => 1 + lines.length)
  const manifests = memory<ReadManifest>(filesMax, read => 1 + read.live.length)
  return {
    metadata: path =>
      metadata.get(path, () => readable('metadata', path, async () => parseMetadata(await files.read(path)))),
    learn: (path, value) => metadata.put(path, value),
    async manifests(of, snapshot) {
      if (snapshot.manifestList === undefined) throw inPlace(of)
      const path = files.pathOf(snapshot.manifestList)
      return lists.get(path, () =>
        readable('manifest list', path, async () => readManifestList(await files.read(path), files)),
      )
    },
    manifest: (of, manifest) =>
      manifests.get(manifest.path, () =>
        readable('manifest', manifest.path, async () => opened(await files.read(manifest.path), of, manifest, files)),
      ),
  }
}

function opened(bytes: Uint8Array, of: TableMetadata, manifest: ManifestFile, files: LakeFiles): ReadManifest {
  const fields = [...of.schemas.values()].reverse().flatMap(schema => schema.fields)
  const { schemaId, entries } = readManifest(bytes, id => of.specs.get(id), fields, files)
  return {
    manifest,
    schemaId: schemaId ?? of.currentSchemaId,
    live: entries
      .filter(entry => entry.status !== 'deleted')
      .map(entry => ({
        ...entry,
        snapshotId: entry.snapshotId ?? manifest.addedSnapshotId,
        sequenceNumber: entry.sequenceNumber ?? manifest.sequenceNumber,
        fileSequenceNumber: entry.fileSequenceNumber ?? manifest.sequenceNumber,
      })),
  }
}

async function readable<T>(what: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof MeshError) throw cause
    throw new MeshError('storage.damaged', `The ${what} ${path} cannot be read. ${messageOf(cause)}`, { cause })
  }
}

const inPlace = (of: TableMetadata): MeshError =>
  new MeshError(
    'source.unreadable',
    `The table at ${of.location} keeps its list of manifests inside the metadata file, as the first writers of Iceberg did.`,
    { fix: 'Rewrite the table with a current Iceberg library.' },
  )

interface Memory<T> {
  get(key: string, load: () => Promise<T>): Promise<T>
  put(key: string, value: T): void
}

/** Keeps what was used last, up to a total weight; failures are not kept. */
function memory<T>(weightMax: number, weightOf: (value: T) => number = () => 1): Memory<T> {
  const entries = new Map<string, { readonly value: Promise<T>; weight: number }>()
  let total = 0
  const drop = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
  const put = (key: string, value: Promise<T>): void => {
    drop(key)
    const entry = { value, weight: 0 }
    entries.set(key, entry)
    const weigh = (weight: number): void => {
      if (entries.get(key) !== entry) return
      entry.weight = weight
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= weightMax || oldest === key) return
        drop(oldest)
      }
    }
    const forget = (): void => {
      if (entries.get(key) === entry) drop(key)
    }
    value.then(loaded => weigh(weightOf(loaded)), forget)
  }
  return {
    get(key, load) {
      const known = entries.get(key)
      if (known === undefined) {
        const value = load()
        put(key, value)
        return value
      }
      entries.delete(key)
      entries.set(key, known)
      return known.value
    },
    put: (key, value) => put(key, Promise.resolve(value)),
  }
}
