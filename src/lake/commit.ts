import { setTimeout as sleep } from 'node:timers/promises'
import { MeshError } from '../base/index.ts'
import { removes } from './change.ts'
import { lakeReader, type LakeReader } from './lake-reader.ts'
import type { LakeFiles, PointerMove, Pointers } from './needs.ts'
import { liveFiles } from './read-table.ts'
import { dropStaged, stageSnapshot, type StagedSnapshot, type StageRequest } from './stage-snapshot.ts'
import { takeTurns } from './turns.ts'

export interface CommitRequest {
  readonly files: LakeFiles
  readonly pointers: Pointers
  readonly tables: readonly CommitTable[]
  /** Races that may be lost to other processes before giving up. */
  readonly attemptsMax?: number
}

/** `parent` is what the change was built on: a `replace` is only right on that. */
export interface CommitTable extends Omit<StageRequest, 'files'> {
  /** The change as `stageSnapshot` has already written it over `parent`; taken over by the commit. */
  readonly staged?: StagedSnapshot
}

/**
 * Moves all pointers or none. Where somebody was faster, appends and overwrites of other files are staged again on what is there
 * now; a replacement, or an overwrite of files that changed meanwhile, throws `request.conflict`. What was staged in vain is removed,
 * unless nobody knows whether it became visible (the pointer store failed).
 */
export async function commit(request: CommitRequest): Promise<readonly PointerMove[]> {
  const { files, pointers, tables, attemptsMax = 20 } = request
  // The same id on every attempt: whoever looks for it after an unknown outcome finds it at most once.
  const ids = tables.map(table => table.staged?.snapshot ?? table.snapshotId)
  return takeTurns(
    pointers,
    tables.map(table => table.table),
    async () => {
      let attempts: readonly Attempt[] = tables.map((table, i) => ({ table, staged: table.staged, id: ids[i] }))
      for (let tried = 0; tried < attemptsMax; tried++) {
        if (tried > 0) await sleep(Math.random() * Math.min(100, 2 ** tried))
        attempts = await stageAll(files, pointers, attempts)
        const moves = attempts.map(({ staged }) => moveOf(staged!))
        if (await pointers.swap(moves)) return moves
      }
      await dropAll(files, attempts)
      throw conflict(tables[0]?.table ?? '', `Other writers were faster ${attemptsMax} times in a row.`)
    },
  )
}

interface Attempt {
  readonly table: CommitTable
  readonly staged: StagedSnapshot | undefined
  readonly id: string | undefined
}

async function stageAll(
  files: LakeFiles,
  pointers: Pointers,
  attempts: readonly Attempt[],
): Promise<readonly Attempt[]> {
  const results = await Promise.allSettled(attempts.map(attempt => stageOne(files, pointers, attempt)))
  const failed = results.find(result => result.status === 'rejected')
  const done = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  if (failed === undefined) return done
  await dropAll(files, done)
  throw failed.reason
}

async function stageOne(files: LakeFiles, pointers: Pointers, { table, staged, id }: Attempt): Promise<Attempt> {
  const current = await pointers.get(table.table)
  if (staged !== undefined && staged.from === current) return { table, staged, id }
  if (staged !== undefined) await dropStaged(files, staged)
  if (current !== table.parent) await requireCompatible(lakeReader(files), table, current)
  const { staged: _, parent: _parent, ...rest } = table
  const again = await stageSnapshot({
    ...rest,
    files,
    ...(current === undefined ? {} : { parent: current }),
    ...(id === undefined ? {} : { snapshotId: id }),
  })
  return { table, staged: again, id: again.snapshot }
}

/** The table moved on since the change was built: is the change still right? */
async function requireCompatible(reader: LakeReader, table: CommitTable, current: string | undefined): Promise<void> {
  const { change, parent } = table
  if (change.kind === 'replace')
    throw conflict(table.table, 'Its data was replaced or extended while this batch was built.')
  if (current === undefined) throw conflict(table.table, 'It is gone.')
  const now = await reader.metadata(current)
  const fields = JSON.stringify(now.schemas.get(now.currentSchemaId)?.fields)
  if (JSON.stringify(table.schema.fields) !== fields) throw conflict(table.table, 'Its columns changed meanwhile.')
  if (change.kind === 'append' || 'paths' in change.removed) return // staging finds out whether the paths are still there
  const covered = removes(change.removed)
  const pathsOf = async (path: string | undefined): Promise<string> => {
    const metadata = path === undefined ? undefined : await reader.metadata(path)
    const snapshot = metadata?.snapshots.get(metadata.currentSnapshotId ?? -1n)
    const live = metadata && snapshot ? await liveFiles(reader, metadata, snapshot) : []
    return JSON.stringify(
      live
        .filter(covered)
        .map(file => file.path)
        .sort(),
    )
  }
  if ((await pathsOf(parent)) !== (await pathsOf(current))) {
    throw conflict(table.table, 'The partition that is overwritten changed meanwhile.')
  }
}

const dropAll = async (files: LakeFiles, attempts: readonly Attempt[]): Promise<void> => {
  await Promise.all(attempts.flatMap(({ staged }) => (staged === undefined ? [] : dropStaged(files, staged))))
}

const moveOf = ({ table, from, to, snapshot, rows, sizeBytes }: StagedSnapshot): PointerMove => ({
  table,
  ...(from === undefined ? {} : { from }),
  to,
  snapshot,
  rows,
  sizeBytes,
})

const conflict = (table: string, why: string): MeshError =>
  new MeshError('request.conflict', `The table ${table} was changed by somebody else. ${why}`, {
    fix: 'Run it again on the current data.',
  })
