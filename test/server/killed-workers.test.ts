import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const home = join(mkdtempSync(join(tmpdir(), 'meshwright-home-')), 'home')
const mesh = smallMesh('pat@example.com')
let server: RunningServer

beforeAll(async () => {
  const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'pat@example.com', MESHWRIGHT_LOG_LEVEL: 'silent' }
  server = await startServer({ home, port: 0, env, log: () => undefined })
})
afterAll(() => server.stop())

async function cli(...argv: string[]) {
  const env = { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! }
  const world = fakeEffects({ cwd: mesh, env })
  const exit = await run(argv, { ...world.effects, fetch: realEffects().fetch })
  return { exit, said: world.stdout() + world.stderr() }
}

test.skipIf(process.platform !== 'linux')(
  'processes of the engine that are killed while nothing runs are noticed by nobody',
  async () => {
    expect(await cli('publish', 'sales')).toMatchObject({ exit: 0 })
    for (const round of [1, 2, 3]) {
      await expect.poll(() => workersOf(home).length, { timeout: 20_000 }).toBeGreaterThan(2)
      for (const pid of workersOf(home)) process.kill(pid, 'SIGKILL')
      const ran = await cli('run', 'sales.orders')
      expect(ran.exit, ran.said).toBe(0)
      for (const pid of workersOf(home)) process.kill(pid, 'SIGKILL')
      const sql = `select order_id, region, amount from raw where order_id <> ${-round}\n`
      writeFileSync(join(mesh, 'sales/products/orders/orders.sql'), sql)
      const contract = join(mesh, 'sales/products/orders/orders.odcs.yaml')
      const text = readFileSync(contract, 'utf8')
      writeFileSync(contract, text.replace(/^version: .*$/m, `version: 1.0.${round}`))
      const published = await cli('publish', 'sales')
      expect(published.exit, published.said).toBe(0)
    }
  },
  120_000,
)

/** Process ids of the workers of one home. */
function workersOf(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(`MESHWRIGHT_WORKER_TEMP=${folder}/`)
      } catch {
        return false // it has ended, or is not ours
      }
    })
    .map(Number)
}
