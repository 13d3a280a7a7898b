import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { lockHome, sqliteLedger } from '../../src/adapters/sqlite/index.ts'
import { openControl } from '../../src/control/index.ts'
import { principalOf } from '../../src/mesh/index.ts'
import { startServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'

const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'pat@example.com', MESHWRIGHT_LOG_LEVEL: 'error' }
const newHome = () => join(mkdtempSync(join(tmpdir(), 'meshwright-first-')), 'home')

async function up(home: string, config: string, port: number, ...more: string[]) {
  const world = fakeEffects({ env: { ...env, MESHWRIGHT_CONFIG: config } })
  const exit = await run(['up', '--home', home, '--port', String(port), ...more], world.effects)
  return { exit, out: world.stdout(), err: world.stderr() }
}

test('a port that is taken, twice, costs neither a home nor its first token', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const home = newHome()
  const config = mkdtempSync(join(tmpdir(), 'meshwright-config-'))
  for (const _ of [1, 2]) {
    const refused = await up(home, config, port)
    expect(refused).toMatchObject({ exit: 2, out: '' })
    expect(refused.err).toContain('another program listens there')
    expect(existsSync(home)).toBe(false)
  }
  other.close()
  await once(other, 'close')
  const first = await up(home, config, port)
  expect(first.exit).toBe(0)
  expect(first.out).toMatch(/Your token, shown this once:\n {2}mw_?\S{20,}/)
  const second = await up(home, config, port)
  expect(second.out).not.toContain('token')
})

test('a home that a start left without any token gets one at the next', async () => {
  const home = newHome()
  const lock = lockHome(home)
  const ledger = sqliteLedger(join(home, 'ledger.db'))
  const control = await openControl({ ledger, clock: () => new Date() })
  const found = { kind: 'found', platformEngineer: 'pat@example.com' } as const
  await control.execute(found, principalOf(control.state(), 'pat@example.com'))
  await control.close()
  ledger.close()
  lock.release()
  const server = await startServer({ home, port: 0, env })
  await server.stop()
  expect(server.token).toBeDefined()
  const again = await startServer({ home, port: 0, env })
  await again.stop()
  expect(again.token).toBeUndefined()
})

test('whoever is not signed in is told how the platform engineer gets a token', async () => {
  const home = newHome()
  const config = () => mkdtempSync(join(tmpdir(), 'meshwright-config-'))
  expect((await up(home, config(), 0)).out).not.toContain('--new-token')
  const stranger = await up(home, config(), 0)
  expect(stranger.out).toContain('Nobody is signed in from here.')
  expect(stranger.out).toContain(`  meshwright up --new-token --home ${home} --port 0`)
  expect((await up(home, config(), 0, '--new-token')).out).toContain('Your token, shown this once:')
})

test('a login that cannot be stored is no reason to show no token', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'meshwright-config-')), 'file')
  writeFileSync(file, '')
  const first = await up(newHome(), join(file, 'below'), 0)
  expect(first.out).toContain('Your token, shown this once:')
  expect(first.err).toContain('The login cannot be stored')
})

test('two servers of one home: the second is told of the first, whatever its port', async () => {
  const home = newHome()
  const server = await startServer({ home, port: 0, env })
  try {
    const port = Number(new URL(server.url).port)
    await expect(startServer({ home, port, env })).rejects.toMatchObject({ code: 'home.locked' })
  } finally {
    await server.stop()
  }
})
