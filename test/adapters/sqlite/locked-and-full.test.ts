import Database from 'libsql'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockHome, sqliteLedger, sqliteQueryLog } from '../../../src/adapters/sqlite/index.ts'
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
