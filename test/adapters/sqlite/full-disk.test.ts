import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compiled } from '../compiled.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const inSmallDisk = (folder: string, command: readonly string[]) =>
  ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=3m none "$0" && exec "$@"', folder, ...command] as const

/** A namespace of our own to mount a small disk in: Linux lets everybody have one, unless it was told not to. */
const canMount = spawnSync('unshare', inSmallDisk('/tmp', ['true'])).status === 0

it.skipIf(!canMount && process.env['CI'] !== 'true')(
  'on a full disk refuses what is new, keeps what was acknowledged, and goes on when there is space',
  () => {
    const script = fileURLToPath(new URL('append-until-full.mjs', import.meta.url))
    const modules = [compiled('adapters/sqlite/sqlite-ledger.ts'), compiled('adapters/files/file-bundles.ts')]
    const folder = temporaryFolder()
    const command = [process.execPath, script, ...modules, folder]
    const said = JSON.parse(execFileSync('unshare', inSmallDisk(folder, command), { encoding: 'utf8' })) as Said
    expect(said.refused).toBe('storage.full')
    expect(said.acknowledged).toBeGreaterThan(10)
    expect(said.readable).toBe(said.acknowledged)
    expect(said.problems).toEqual([])
    expect(said.bundle).toBe('storage.full')
    expect(said.after).toBe(said.acknowledged + 1)
  },
)

interface Said {
  readonly acknowledged: number
  readonly refused: string
  readonly readable: number
  readonly problems: readonly unknown[]
  readonly bundle: string
  readonly after: number
}

it.skipIf(!canMount && process.env['CI'] !== 'true')('on a full disk a home can still be locked to look at it', () => {
  const folder = temporaryFolder()
  const fillAndLock = `
    const { lockHome } = await import(process.argv[1])
    const { writeFileSync } = await import('node:fs')
    const home = process.argv[2]
    lockHome(home).release()
    try { for (let i = 0; ; i++) writeFileSync(home + '/fill' + i, Buffer.alloc(4096)) } catch {}
    lockHome(home).release()
    console.log('locked twice')`
  const command = [
    process.execPath,
    '--input-type=module',
    '-e',
    fillAndLock,
    compiled('adapters/sqlite/lock-home.ts'),
    folder,
  ]
  expect(execFileSync('unshare', inSmallDisk(folder, command), { encoding: 'utf8' })).toBe('locked twice\n')
})
