import type { PlannedChange } from './change.ts'
import type { LakeReader } from './lake-reader.ts'
import { liveFiles } from './read-table.ts'
import type { TableMetadata } from './table-metadata.ts'

/** The summary of a snapshot: what it did, and what the table holds after it. */
export async function summaryOf(
  plan: PlannedChange,
  base: TableMetadata | undefined,
  reader: LakeReader,
  facts: Readonly<Record<string, string>> = {},
): Promise<{
  readonly summary: Readonly<Record<string, string>>
  readonly totalRows: bigint
  readonly totalBytes: bigint
}> {
  const [before, added, removed] = [await totalsBefore(base, reader), totalsOf(plan.added), totalsOf(plan.removed)]
  const total = {
    files: before.files + added.files - removed.files,
    rows: before.rows + added.rows - removed.rows,
    bytes: before.bytes + added.bytes - removed.bytes,
  }
  const counts: Record<string, bigint> = {
    'added-data-files': added.files,
    'added-records': added.rows,
    'added-files-size': added.bytes,
    'deleted-data-files': removed.files,
    'deleted-records': removed.rows,
    'removed-files-size': removed.bytes,
  }
  const said = Object.entries(counts).filter(([, count]) => count > 0n)
  const summary = {
    ...facts,
    operation: plan.operation,
    ...Object.fromEntries(said.map(([key, count]) => [key, count.toString()])),
    'total-data-files': total.files.toString(),
    'total-records': total.rows.toString(),
    'total-files-size': total.bytes.toString(),
    'total-delete-files': '0',
    'total-position-deletes': '0',
    'total-equality-deletes': '0',
  }
  return { summary, totalRows: total.rows, totalBytes: total.bytes }
}

interface Totals {
  readonly files: bigint
  readonly rows: bigint
  readonly bytes: bigint
}

function totalsOf(files: readonly { readonly rows: bigint; readonly sizeBytes: number }[]): Totals {
  return {
    files: BigInt(files.length),
    rows: files.reduce((sum, file) => sum + file.rows, 0n),
    bytes: files.reduce((sum, file) => sum + BigInt(file.sizeBytes), 0n),
  }
}

/** From the summary of before, where it says so; other writers may leave totals out. */
async function totalsBefore(base: TableMetadata | undefined, reader: LakeReader): Promise<Totals> {
  const snapshot = base?.currentSnapshotId === undefined ? undefined : base.snapshots.get(base.currentSnapshotId)
  if (base === undefined || snapshot === undefined) return totalsOf([])
  const texts = ['total-data-files', 'total-records', 'total-files-size'].map(key => snapshot.summary[key] ?? '')
  if (!texts.every(text => /^\d+$/.test(text))) return totalsOf(await liveFiles(reader, base, snapshot))
  const [files, rows, bytes] = texts.map(BigInt)
  return { files: files!, rows: rows!, bytes: bytes! }
}
