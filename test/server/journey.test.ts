import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, type Effects } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { restoreHome, startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'
import { smallMesh } from './small-mesh.ts'

const owner = 'olga@example.com'
const home = join(mkdtempSync(join(tmpdir(), 'meshwright-home-')), 'home')
const env = { MESHWRIGHT_PLATFORM_ENGINEER: 'pat@example.com', MESHWRIGHT_LOG_LEVEL: 'warn' }
const mesh = smallMesh(owner)
let server: RunningServer
let ownerToken = ''

/** One command line against the server, with the token of somebody. */
async function cli(token: string, ...argv: string[]) {
  const world = fakeEffects({ cwd: mesh, env: { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: token } })
  const effects: Effects = { ...world.effects, fetch: realEffects().fetch }
  const exit = await run(argv, effects)
  return { exit, out: world.stdout(), err: world.stderr() }
}

const meshWithPurpose = [
  'apiVersion: meshwright/v1',
  'kind: Mesh',
  'id: small',
  "purposes: {planning: {is: 'Plan ahead', days: 30}}",
].join('\n')

/** The request says who answers, asking again says that it stands, and the owner's list ends with the line that approves. */
async function asksAndIsAnswered(token: string) {
  const asked = await cli(token, 'access', 'request', 'sales.orders', '--purpose', 'planning')
  expect(asked.out, asked.err).toContain(`waits for ${owner} (product-owner)`)
  const again = await cli(token, 'access', 'request', 'sales.orders', '--purpose', 'planning', '--days', '9')
  expect(again.out).toMatch(/asked for before, at .*, for 30 days: nothing has changed/)
  const line = (await cli(ownerToken, 'access', 'list', '--state', 'requested')).out.trimEnd().split('\n').at(-1)!
  expect(line).toMatch(/^ {2}meshwright access approve req_/)
  const id = line.split(' ').at(-1)!
  expect((await cli(ownerToken, 'access', 'approve', id)).exit).toBe(0)
  expect((await cli(token, 'query', 'select count(*) from sales.orders')).exit).toBe(0)
  await cli(ownerToken, 'access', 'revoke', id)
  expect((await cli(token, 'access', 'list', '--state', 'revoked')).out).toContain(id)
  expect((await cli(token, 'access', 'list', '--state', 'approved')).out).toContain('no such requests')
}

async function ask(token: string, sql: string, more: object = {}) {
  const response = await fetch(`${server.url}/api/v1/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ sql, ...more }),
  })
  return (await response.json()) as Record<string, unknown>
}

beforeAll(async () => {
  server = await startServer({ home, port: 0, env })
})
afterAll(() => server.stop())

describe('a new installation', () => {
  test('gives the platform engineer a token, once', async () => {
    expect(server.platformEngineer).toBe('pat@example.com')
    expect(server.token).toMatch(/^mw_/)
    expect((await cli(server.token!, 'whoami', '--json')).out).toContain('platform-engineer')
    expect(statSync(join(home, 'secrets', 'mask-key')).mode & 0o777).toBe(0o600)
  })

  test('makes a token for its first owner', async () => {
    const made = await cli(server.token!, 'token', 'create', '--for', owner, '--json')
    expect(made.exit).toBe(0)
    ownerToken = (JSON.parse(made.out) as { token: string }).token
  })

  test('answers SELECT 1 to anybody who signed in', async () => {
    expect(await ask(ownerToken, 'select 1 as one')).toMatchObject({
      columns: [{ name: 'one', type: 'INTEGER' }],
      rows: [[1]],
      receipt: { id: expect.stringMatching(/^rcp_/) as string },
    })
  })
})

describe('a first product', () => {
  test('is checked offline', async () => {
    const checked = await cli(ownerToken, 'check', 'sales')
    expect(checked.exit, checked.out).toBe(0)
    expect(checked.out.split('\n').at(-2)).toBe('Fine: 1 domain, 1 product, 0 policies')
  })

  test('is planned without changing anything, and published', async () => {
    const planned = await cli(server.token!, 'plan', 'sales', '--json')
    expect(planned.exit, planned.out + planned.err).toBe(0)
    const published = await cli(server.token!, 'publish', 'sales')
    expect(published.err + published.out).toContain('sales.orders 1.0.0')
    expect(published.exit, published.out + published.err).toBe(0)
    expect(published.out).toContain(`${server.url}/p/sales/orders`)
  })

  test('published again, nothing changes', async () => {
    const again = await cli(ownerToken, 'publish', 'sales')
    expect(again.exit, again.out + again.err).toBe(0)
    expect(again.out).toContain('Nothing has changed')
    const fromProduct = await cli(ownerToken, 'publish', 'sales/products/orders')
    expect(fromProduct.exit, fromProduct.out + fromProduct.err).toBe(0)
    expect(fromProduct.out).toContain('Nothing has changed')
  })

  test('is found, shown and asked', async () => {
    expect((await cli(ownerToken, 'find', 'orders')).out).toContain('sales.orders')
    expect((await cli(ownerToken, 'show', 'sales.orders')).out).toContain('Where it was ordered')
    const answer = await cli(
      ownerToken,
      'query',
      'select region, sum(amount) as total from sales.orders group by region order by region',
      '--format',
      'csv',
    )
    expect(answer.out, answer.err).toBe('region,total\r\nEU,15.75\r\nUS,20.00\r\n')
  })

  test('is refused to others with the line that gets them in', async () => {
    const token = (
      JSON.parse((await cli(server.token!, 'token', 'create', '--for', 'carol@example.com', '--json')).out) as {
        token: string
      }
    ).token
    const refused = await cli(token, 'query', 'select * from sales.orders')
    expect(refused.exit).toBe(1)
    expect(refused.err).toMatch(/lists no purposes yet(.|\n)*\n {2}meshwright new mesh/)
    expect((await cli(server.token!, 'show', 'mesh')).out).toContain('lists no purposes of its own yet')
    writeFileSync(join(mesh, 'mesh.yaml'), meshWithPurpose)
    expect((await cli(server.token!, 'publish', '.')).exit).toBe(0)
    expect((await cli(token, 'query', 'select * from sales.orders')).err).toMatch(
      /\n {2}meshwright access request sales\.orders --purpose planning/,
    )
    const problem = await ask(token, 'select * from sales.orders')
    expect(problem).toMatchObject({
      status: 403,
      next: { command: expect.stringContaining('access request') as string },
    })
    await asksAndIsAnswered(token)
  })

  test('publishing ends with a query that answers', async () => {
    const published = await cli(ownerToken, 'publish', 'sales')
    const line = published.out.trimEnd().split('\n').at(-1)!
    expect(line).toBe("  meshwright query 'select * from sales.orders limit 10'")
    expect((await cli(ownerToken, 'query', /'(.*)'/.exec(line)![1]!)).exit).toBe(0)
  })

  test('a token for a name near to a known one is refused unless it is said to be new', async () => {
    const refused = await cli(server.token!, 'token', 'create', '--for', 'oga')
    expect(refused.err).toContain(`Did you mean ${owner}?`)
    expect(refused.err).toMatch(/\n {2}meshwright token create --for oga --new\n$/)
    expect((await cli(server.token!, 'token', 'create', '--for', 'oga', '--new')).exit).toBe(0)
    const short = await cli(server.token!, 'token', 'create', '--for', 'og')
    expect(short.err).toContain('Nobody of the name og is known here. Did you mean')
    const why = await cli(server.token!, 'policy', 'why', 'sales.orders', '--as', 'olgaa')
    expect(why.out).toContain(`Nobody of the name olgaa is known here. Did you mean ${owner}?`)
  })

  test.each([
    ['audit who sales.orders.amout', 'no column amout. Did you mean sales.orders.amount?'],
    ['policy why sales.orders.amout', 'no column amout. Did you mean sales.orders.amount?'],
    ['lineage sales.orders.amout', 'no column amout. Did you mean sales.orders.amount?'],
    ['show sales.orders.amout', 'no column amout. Did you mean sales.orders.amount?'],
    ['show sales.ordrs', 'Did you mean sales.orders?'],
    ['show orders', 'Did you mean sales.orders?'],
    ['lineage shop.orders', 'Did you mean sales.orders?'],
    ['run show run_nope', 'meshwright run list'],
    ['access show req_nope', 'meshwright access list --state all'],
    ['token revoke tok_nope', 'meshwright token list'],
    ['publish sals', 'sals is no folder. Did you mean sales?'],
  ])('%s is answered with what there is', async (line, told) => {
    const answer = await cli(server.token!, ...line.split(' '))
    expect(answer.exit, answer.out).not.toBe(0)
    expect(answer.out).toBe('')
    expect(answer.err).toContain(told)
  })

  test('a column is shown by its name', async () => {
    const shown = await cli(ownerToken, 'show', 'sales.orders.Region')
    expect(shown.out).toContain('Where it was ordered')
    expect(shown.out).not.toContain('order_id')
  })

  test('has a page and a receipt, escaped', async () => {
    const bearer = { headers: { Authorization: `Bearer ${ownerToken}` } }
    const page = await (await fetch(`${server.url}/p/sales/orders`, bearer)).text()
    expect(page).toContain('&lt;b&gt;Not&lt;/b&gt; markup')
    const { receipt } = (await ask(ownerToken, 'select count(*) from sales.orders')) as { receipt: { url: string } }
    expect(await (await fetch(receipt.url, bearer)).text()).toContain('sales.orders')
  })
})

describe('operations', () => {
  test('doctor says that all is well', async () => {
    const report = await cli(server.token!, 'doctor', '--json')
    expect(JSON.parse(report.out)).toMatchObject({ well: true })
    expect(report.out).toContain(home)
  })

  test('doctor says to others only whether all is well', async () => {
    const { out } = await cli(ownerToken, 'doctor', '--json')
    const { well, checks } = JSON.parse(out) as { well: boolean; checks: { detail: string }[] }
    expect(well).toBe(true)
    expect(new Set(checks.map(check => check.detail))).toEqual(new Set(['well']))
  })

  test('a second server on the same home is refused', async () => {
    await expect(startServer({ home, port: 0, env })).rejects.toMatchObject({ code: 'home.locked' })
  })

  test('a backup restores to a home that serves the same', async () => {
    const to = join(mkdtempSync(join(tmpdir(), 'meshwright-backup-')), 'copy')
    expect((await cli(ownerToken, 'backup', to)).exit).toBe(1)
    const made = await cli(server.token!, 'backup', to, '--json')
    expect(made.exit, made.out).toBe(0)
    const other = join(mkdtempSync(join(tmpdir(), 'meshwright-restored-')), 'home')
    expect((await restoreHome(to, other)).entries).toBeGreaterThan(3)
    const second = await startServer({ home: other, port: 0, env })
    try {
      expect(second.token).toBeUndefined()
      const first = server
      server = second
      expect(await ask(ownerToken, 'select sum(amount) as s from sales.orders')).toMatchObject({ rows: [['35.75']] })
      // What is built here reads and extends what was written where the home lay before.
      const again = await cli(ownerToken, 'run', 'sales.orders')
      expect(again.exit, again.out + again.err).toBe(0)
      server = first
    } finally {
      await second.stop()
    }
    await expect(restoreHome(to, other)).rejects.toMatchObject({ code: 'usage.invalid' })
    const twice = await cli(server.token!, 'backup', to)
    expect(twice).toMatchObject({ exit: 2, err: expect.stringContaining('exists already') as string })
  })

  test('a damaged backup restores nothing', async () => {
    const to = join(mkdtempSync(join(tmpdir(), 'meshwright-backup-')), 'copy')
    await cli(server.token!, 'backup', to)
    const ledger = join(to, 'ledger.db')
    writeFileSync(ledger, readFileSync(ledger).subarray(0, -100))
    const other = join(to, '..', 'restored')
    await expect(restoreHome(to, other)).rejects.toMatchObject({ code: 'storage.damaged' })
    expect(existsSync(other)).toBe(false)
  })
})

describe('the process', () => {
  const main = join(import.meta.dirname, '../../dist/cli/main.js')
  const started = (folder: string, ...more: string[]): ChildProcess =>
    spawn(process.execPath, [main, 'up', '--home', folder, '--port', '0', ...more], {
      env: { ...process.env, ...env, MESHWRIGHT_CONFIG: join(folder, '..', 'config') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })

  test.skipIf(!existsSync(main) && process.env['CI'] !== 'true')(
    'up --json prints one line, and SIGTERM ends it with 0',
    async () => {
      const folder = join(mkdtempSync(join(tmpdir(), 'meshwright-up-')), 'home')
      const child = started(folder, '--json')
      let out = ''
      child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()))
      while (!out.includes('\n')) await once(child.stdout!, 'data')
      const line = JSON.parse(out) as { url: string; token: string; home: string; doors: object }
      expect(Object.keys(line).sort()).toEqual(['doors', 'home', 'token', 'url'])
      expect((await fetch(`${line.url}/readyz`)).status).toBe(200)
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
      expect(out.trimEnd().split('\n')).toHaveLength(1)
    },
  )

  test.skipIf(!existsSync(main) && process.env['CI'] !== 'true')(
    'SIGTERM under load: what runs long is cut, nothing is lost, and it ends within 10 s',
    async () => {
      const folder = join(mkdtempSync(join(tmpdir(), 'meshwright-up-')), 'home')
      const child = started(folder, '--json')
      const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
      const { url, token } = JSON.parse(chunk.toString()) as { url: string; token: string }
      const headers = { Authorization: `Bearer ${token}` }
      const long = fetch(`${url}/api/v1/query`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ sql: 'select count(*) from range(100000000000) a, range(1000) b' }),
      })
      long.catch(() => undefined) // it may fail before it is awaited
      const made = await fetch(`${url}/api/v1/tokens`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ for: 'pat@example.com' }),
      })
      const { token: second } = (await made.json()) as { token: string }
      const asked = Date.now()
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
      expect(Date.now() - asked).toBeLessThan(10_000)
      await expect(long).rejects.toThrow()
      // What was acknowledged is there after the next start.
      const again = await startServer({ home: folder, port: 0, env })
      const me = await fetch(`${again.url}/api/v1/whoami`, { headers: { Authorization: `Bearer ${second}` } })
      expect(me.status).toBe(200)
      await again.stop()
    },
  )
})
