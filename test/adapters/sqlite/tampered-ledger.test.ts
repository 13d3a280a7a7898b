import Database from 'libsql'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sqliteLedger } from '../../../src/adapters/sqlite/index.ts'
import type { LedgerProblem } from '../../../src/control/needs.ts'
import { chainStart, emptyState, fold, linkHash } from '../../../src/mesh/index.ts'
import { draft } from '../../conformance/ledger.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const body = (who: string) =>
  `{"actor":"${who}","at":"2026-11-24T10:00:00.000Z","event":{"kind":"installation.founded","platformEngineer":"${who}"}}`
const unlock = 'drop trigger entry_is_never_changed; drop trigger entry_is_never_shortened;'

/** What somebody with the file and `sqlite3` may do to a ledger of five entries, and what `verify` says of it. */
const cases: readonly { readonly name: string; readonly sql: string; readonly found: readonly Found[] }[] = [
  { name: 'nothing', sql: '', found: [] },
  { name: 'edit a body', sql: `update entry set body = '${body('mallory')}' where seq = 3`, found: [[3, 'changed']] },
  { name: 'edit a hash', sql: `update entry set hash = '${'0'.repeat(64)}' where seq = 3`, found: [[3, 'changed']] },
  {
    name: 'edit a body and make its hash fit',
    sql: `update entry set body = '${body('mallory')}', hash = '${rehashed(3, 'mallory')}' where seq = 3`,
    found: [[3, 'changed']],
  },
  { name: 'delete the first', sql: 'delete from entry where seq = 1', found: [[1, 'removed']] },
  { name: 'delete in the middle', sql: 'delete from entry where seq in (2, 3)', found: [[2, 'removed']] },
  {
    name: 'delete one and close the gap',
    sql: 'delete from entry where seq = 2; update entry set seq = seq - 1 where seq > 2',
    found: [
      [2, 'swapped'],
      [3, 'swapped'],
      [4, 'swapped'],
      [5, 'truncated'],
    ],
  },
  {
    name: 'swap two',
    sql: 'update entry set seq = 9 where seq = 2; update entry set seq = 2 where seq = 4; update entry set seq = 4 where seq = 9',
    found: [
      [2, 'swapped'],
      [4, 'swapped'],
    ],
  },
  {
    name: 'swap what two say',
    sql: `update entry set body = '${body('p4')}' where seq = 2; update entry set body = '${body('p2')}' where seq = 4`,
    found: [
      [2, 'swapped'],
      [4, 'swapped'],
    ],
  },
  { name: 'cut the tail', sql: 'delete from entry where seq > 3', found: [[4, 'truncated']] },
  {
    name: 'cut the tail and mend the head beside it',
    sql: `delete from entry where seq > 3; update entry_head set seq = 3, hash = (select hash from entry where seq = 3)`,
    found: [[4, 'truncated']],
  },
  { name: 'cut everything', sql: 'delete from entry', found: [[1, 'truncated']] },
  { name: 'make a body unreadable', sql: `update entry set body = '{"' where seq = 3`, found: [[3, 'unreadable']] },
]
type Found = readonly [number, LedgerProblem['what']]

it.each(cases)('$name', async ({ sql, found }) => {
  const path = await ledgerOfFive()
  change(path, sql)
  const ledger = sqliteLedger(path)
  const problems = await ledger.verify()
  expect(problems.map(p => [p.seq, p.what])).toEqual(found)
  if (found.length > 0) expect(() => [...ledger.read(0)]).toThrow(expect.objectContaining({ code: 'ledger.damaged' }))
  ledger.close()
})

it('notices a chain that was written anew from some entry on, by the anchor', async () => {
  const path = await ledgerOfFive()
  const people = ['p1', 'p2', 'mallory', 'p4', 'p5']
  let previous = chainStart
  const updates = people.map((who, i) => {
    const hash = linkHash(previous, i + 1, body(who))
    const sql = `update entry set body = '${body(who)}', previous = '${previous}', hash = '${hash}' where seq = ${i + 1};`
    previous = hash
    return sql
  })
  change(path, updates.join('') + `update entry_head set hash = '${previous}'`)
  const ledger = sqliteLedger(path)
  expect((await ledger.verify()).map(p => [p.seq, p.what])).toEqual([[5, 'changed']])
  ledger.close()
})

it('notices an older copy of the file put in its place', async () => {
  const path = await ledgerOfFive()
  const restored = join(temporaryFolder(), 'ledger.db')
  copyFileSync(path, restored)
  const ledger = sqliteLedger(path)
  await ledger.append(5, [draft('p6')])
  ledger.close()
  copyFileSync(`${path}.anchor`, `${restored}.anchor`)
  const older = sqliteLedger(restored)
  expect((await older.verify()).map(p => [p.seq, p.what])).toEqual([[6, 'truncated']])
  expect(() => [...older.read(0)]).toThrow('Entry 6 is missing')
  older.close()
})

it('notices a snapshot of the state that says more than the entries', async () => {
  const path = await ledgerOfFive()
  const ledger = sqliteLedger(path)
  const state = fold(emptyState, ledger.read(0))
  await ledger.saveSnapshot(state)
  expect(await ledger.verify()).toEqual([])
  await ledger.append(5, [draft('p6')])
  expect(await ledger.verify()).toEqual([])
  await ledger.saveSnapshot({ ...state, platformEngineers: ['mallory'] })
  expect((await ledger.verify()).map(p => [p.seq, p.what])).toEqual([[5, 'changed']])
  ledger.close()
})

it('believes no snapshot that does not fit its own digest, or another chain', async () => {
  const path = await ledgerOfFive()
  const ledger = sqliteLedger(path)
  await ledger.saveSnapshot(fold(emptyState, ledger.read(0)))
  expect((await ledger.loadSnapshot())?.seq).toBe(5)
  const db = new Database(path)
  db.exec(`update snapshot set state = replace(state, 'p1', 'mallory')`)
  expect(await ledger.loadSnapshot()).toBeUndefined()
  db.close()
  ledger.close()
})

it('does not open without its anchor, or with a spoilt one', async () => {
  const path = await ledgerOfFive()
  writeFileSync(`${path}.anchor`, 'x')
  const spoilt = sqliteLedger(path)
  expect(() => [...spoilt.read(0)]).toThrow(expect.objectContaining({ code: 'ledger.damaged' }))
  spoilt.close()
  rmSync(`${path}.anchor`)
  expect(() => sqliteLedger(path)).toThrow(expect.objectContaining({ code: 'ledger.damaged' }))
})

it('never changes or removes an entry by itself', async () => {
  const path = await ledgerOfFive()
  const db = new Database(path)
  expect(() => db.exec('update entry set body = 1')).toThrow('append-only')
  expect(() => db.exec('delete from entry')).toThrow('append-only')
  db.close()
})

async function ledgerOfFive(): Promise<string> {
  const path = join(temporaryFolder(), 'ledger.db')
  const ledger = sqliteLedger(path)
  await ledger.append(
    0,
    ['p1', 'p2', 'p3', 'p4', 'p5'].map(who => draft(who)),
  )
  ledger.close()
  return path
}

function change(path: string, sql: string): void {
  const db = new Database(path)
  db.exec(unlock + sql)
  db.prepare('pragma wal_checkpoint(truncate)').get()
  db.close()
}

function rehashed(seq: number, who: string): string {
  let previous = chainStart
  for (let i = 1; i < seq; i++) previous = linkHash(previous, i, body(`p${i}`))
  return linkHash(previous, seq, body(who))
}
