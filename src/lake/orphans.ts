import type { BigJson } from './big-json.ts'
import { lakeReader } from './lake-reader.ts'
import type { LakeFiles } from './needs.ts'

/**
 * Files in a table's folder that no committed metadata reaches and that are older than a time: leftovers of runs that failed or
 * lost a race. `referenced` are the metadata files that pointers name, in every environment. Throws rather than guess
 * if anything reachable cannot be read, so that nothing is removed by mistake.
 */
export async function listOrphans(
  files: LakeFiles,
  table: string,
  referenced: readonly string[],
  olderThan: Date,
): Promise<readonly string[]> {
  // Listed first: what is written from here on is not in the list.
  const there = await files.list(table)
  const reached = new Set<string>()
  for (const path of referenced) await reach(files, path, reached)
  return there.filter(f => f.modifiedMs < olderThan.getTime() && !reached.has(f.path)).map(f => f.path)
}

async function reach(files: LakeFiles, metadataPath: string, reached: Set<string>): Promise<void> {
  const reader = lakeReader(files)
  const metadata = await reader.metadata(metadataPath)
  reached.add(metadataPath)
  for (const key of ['metadata-log', 'statistics', 'partition-statistics']) {
    for (const uri of urisIn(metadata.raw[key])) reached.add(files.pathOf(uri))
  }
  for (const snapshot of metadata.snapshots.values()) {
    if (snapshot.manifestList === undefined) continue
    reached.add(files.pathOf(snapshot.manifestList))
    for (const manifest of await reader.manifests(metadata, snapshot)) {
      if (reached.has(manifest.path)) continue
      reached.add(manifest.path)
      const { live } = await reader.manifest(metadata, manifest)
      for (const entry of live) reached.add(entry.file.path)
    }
  }
}

function urisIn(entries: BigJson | undefined): readonly string[] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: BigJson) => {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return []
    const { 'metadata-file': metadata, 'statistics-path': statistics } = entry as { readonly [key: string]: BigJson }
    return [metadata, statistics].filter(uri => typeof uri === 'string')
  })
}
