import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What somebody gets who installs the package elsewhere: packed, installed without scripts, run by its own name. */
const repository = fileURLToPath(new URL('../..', import.meta.url))
const there = mkdtempSync(join(tmpdir(), 'meshwright-packed-'))
const project = join(there, 'project')
const exec = promisify(execFile)
let server: ChildProcess | undefined
let env: NodeJS.ProcessEnv = { ...process.env, MESHWRIGHT_CONFIG: join(there, 'config') }

const mw = async (...argv: string[]) =>
  (await exec(join(there, 'node_modules/.bin/meshwright'), argv, { cwd: project, env })).stdout

beforeAll(async () => {
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', there], { cwd: repository })
  const [tarball] = readdirSync(there).filter(name => name.endsWith('.tgz'))
  writeFileSync(join(there, 'package.json'), '{"private": true}')
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await exec('npm', ['install', ...quiet, `./${tarball}`], { cwd: there })
  mkdirSync(project)
  writeFileSync(join(project, 'orders.csv'), 'Order ID;Kunde;Betrag\n001;Ann;1,50\n002;Bob;2,25\n')
})

afterAll(async () => {
  if (server !== undefined) {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  rmSync(there, { recursive: true, force: true })
})

test('a stranger installs it, starts it, and has a first product in two commands', async () => {
  const home = join(there, 'home')
  server = spawn(join(there, 'node_modules/.bin/meshwright'), ['up', '--home', home, '--port', '0', '--json'], { env })
  const [line] = (await once(server.stdout!, 'data')) as [Buffer]
  const { url, token } = JSON.parse(line.toString()) as { url: string; token: string }
  env = { ...env, MESHWRIGHT_URL: url, MESHWRIGHT_TOKEN: token }

  const made = JSON.parse(await mw('new', 'product', 'shop/orders', '--from', 'orders.csv', '--yes', '--json')) as {
    next: string
  }
  expect(made.next).toBe('meshwright publish shop')
  const published = JSON.parse(await mw('publish', 'shop', '--json')) as { ok: boolean }
  expect(published.ok).toBe(true)
  const sql = 'select order_id, kunde, sum(betrag) as betrag from shop.orders group by all order by 1'
  expect(JSON.parse(await mw('query', sql, '--json'))).toMatchObject({
    rows: [
      ['001', 'Ann', '1.50'],
      ['002', 'Bob', '2.25'],
    ],
  })
  expect(JSON.parse(await mw('audit', 'verify', '--json'))).toMatchObject({ problems: [] })
})
