import { chmodSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const home = join(mkdtempSync(join(tmpdir(), 'meshwright-damage-')), 'home')
const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'olga@example.com', MESHWRIGHT_LOG_LEVEL: 'silent' }
let server: RunningServer
let file = ''
let whole = Buffer.alloc(0)

async function cli(...argv: string[]) {
  const cwd = smallMesh('olga@example.com')
  const world = fakeEffects({ cwd, env: { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! } })
  const exit = await run(argv, { ...world.effects, fetch: realEffects().fetch })
  return { exit, out: world.stdout(), said: world.stdout() + world.stderr() }
}

async function ask(sql: string) {
  const response = await fetch(`${server.url}/api/v1/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${server.token!}` },
    body: JSON.stringify({ sql }),
  })
  return { status: response.status, said: await response.text() }
}

/** Engine processes remember what they read: each test asks a server that has read nothing yet. */
const opened = async () => ({ ...(await startServer({ home, port: 0, env })), token: server.token! })

beforeAll(async () => {
  server = await startServer({ home, port: 0, env })
  const published = await cli('publish', 'sales')
  expect(published.exit, published.said).toBe(0)
  const found = readdirSync(join(home, 'lake'), { recursive: true, encoding: 'utf8' }).find(p => p.endsWith('.parquet'))
  file = join(home, 'lake', found!)
  whole = readFileSync(file)
  chmodSync(file, 0o644)
})
beforeEach(async () => {
  writeFileSync(file, whole)
  await server.stop()
  server = await opened()
})
afterAll(() => server.stop())

/** The last eight bytes are the length of the footer and the mark of Parquet. */
const footerAt = () => whole.length - 8 - whole.readUInt32LE(whole.length - 8)

test.each([
  ['a byte short', () => truncateSync(file, whole.length - 1)],
  ['without its last half', () => truncateSync(file, whole.length >> 1)],
  ['empty', () => truncateSync(file, 0)],
  ['with a byte of its mark flipped', () => flip(whole.length - 2)],
  ['with a byte of its footer length flipped', () => flip(whole.length - 6)],
])('a data file %s is told by its table, in queries and by the doctor', async (_, damage) => {
  damage()
  const { status, said } = await ask('select sum(amount) from sales.orders')
  expect({ status, said }).toMatchObject({ status: 500, said: expect.stringContaining('"storage.damaged"') as string })
  expect(said).toContain('sales.orders')
  expect(said).not.toContain(home)
  expect((await ask('select 1 as one')).status).toBe(200)
  const doctor = await cli('doctor', '--json')
  expect(doctor.exit).toBe(1)
  expect(doctor.out).toContain('A stored file of sales.orders is damaged')
})

test('any byte of a footer may be flipped: nothing crashes, and no path is shown', async () => {
  for (let at = footerAt(); at < whole.length - 8; at += 61) {
    writeFileSync(file, whole)
    flip(at)
    const { status, said } = await ask('select order_id, region, amount from sales.orders')
    expect([200, 400, 500], said).toContain(status)
    expect(said).not.toContain(home)
    if (status !== 200) expect(said, `byte ${at}`).toMatch(/"storage\.damaged"|"sql\.runtime"/)
  }
  writeFileSync(file, whole)
  expect((await ask('select sum(amount) as s from sales.orders')).said).toContain('35.75')
})

function flip(at: number): void {
  const bytes = Buffer.from(whole)
  bytes[at] = bytes[at]! ^ 0xff
  writeFileSync(file, bytes)
}
