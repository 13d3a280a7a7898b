import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, type Effects } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const home = join(mkdtempSync(join(tmpdir(), 'meshwright-home-')), 'home')
const mesh = smallMesh('pat@example.com')
const folder = join(mesh, 'sales/products/orders')
let server: RunningServer

beforeAll(async () => {
  const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'pat@example.com', MESHWRIGHT_LOG_LEVEL: 'warn' }
  server = await startServer({ home, port: 0, env })
})
afterAll(() => server.stop())

async function cli(...argv: string[]) {
  const env = { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! }
  const world = fakeEffects({ cwd: mesh, env })
  const effects: Effects = { ...world.effects, fetch: realEffects().fetch }
  const exit = await run(argv, effects)
  return { exit, out: world.stdout(), err: world.stderr() }
}

/** The file with something else in it, for as long as the body runs. */
async function changed(file: string, from: string, to: string, body: () => Promise<void>): Promise<void> {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
  try {
    await body()
  } finally {
    writeFileSync(path, text)
  }
}

test('a SELECT that cannot work is told at its place, and burns no version', async () => {
  await changed('orders.sql', 'select order_id, region', 'select order_id,\n  regoin as region', async () => {
    const seq = server.rooms.control.state().seq
    const planned = await cli('plan', 'sales')
    expect(planned.exit).toBe(1)
    expect(planned.out).toContain('products/orders/orders.sql:2:3: error: There is no column regoin')
    expect(planned.out).toContain('fix: Did you mean region?')
    const published = await cli('publish', 'sales')
    expect(published.exit).toBe(1)
    expect(published.err + published.out).toContain('orders.sql:2:3')
    expect(server.rooms.control.state().seq).toBe(seq)
  })
  const mended = await cli('publish', 'sales')
  expect(mended.exit, mended.out + mended.err).toBe(0)
})

test('a rule that cannot be measured is told at its line of the contract', async () => {
  const rule = '\n    quality:\n      - {type: sql, query: "select count(*) from {batch} where amuont < 0", mustBe: 0}'
  await changed('orders.odcs.yaml', '  - name: orders', `  - name: orders${rule}`, async () => {
    const planned = await cli('plan', 'sales')
    expect(planned.exit).toBe(1)
    expect(planned.out).toMatch(/orders\.odcs\.yaml:10:29: error: The rule .* There is no column amuont/)
    expect(planned.out).toContain('Did you mean amount?')
  })
})

test('a sample shows its rows and is no failure', async () => {
  const sampled = await cli('run', 'sales.orders', '--sample', '2')
  expect(sampled.exit, sampled.out + sampled.err).toBe(0)
  expect(sampled.out).toMatch(/sampled at/)
  expect(sampled.out).toContain('At most 2 rows of each source were built, and they passed all checks')
  expect(sampled.out).toMatch(/Rows of orders\n.*_reason/)
  expect(sampled.out).not.toMatch(/error|failed/)
  const again = await cli('publish', 'sales')
  expect(again.out).toContain('Nothing has changed')
})

test('bounds of a build without a watermark start no run, and a run that is over is not cancelled', async () => {
  const bounded = await cli('run', 'sales.orders', '--from', '2001-01-01')
  expect(bounded.exit).toBe(2)
  expect(bounded.err).toContain('has no watermark')
  const runs = JSON.parse((await cli('run', 'list', '--json')).out) as { runs: { id: string; state: string }[] }
  expect(runs.runs.map(({ state }) => state)).toEqual(['sampled', 'promoted'])
  const cancelled = await cli('run', 'cancel', runs.runs[0]!.id)
  expect(cancelled.exit).toBe(1)
  expect(cancelled.err).toContain('there is nothing to cancel')
})
