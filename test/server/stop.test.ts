import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const owner = 'olga@example.com'
const endless = 'select order_id, region, amount from raw, range(100000000000) a, range(100000) b where a.range < 0\n'

test.skipIf(!existsSync(main) && process.env['CI'] !== 'true')(
  'SIGTERM with a run under way, an answer that streams and changes that arrive: nothing acknowledged is lost',
  async () => {
    const home = join(mkdtempSync(join(tmpdir(), 'meshwright-stop-')), 'home')
    const env = { MESHWRIGHT_PLATFORM_ENGINEER: owner, MESHWRIGHT_LOG_LEVEL: 'warn' }
    const child = spawn(process.execPath, [main, 'up', '--home', home, '--port', '0', '--json'], {
      env: { ...process.env, ...env, MESHWRIGHT_CONFIG: join(home, '..', 'config') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { url, token } = JSON.parse(line.toString()) as { url: string; token: string }
    const post = (path: string, body: object, more: object = {}) =>
      fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, ...more },
        body: JSON.stringify(body),
      })

    const mesh = smallMesh(owner)
    writeFileSync(join(mesh, 'sales/products/orders/orders.sql'), endless)
    const world = fakeEffects({ cwd: mesh, env: { MESHWRIGHT_URL: url, MESHWRIGHT_TOKEN: token } })
    const published = await run(['publish', 'sales', '--no-wait'], { ...world.effects, fetch: realEffects().fetch })
    expect(published, world.stdout() + world.stderr()).toBe(0)
    const started = (await (await post('runs', { product: 'sales.orders' })).json()) as { id: string }
    const stream = await post(
      'query',
      { sql: `select i, repeat('x', 2000) as x from range(100000000000) t(i)` },
      { Accept: 'text/csv' },
    )
    const receipt = stream.headers.get('Meshwright-Receipt')!
    const streamed = readAll(stream)

    const acknowledged: string[] = []
    const writers = Array.from({ length: 4 }, async () => {
      for (;;) {
        const made = await post('tokens', { for: owner })
        if (!made.ok) return
        acknowledged.push(((await made.json()) as { token: string }).token)
      }
    })
    await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(20)
    const asked = Date.now()
    child.kill('SIGTERM')
    const [[code, signal], whole] = await Promise.all([once(child, 'exit'), streamed, Promise.allSettled(writers)])
    expect([code, signal]).toEqual([0, null])
    expect(Date.now() - asked).toBeLessThan(10_000)
    expect(whole).toBe(false)

    const again = await startServer({ home, port: 0, env })
    try {
      for (const each of acknowledged) {
        const me = await fetch(`${again.url}/api/v1/whoami`, { headers: { Authorization: `Bearer ${each}` } })
        expect(me.status).toBe(200)
      }
      expect(await again.rooms.ledger.verify()).toEqual([])
      expect(await again.rooms.runs.get(started.id)).toMatchObject({ state: 'cancelled' })
      const headers = { Authorization: `Bearer ${token}` }
      const kept = await fetch(`${again.url}/api/v1/receipts/${receipt}`, { headers })
      expect(await kept.text()).toContain('sql.cancelled')
    } finally {
      await again.stop()
    }
  },
  60_000,
)

/** Reads without haste; whether the answer came to its end, rather than being cut. */
async function readAll({ body }: Response): Promise<boolean> {
  try {
    for await (const _ of body!) await new Promise(resolve => setTimeout(resolve, 20))
    return true
  } catch {
    return false
  }
}
