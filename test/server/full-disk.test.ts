import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/base/index.ts'
import { run } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

/** Only root of a Linux machine may mount a small disk; a continuous integration is one. */
const canMount = platform() === 'linux' && process.getuid?.() === 0

function smallDisk(sizeMb: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshwright-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder])
  })
  return folder
}

test.skipIf(!canMount && process.env['CI'] !== 'true')(
  'a disk that fills during a run: the run fails and says so, readers go on, and all is well when there is space',
  async () => {
    const disk = smallDisk(24)
    const home = join(disk, 'home')
    const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'olga@example.com', MESHWRIGHT_LOG_LEVEL: 'silent' }
    const server = await startServer({ home, port: 0, env })
    onTestFinished(() => server.stop())
    const mesh = smallMesh('olga@example.com')
    const cli = async (...argv: string[]) => {
      const world = fakeEffects({ cwd: mesh, env: { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! } })
      const exit = await run(argv, { ...world.effects, fetch: realEffects().fetch })
      return { exit, said: world.stdout() + world.stderr() }
    }
    const ready = async () => {
      const response = await fetch(`${server.url}/readyz`)
      return { status: response.status, said: await response.text() }
    }
    const first = await cli('publish', 'sales')
    expect(first.exit, first.said).toBe(0)

    // Fits as a source, and leaves no room for what is made of it.
    const rows = Array.from({ length: 150_000 }, (_, i) => `${i + 10},${textOf(i)},${i}.25`)
    const source = `order_id,region,amount\n${rows.join('\n')}\n`
    writeFileSync(join(mesh, 'sales/products/orders/raw/more.csv'), source)
    const filler = join(disk, 'filler')
    writeFileSync(filler, Buffer.alloc(freeBytes(disk) - source.length - 3_000_000))
    const failed = await cli('publish', 'sales')
    expect(failed.exit, failed.said).toBe(3)
    expect(failed.said).toContain('storage.full')
    expect(failed.said).not.toContain(disk)
    expect((await cli('run', 'list')).said).toMatch(/ failed /)
    expect(readdirSync(join(home, 'staging'))).toEqual([])

    expect((await cli('query', 'select count(*) as n from sales.orders', '--format', 'csv')).said).toMatch(
      /^n\r\n3\r\n/,
    )
    fill(join(disk, 'rest'))
    const full = await ready()
    expect(full.status).toBe(503)
    expect(full.said).toContain('storage.full')

    rmSync(filler)
    rmSync(join(disk, 'rest'))
    await expect.poll(ready, { timeout: 5000 }).toEqual({ status: 200, said: 'ready\n' })
    const again = await cli('run', 'sales.orders')
    expect(again.exit, again.said).toBe(0)
    expect((await cli('query', 'select count(*) as n from sales.orders', '--format', 'csv')).said).toMatch(
      /^n\r\n150003\r\n/,
    )
    const verified = await cli('audit', 'verify')
    expect(verified.exit, verified.said).toBe(0)
  },
  60_000,
)

/** Text that no codec makes much smaller. */
const textOf = (i: number) => Buffer.from(digestOf(String(i)), 'hex').toString('base64')

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Takes every byte that is left. */
function fill(path: string): void {
  for (const size of [1_048_576, 4096]) {
    for (let i = 0; i < 64; i++) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
      } catch {
        break
      }
    }
  }
}
