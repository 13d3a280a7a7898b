import { randomUUID } from 'node:crypto'
import { MeshError } from '../base/index.ts'
import { printBigJson, type BigJson, type BigObject } from './big-json.ts'
import { lakeReader } from './lake-reader.ts'
import type { LakeFiles, PointerMove, Pointers } from './needs.ts'
import { readTable } from './read-table.ts'
import { nextVersion } from './stage-snapshot.ts'
import { metadataOf, type TableMetadata } from './table-metadata.ts'
import { takeTurns } from './turns.ts'

export interface ExpiryRequest {
  readonly files: LakeFiles
  readonly pointers: Pointers
  readonly table: string
  /** Snapshots that were made before are forgotten … */
  readonly olderThan: Date
  /** … but for so many of the last ones; at least 1, which is the current. */
  readonly keepMin: number
  readonly now: Date
}

/**
 * Forgets old snapshots, so that histories end and replaced rows can be removed: their files then are orphans (`listOrphans`). Snapshots
 * that a branch or tag names stay. Gives the move that was made, or undefined where nothing was old enough. Throws `request.conflict`
 * where another process was faster; then nothing changed.
 */
export async function expireSnapshots(request: ExpiryRequest): Promise<PointerMove | undefined> {
  const { files, pointers, table } = request
  return takeTurns(pointers, [table], async () => {
    const from = await pointers.get(table)
    if (from === undefined) return undefined
    const base = await lakeReader(files).metadata(from)
    const gone = expired(base, request)
    if (gone.size === 0) return undefined
    const metadata = without(base, gone, files.uri(from), request.now)
    const to = `${table}/metadata/${nextVersion(from)}-${randomUUID()}.metadata.json`
    await files.create(to, Buffer.from(printBigJson(metadata.raw), 'utf8'))
    const { snapshotId: snapshot, rows, sizeBytes } = await readTable(files, to)
    const move = { table, from, to, snapshot, rows: Number(rows), sizeBytes }
    if (await pointers.swap([move])) return move
    await files.remove(to)
    throw new MeshError(
      'request.conflict',
      `The table ${table} changed while its old snapshots were being forgotten.`,
      {
        fix: 'Nothing is lost: it will be tried again.',
      },
    )
  })
}

function expired(base: TableMetadata, { olderThan, keepMin }: ExpiryRequest): ReadonlySet<bigint> {
  const named = Object.values((base.raw['refs'] ?? {}) as BigObject).map(ref => idOf(ref))
  const kept = new Set([...named, base.currentSnapshotId])
  const byAge = [...base.snapshots.values()].sort((a, b) => b.timestampMs - a.timestampMs)
  for (const snapshot of byAge.slice(0, Math.max(1, keepMin))) kept.add(snapshot.id)
  return new Set(byAge.filter(s => s.timestampMs < olderThan.getTime() && !kept.has(s.id)).map(s => s.id))
}

function without(base: TableMetadata, gone: ReadonlySet<bigint>, baseUri: string, now: Date): TableMetadata {
  const remaining = (key: string): readonly BigJson[] =>
    array(base.raw[key]).filter(item => !gone.has(idOf(item) ?? -1n))
  // A log with a hole would tell a wrong state for the time in between: it starts again after the last hole.
  const log = array(base.raw['snapshot-log'])
  const hole = log.findLastIndex(item => gone.has(idOf(item) ?? -1n))
  return metadataOf({
    ...base.raw,
    'last-updated-ms': Math.max(now.getTime(), base.lastUpdatedMs + 1),
    snapshots: remaining('snapshots'),
    'snapshot-log': log.slice(hole + 1),
    statistics: remaining('statistics'),
    'partition-statistics': remaining('partition-statistics'),
    'metadata-log': [
      ...array(base.raw['metadata-log']),
      { 'metadata-file': baseUri, 'timestamp-ms': base.lastUpdatedMs },
    ].slice(-100),
  })
}

const array = (value: BigJson | undefined): readonly BigJson[] => (Array.isArray(value) ? (value as BigJson[]) : [])

function idOf(item: BigJson): bigint | undefined {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return undefined
  const id = (item as BigObject)['snapshot-id']
  return typeof id === 'number' || typeof id === 'bigint' ? BigInt(id) : undefined
}
