import Database from 'libsql'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { startServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'

const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'pat@example.com', MESHWRIGHT_LOG_LEVEL: 'silent' }
let home = ''

async function cli(...argv: string[]) {
  const world = fakeEffects({ env: { ...env, MESHWRIGHT_URL: 'http://127.0.0.1:1' } })
  const exit = await run(argv, world.effects)
  return { exit, out: world.stdout(), err: world.stderr() }
}

beforeEach(async () => {
  home = join(mkdtempSync(join(tmpdir(), 'meshwright-verify-')), 'home')
  await (await startServer({ home, port: 0, env })).stop()
})

test('a whole ledger verifies without a server', async () => {
  expect(await cli('audit', 'verify', '--home', home)).toMatchObject({
    exit: 0,
    out: 'All 2 entries of the ledger verify.\n',
  })
  expect((await cli('doctor', '--home', home)).out).toContain('✓ ledger: all 2 entries verify')
})

test('a changed entry is refused by up, which names the line that lists every problem', async () => {
  const db = new Database(join(home, 'ledger.db'))
  db.exec('drop trigger entry_is_never_changed; drop trigger entry_is_never_shortened')
  db.exec(`update entry set body = replace(body, 'pat@', 'eve@') where seq in (1, 2)`)
  db.prepare('delete from snapshot').run()
  db.close()
  const refused = await cli('up', '--home', home, '--port', '0')
  expect(refused.exit).toBe(3)
  const line = refused.err.trimEnd().split('\n').at(-1)!.trim()
  expect(line).toBe(`meshwright audit verify --home ${home}`)
  const found = await cli(...line.split(' ').slice(1), '--json')
  expect(found.exit).toBe(1)
  const { entries, head, problems } = JSON.parse(found.out) as Record<string, unknown>
  expect({ entries, head, problems }).toMatchObject({ entries: 0, head: 0, problems: [{ seq: 1 }, { seq: 2 }] })
  const doctor = await cli('doctor', '--home', home)
  expect(doctor.exit).toBe(1)
  expect(doctor.out).toContain('✗ ledger: ')
  expect(doctor.out).toContain(line)
})

test('a missing anchor and a missing record of queries are problems too', async () => {
  rmSync(join(home, 'ledger.db.anchor'))
  const found = await cli('audit', 'verify', '--home', home)
  expect(found).toMatchObject({ exit: 1, out: expect.stringContaining('is missing') as string })
})

test('a home that a server uses is left to the server', async () => {
  const server = await startServer({ home, port: 0, env })
  try {
    expect(await cli('audit', 'verify', '--home', home)).toMatchObject({ exit: 3 })
    expect((await cli('doctor', '--home', home)).out).toContain('ask the server')
  } finally {
    await server.stop()
  }
})

test('what is no home is said', async () => {
  const found = await cli('audit', 'verify', '--home', join(home, 'nowhere'))
  expect(found).toMatchObject({ exit: 2, err: expect.stringContaining('There is no ledger in') as string })
})
