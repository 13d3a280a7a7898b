import Database from 'libsql'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sqliteQueryLog } from '../../../src/adapters/sqlite/index.ts'
import { outcome, query } from '../../conformance/query-log.ts'
import { compiled } from '../compiled.ts'
import { temporaryFolder } from '../temporary-folder.ts'

it('is a chain whose head others can write down', async () => {
  const path = join(temporaryFolder(), 'queries.db')
  const log = sqliteQueryLog(path)
  await log.begin(query('q_1'))
  const recorded = log.head()
  await log.begin(query('q_2'))
  log.finish('q_2', outcome)
  await log.get('q_2')
  expect(log.head().count).toBe(3)
  expect(log.verify(recorded)).toEqual([])
  await log.close()

  const db = new Database(path)
  db.exec('drop trigger link_is_never_changed')
  db.exec(`update link set body = replace(body, 'leo', 'mia') where seq = 1`)
  const again = sqliteQueryLog(path)
  expect(again.verify(recorded).map(p => [p.seq, p.what])).toEqual([[1, 'changed']])
  expect(again.verify({ count: 9, head: recorded.head }).map(p => p.what)).toContain('truncated')
  await again.close()
  db.close()
})

it.each([
  [`update query set who = 'mia' where id = 'q_2'`, 2, 'changed', 'its who is not'],
  [`update query set at = '2001-01-01T00:00:00.000Z' where id = 'q_1'`, 1, 'changed', 'its at is not'],
  [`update query set id = 'q_9' where id = 'q_1'`, 1, 'changed', 'its id is not'],
  [`update query set begun = 1 where id = 'q_2'`, 1, 'changed', 'its id is not'],
  [`update query set finished = 2 where id = 'q_2'`, 2, 'changed', 'its finished is not'],
  [`update query set finished = null where id = 'q_2'`, 3, 'removed', 'does not lead to entry 3'],
  [`delete from query where id = 'q_1'`, 1, 'removed', 'does not lead to entry 1'],
])('%s in the index beside the chain is found', async (edit, seq, what, said) => {
  const path = join(temporaryFolder(), 'queries.db')
  const log = sqliteQueryLog(path)
  await log.begin(query('q_1'))
  await log.begin(query('q_2'))
  log.finish('q_2', outcome)
  await log.get('q_2')
  expect(log.verify()).toEqual([])
  const db = new Database(path)
  db.exec(edit)
  db.close()
  expect(log.verify()).toEqual([{ seq, what, message: expect.stringContaining(said) as string }])
  await log.close()
})

it('writes what came last before it closes', async () => {
  const path = join(temporaryFolder(), 'queries.db')
  const log = sqliteQueryLog(path)
  await log.begin(query('q_1'))
  log.finish('q_1', outcome)
  await log.close()
  const again = sqliteQueryLog(path)
  expect((await again.get('q_1'))?.outcome).toEqual(outcome)
  expect(again.list({ who: 'leo', limit: 5 }).map(q => q.id)).toEqual(['q_1'])
  expect(again.list({ who: 'mia', limit: 5 })).toEqual([])
  await again.close()
})

it('knows every query that was allowed to begin before the process was killed', async () => {
  const path = join(temporaryFolder(), 'queries.db')
  await sqliteQueryLog(path).close()
  const writer = fileURLToPath(new URL('begin-for-ever.mjs', import.meta.url))
  const child = spawn(process.execPath, [writer, compiled('adapters/sqlite/sqlite-query-log.ts'), path])
  let text = ''
  await new Promise<void>(resolve => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.length > 2000) child.kill('SIGKILL')
    })
    child.on('close', () => resolve())
  })
  const begun = text.slice(0, text.lastIndexOf('\n')).split('\n')
  expect(begun.length).toBeGreaterThan(50)
  const log = sqliteQueryLog(path)
  for (const id of begun) expect((await log.get(id))?.id).toBe(id)
  expect(log.verify()).toEqual([])
  await log.close()
})
