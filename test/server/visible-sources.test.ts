import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'meshwright-visible-'))
const [open, shut] = [join(folder, 'open'), join(folder, 'shut')]
const quiet = { MESHWRIGHT_LOG_LEVEL: 'warn' }
let server: RunningServer

beforeAll(async () => {
  for (const each of [open, shut]) {
    mkdirSync(each)
    writeFileSync(join(each, 'orders.csv'), 'order_id,region,amount\n1,EU,10.50\n2,US,20.00\n')
  }
  symlinkSync(join(shut, 'orders.csv'), join(open, 'link.csv'))
  server = await startServer({
    home: join(folder, 'home'),
    port: 0,
    env: { MESHWRIGHT_SOURCE_FOLDERS: open, ...quiet },
  })
})
afterAll(() => server.stop())

/** Publishes the small mesh with its source at a path, and gives what the command says. */
async function publish(path: string, version: string) {
  const mesh = smallMesh(server.platformEngineer)
  const build = ['apiVersion: meshwright/v1', 'kind: Build', 'inputs:', `  raw: {source: file, path: '${path}'}`]
  const outputs = ['outputs:', '  orders: {sql: orders.sql, mode: full}', '']
  writeFileSync(join(mesh, 'sales/products/orders/build.yaml'), [...build, ...outputs].join('\n'))
  const contract = join(mesh, 'sales/products/orders/orders.odcs.yaml')
  writeFileSync(contract, readFileSync(contract, 'utf8').replace('version: 1.0.0', `version: ${version}`))
  const world = fakeEffects({ cwd: mesh, env: { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! } })
  const exit = await run(['publish', 'sales'], { ...world.effects, fetch: realEffects().fetch })
  return { exit, said: world.stdout() + world.stderr() }
}

test('a build reads files of the folders configured, by absolute path, without an upload', async () => {
  const published = await publish(join(open, 'ord*.csv'), '1.0.0')
  expect(published, published.said).toMatchObject({ exit: 0 })
})

test.each([
  ['a file elsewhere', join(shut, 'orders.csv'), '1.1.0'],
  ['a link that leads elsewhere', join(open, 'link.csv'), '1.1.0'],
  ['a path that climbs out', `${open}/../shut/orders.csv`, '1.1.0'],
])('%s is not read', async (_, path, version) => {
  const published = await publish(path, version)
  expect(published.exit).toBe(1)
  expect(published.said).toContain('source.not-found')
  expect(published.said).toContain('sources.folders')
})

describe('a run asks again', () => {
  const source = join(open, 'orders.csv')
  const runs = async (of: RunningServer) => {
    const world = fakeEffects({ cwd: folder, env: { MESHWRIGHT_URL: of.url, MESHWRIGHT_TOKEN: server.token! } })
    const exit = await run(['run', 'sales.orders'], { ...world.effects, fetch: realEffects().fetch })
    return { exit, said: world.stdout() + world.stderr() }
  }

  test('a link that stands in the place of a published file is not followed out of the folders', async () => {
    const before = readFileSync(source)
    rmSync(source)
    symlinkSync(join(shut, 'orders.csv'), source)
    const refused = await runs(server)
    expect(refused).toMatchObject({ exit: 1, said: expect.stringContaining('source.not-found') as string })
    expect(refused.said).not.toContain(shut)
    rmSync(source)
    writeFileSync(source, before)
    const read = await runs(server)
    expect(read.exit, read.said).toBe(0)
  })

  test('a folder that the configuration names no more is closed to products published before', async () => {
    await server.stop()
    server = { ...(await startServer({ home: join(folder, 'home'), port: 0, env: quiet })), token: server.token! }
    expect(await runs(server)).toMatchObject({
      exit: 1,
      said: expect.stringContaining('source.not-found') as string,
    })
  })
})
