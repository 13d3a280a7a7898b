import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { smallMesh } from '../server/small-mesh.ts'
import { fakeEffects } from './fake-effects.ts'

async function cli(cwd: string, argv: readonly string[], env: Record<string, string> = {}) {
  const world = fakeEffects({ cwd, env })
  const exit = await run(argv, world.effects)
  return { exit, said: world.stdout() + world.stderr() }
}

/** What may lie beside documents. `fine`: nobody misses it. */
const oddities: readonly (readonly [name: string, fine: boolean, make: (folder: string) => unknown])[] = [
  ['a link to nothing', true, folder => symlinkSync('/nope', join(folder, 'notes.txt'))],
  ['a document that is a link to nothing', false, folder => symlinkSync('/nope', join(folder, 'x.odcs.yaml'))],
  ['links in a circle', true, folder => [symlinkSync('b', join(folder, 'a')), symlinkSync('a', join(folder, 'b'))]],
  ['a document that is a link to itself', false, folder => symlinkSync('x.sql', join(folder, 'x.sql'))],
  ['a link to its own folder', true, folder => symlinkSync('.', join(folder, 'again'))],
  ['a folder that is called like a document', true, folder => mkdirSync(join(folder, 'x.odcs.yaml'))],
  ['a pipe', true, folder => execFileSync('mkfifo', [join(folder, 'pipe.sql')])],
  [
    'a link to a pipe',
    false,
    folder => [execFileSync('mkfifo', [join(folder, 'p')]), symlinkSync('p', join(folder, 'x.sql'))],
  ],
  ['a link to a device', false, folder => symlinkSync('/dev/zero', join(folder, 'x.sql'))],
]

describe.each(oddities)('beside documents, %s', (_, fine, make) => {
  test('is told or left alone, in a folder and by one file', async () => {
    const mesh = smallMesh('pat@example.com')
    const folder = join(mesh, 'sales/products/orders')
    make(folder)
    const all = await cli(mesh, ['check', 'sales'])
    expect(all.said).not.toContain('internal')
    expect(all.exit, all.said).toBe(fine ? 0 : 1)
    if (!fine) expect(all.said).toContain('cannot be followed')
    const one = await cli(folder, ['check', 'orders.odcs.yaml'])
    expect(one.exit, one.said).toBe(0)
  })
})

test('a socket beside documents is left alone', async () => {
  const mesh = smallMesh('pat@example.com')
  const server = createServer()
  await new Promise<void>(done => server.listen(join(mesh, 'sales/s.sql'), done))
  expect(await cli(mesh, ['check', 'sales'])).toMatchObject({ exit: 0 })
  server.close()
})

const folder = mkdtempSync(join(tmpdir(), 'meshwright-odd-'))
const path = (name: string) => join(folder, name)
writeFileSync(path('file'), 'x')
writeFileSync(path('x.csv'), 'a,b\n1,2\n')
symlinkSync('/nope', path('broken.yaml'))
symlinkSync('loop.csv', path('loop.csv'))
mkdirSync(path('folder.csv'))
mkdirSync(path('config'))
mkdirSync(path('config/login.json'))

test.each([
  [['check', 'broken.yaml'], 1],
  [['check', 'loop.csv'], 1],
  [['check', 'file/below'], 2],
  [['check', '/dev/null'], 2],
  [['publish', 'file/below'], 2],
  [['plan', 'loop.csv'], 1],
  [['new', 'product', 'shop/x', '--from', 'folder.csv', '--yes'], 2],
  [['new', 'product', 'shop/x', '--from', 'loop.csv', '--yes'], 1],
  [['new', 'product', 'shop/x', '--from', 'file/x.csv', '--yes'], 1],
  [['new', 'product', 'shop/x', '--from-query', 'folder.sql', '--yes'], 1],
  [['query', '@folder.csv'], 2],
  [['query', '@file/x'], 2],
  [['up', '--home', 'file/home', '--port', '0'], 2],
  [['restore', 'nope', '--home', 'new-home'], 2],
  [['doctor', '--home', 'file'], 1],
  [['audit', 'verify', '--home', 'file'], 2],
] as const)('%j is told in words', async (argv, exit) => {
  const env = { MESHWRIGHT_URL: 'http://127.0.0.1:1', MESHWRIGHT_TOKEN: 'x' }
  const told = await cli(folder, argv, env)
  expect(told.said).not.toMatch(/internal|E[A-Z]{4,},/)
  expect(told.exit, told.said).toBe(exit)
})

test.each(['config', 'file', 'file/below'])('a login that cannot be read, in %s', async name => {
  for (const argv of [['whoami'], ['logout'], ['find', 'x']]) {
    const told = await cli(folder, argv, { MESHWRIGHT_CONFIG: path(name) })
    expect(told.said).toMatch(/login\.json cannot be opened: (it is a folder|what stands before its name)/)
    expect(told.exit).toBe(2)
  }
})

test.skipIf(process.getuid?.() === 0)(
  'a document that may not be read is told by its name (skipped for root, to whom nothing is forbidden)',
  async () => {
    const mesh = smallMesh('pat@example.com')
    chmodSync(join(mesh, 'sales/domain.yaml'), 0)
    const told = await cli(mesh, ['check', 'sales'])
    expect(told).toMatchObject({ exit: 2 })
    expect(told.said).toContain('domain.yaml cannot be opened: you may not.')
  },
)
