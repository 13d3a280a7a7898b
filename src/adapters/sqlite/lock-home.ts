import Database from 'libsql'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../../base/index.ts'
import { isLocked, storageSafe } from './open-database.ts'

/**
 * Makes this process the only server of a home. The lock is the operating system's, taken through an SQLite file: it goes
 * with the process however it ends, and a process number that was given to another one cannot confuse it.
 */
export function lockHome(home: string): { release(): void } {
  mkdirSync(home, { recursive: true })
  const path = join(home, 'lock')
  const db = storageSafe(path, () => new Database(path, { timeout: 0 }))
  try {
    // The lock needs no room on the disk: a full one can still be looked at.
    db.prepare('pragma journal_mode = memory').get()
    db.exec('begin exclusive')
  } catch (cause) {
    db.close()
    if (isLocked(cause)) throw new MeshError('home.locked', `The home ${home} is in use${holder(home)}.`, { cause })
    return storageSafe(path, () => {
      throw cause
    })
  }
  tellHolder(home)
  return {
    release() {
      db.exec('rollback')
      db.close()
    },
  }
}

/** For the message of the next one only. What an earlier process left must not be taken for this one's. */
function tellHolder(home: string): void {
  const path = join(home, 'lock.pid')
  try {
    writeFileSync(path, `${process.pid}\n`)
  } catch {
    rmSync(path, { force: true })
  }
}

function holder(home: string): string {
  try {
    return ` by process ${readFileSync(join(home, 'lock.pid'), 'utf8').trim()}`
  } catch {
    return ' by another process'
  }
}
