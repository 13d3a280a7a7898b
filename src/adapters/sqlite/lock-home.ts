import Database from 'libsql'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../../base/index.ts'

/**
 * Makes this process the only server of a home. The lock is the operating system's, taken through an SQLite file: it goes
 * with the process however it ends, and a process number that was given to another one cannot confuse it.
 */
export function lockHome(home: string): { release(): void } {
  mkdirSync(home, { recursive: true })
  const db = new Database(join(home, 'lock'), { timeout: 0 })
  try {
    db.exec('begin exclusive')
  } catch (cause) {
    db.close()
    throw new MeshError('home.locked', `The home ${home} is in use${holder(home)}.`, { cause })
  }
  writeFileSync(join(home, 'lock.pid'), `${process.pid}\n`)
  return {
    release() {
      db.exec('rollback')
      db.close()
    },
  }
}

function holder(home: string): string {
  try {
    return ` by process ${readFileSync(join(home, 'lock.pid'), 'utf8').trim()}`
  } catch {
    return ' by another process'
  }
}
