import Database from 'libsql'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockHome, sqliteLedger, sqliteQueryLog } from '../../../src/adapters/sqlite/index.ts'
import { compiled } from '../compiled.ts'
import { draft } from '../../conformance/ledger.ts'
import { query } from '../../conformance/query-log.ts'
import { temporaryFolder } from '../temporary-folder.ts'

it('waits a bounded time for a file that another holds, and writes nothing', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const ledger = sqliteLedger(path, { waitMs: 150 })
  const other = new Database(path)
  other.exec('begin immediate')
  let turns = 0
  const counting = setInterval(() => turns++, 5)
  await expect(ledger.append(0, [draft('a')])).rejects.toMatchObject({ code: 'busy.queue' })
  clearInterval(counting)
  expect(turns).toBeGreaterThan(5) // the process lived on while it waited
  other.exec('rollback')
  expect([...ledger.read(0)]).toEqual([])
  expect(await ledger.append(0, [draft('a')])).toHaveLength(1)
  other.close()
  ledger.close()
})

it('goes on as soon as the other lets go', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const ledger = sqliteLedger(path, { waitMs: 5000 })
  const other = new Database(path)
  other.exec('begin immediate')
  setTimeout(() => other.exec('rollback'), 50)
  expect(await ledger.append(0, [draft('a')])).toHaveLength(1)
  other.close()
  ledger.close()
})

it('runs no query that cannot be recorded', async () => {
  const path = join(temporaryFolder(), 'queries.db')
  const log = sqliteQueryLog(path, { waitMs: 50 })
  const other = new Database(path)
  other.exec('begin immediate')
  await expect(log.begin(query('q_1'))).rejects.toMatchObject({ code: 'busy.queue' })
  other.exec('rollback')
  await log.begin(query('q_1'))
  expect(log.head().count).toBe(1)
  other.close()
  await log.close()
})

it('lets one server use a home, and the next when it is gone', () => {
  const home = join(temporaryFolder(), 'home')
  const lock = lockHome(home)
  expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'home.locked' }))
  expect(() => lockHome(home)).toThrow(`process ${process.pid}`)
  lock.release()
  lockHome(home).release()
})

it('keeps other processes out of a home, until the one that holds it is killed', async () => {
  const home = temporaryFolder()
  const hold = `import(process.argv[1]).then(m => { m.lockHome(process.argv[2]); console.log('held'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['-e', hold, compiled('adapters/sqlite/lock-home.ts'), home])
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('close', () => reject(new Error('The process ended before it held the home.')))
  })
  expect(() => lockHome(home)).toThrow(`in use by process ${child.pid}`)
  const ended = new Promise(resolve => child.once('close', resolve))
  child.kill('SIGKILL')
  await ended
  lockHome(home).release()
})
