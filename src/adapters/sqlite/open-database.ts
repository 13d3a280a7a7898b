import Database from 'libsql'
import { statfsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { MeshError } from '../../base/index.ts'

export type { Database }

/**
 * `full`: a commit survives the loss of power. `normal`: it survives the death of the process. The library waits on the
 * server's only thread, so it never waits itself: `patiently` does.
 */
export function openDatabase(path: string, durability: 'full' | 'normal', schema: string): Database.Database {
  return storageSafe(path, () => {
    const db = new Database(path, { timeout: 2000 })
    db.prepare('pragma journal_mode = wal').get()
    db.exec(`pragma synchronous = ${durability}`)
    db.exec(schema)
    db.exec('pragma busy_timeout = 0')
    return db
  })
}

/** Moves what the write-ahead log holds into the file first: the library keeps statements open past `close`. */
export function closeDatabase(db: Database.Database): void {
  db.prepare('pragma wal_checkpoint(truncate)').get()
  db.close()
}

/** One transaction: all of it or nothing. Throws `SQLITE_BUSY` at once where another process writes. */
export function inTransaction<T>(db: Database.Database, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (thrown) {
    if (db.inTransaction) db.exec('rollback')
    throw thrown
  }
}

/** Tries again while another process holds the file, for a bounded time; nothing is left half-written. */
export async function patiently<T>(path: string, waitMs: number, work: () => T): Promise<T> {
  const until = performance.now() + waitMs
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return storageSafe(path, work)
    } catch (thrown) {
      if (!isBusy(thrown) || performance.now() + pauseMs > until) throw thrown
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }
}

const isBusy = (thrown: unknown) =>
  thrown instanceof MeshError && thrown.code === 'busy.queue' && sqliteCode(thrown.details.cause) === busy

const [busy, locked, ioError, corrupt, full, cannotOpen, notADatabase] = [5, 6, 10, 11, 13, 14, 26] as const

/** What the library throws, as a refusal with a permanent code. */
export function storageSafe<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw storageError(path, thrown)
  }
}

function storageError(path: string, cause: unknown): unknown {
  switch (sqliteCode(cause)) {
    case busy:
    case locked:
      return new MeshError(
        'busy.queue',
        `Another process holds ${basename(path)} of the server's home; nothing was written.`,
        {
          fix: 'Find out which process it is, end it, and try again.',
          cause,
        },
      )
    case full:
      return diskFull(path, cause)
    case ioError:
    case cannotOpen:
      return isDiskFull(path)
        ? diskFull(path, cause)
        : new MeshError(
            'storage.damaged',
            `The disk under ${basename(path)} of the server's home cannot be read or written.`,
            { cause },
          )
    case corrupt:
    case notADatabase:
      return new MeshError('storage.damaged', `${basename(path)} of the server's home is damaged: ${String(cause)}.`, {
        cause,
      })
    default:
      return cause
  }
}

/** Whoever reads this may not be one who knows where the home lies. */
const diskFull = (path: string, cause: unknown) =>
  new MeshError('storage.full', `The disk of the server is full: ${basename(path)} takes nothing more.`, { cause })

/** Whether another process holds the file. */
export const isLocked = (thrown: unknown): boolean => [busy, locked].some(code => code === sqliteCode(thrown))

/** SQLite's primary result code (sqlite.org/rescode.html). */
const sqliteCode = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'rawCode' in thrown && typeof thrown.rawCode === 'number'
    ? thrown.rawCode & 0xff
    : undefined

function isDiskFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize < 1_000_000
}
