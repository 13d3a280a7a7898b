import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, loadDemo, type RunningServer } from '../../src/server/index.ts'
import type { DemoProgress } from '../../src/operations/index.ts'
import { runTour, tourLines, type Told } from './run-tour.ts'

const questions = new URL('../../examples/skyways/questions/', import.meta.url).pathname
const golden = new URL('../golden/skyways/', import.meta.url).pathname

type Case = readonly [question: string, who: string, purpose?: string, onBehalfOf?: string]

/** Who asks which question, for what. The answers lie in `test/golden/skyways/<question>/<who>.json`; delete one to renew it. */
const matrix: readonly Case[] = [
  ['1-best-customers', 'kai', 'customer-care'],
  ['1-best-customers', 'mia', 'marketing'],
  ['1-best-customers', 'leo', 'planning'],
  ['2-birds', 'sol'],
  ['2-birds', 'leo', 'planning'],
  ['2-birds', 'mia', 'marketing'],
  ['2-birds-per-flight', 'sol'],
  ['2-birds-per-flight', 'leo', 'planning'],
  ['3-storms', 'ivy', 'operations'],
  ['3-storms', 'bo', 'operations'],
  ['3-storms', 'leo', 'planning'],
  ['3-storms', 'mia', 'marketing'],
  ['4-marketing', 'raj'],
  ['4-marketing', 'mia', 'marketing'],
  ['4-marketing', 'petra', 'planning'],
  ['4-masked-join', 'mia', 'marketing'],
  ['4-guessed-hash', 'mia', 'marketing'],
  ['5-today', 'care-bot', 'rebooking', 'kai'],
  ['5-today', 'care-bot', 'marketing', 'kai'],
  ['5-today', 'mia', 'marketing'],
  ['control-rain', 'petra'],
  ['control-rain', 'mia', 'marketing'],
]

const rowsOf = {
  'network.airports': 3376,
  'network.states': 59,
  'network.routes': 5737,
  'network.catchments': 42_049,
  'network.climate_hourly': 8759,
  'network.climate_daily': 732,
  'flights.departures': 2_999_792,
  'flights.departure_rejects': 11,
  'flights.punctuality': 39_949,
  'flights.disruptions': 14,
  'flights.monthly_otp': 1338,
  'safety.wildlife_strikes': 10_000,
  'people.crew': 2400,
  'people.rosters': 97_259,
  'sales.bookings': 300_000,
  'sales.passengers': 40_000,
  'marketing.households': 52,
} as const

let home: string
let server: RunningServer
const progress: DemoProgress[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'meshwright-skyways-'))
  server = await startServer({
    home,
    port: 0,
    log: () => undefined,
    env: { ...process.env, MESHWRIGHT_MASK_KEY: 'a key for the golden answers' },
  })
  await loadDemo(server, p => progress.push(p))
}, 240_000)

afterAll(async () => {
  await server?.stop()
  rmSync(home, { recursive: true, force: true })
})

describe('the sample mesh', () => {
  it('is loaded by the ordinary operations, whole', () => {
    expect(progress.at(-1)).toMatchObject({ state: 'loaded', done: 12, of: 12 })
  })

  it('has the rows that the real files and the generator give', () => {
    const { tables } = server.rooms.control.state()
    const rows = Object.fromEntries(
      [...tables.values()].map(t => [t.id, [...t.majors.values()][0]?.snapshots.at(-1)?.rows]),
    )
    expect(rows).toMatchObject(rowsOf)
    expect(tables.size).toBe(18)
  })

  it('rejected February and let readers keep January until 1.1.0 took both', async () => {
    const runs = await server.rooms.runs.list({ product: 'flights.departures', limit: 10 })
    expect(runs.map(run => `${run.release} ${run.state}`).reverse()).toEqual([
      '1.0.0 promoted',
      '1.0.0 rejected',
      '1.1.0 promoted',
      '1.1.0 promoted',
    ])
    const snapshots = server.rooms.control.state().tables.get('flights.departures')!.majors.get(1)!.snapshots
    expect(snapshots.map(s => s.rows)).toEqual([508_239, 508_201 + 458_139, 2_999_792])
    const rejected = runs.find(run => run.state === 'rejected')!
    expect(rejected.checks.filter(check => !check.passed).map(check => check.check)).toEqual(['delays_possible'])
    const { columns, rows } = await server.rooms.runs.rejected(rejected.id, { limit: 6 })
    const delays = rows.map(row => Number(row[columns.indexOf('delay_min')]))
    expect(delays.map(delay => delay < -120 || delay > 1440)).toEqual([true, true, true, true, true, false])
    expect(rows.map(row => row[0] === null)).toEqual([false, false, false, false, false, true])
  })
})

const isBuilt = existsSync(new URL('../../dist/cli/main.js', import.meta.url)) || process.env['CI'] === 'true'

describe.skipIf(!isBuilt)('the tour of the documentation, pasted into a shell', () => {
  let told: readonly Told[] = []
  beforeAll(async () => {
    told = await runTour({ url: server.url, token: server.token! })
  }, 120_000)
  const of = (line: string) => {
    const found = told.find(each => each.line.startsWith(line))
    expect(found, `the tour has no line ${line}`).toBeDefined()
    return found!.said
  }
  const rows = (line: string) =>
    of(line)
      .split(/\r?\n/)
      .filter(text => text.includes(',') && !/^(Token|error|notice|Receipt)/.test(text))

  it('runs to its end, and only leo is refused', () => {
    expect(told.map(({ line }) => line)).toEqual(tourLines)
    expect(told.filter(({ exit }) => exit !== 0).map(({ line }) => line)).toEqual(['ask leo 1-best-customers planning'])
    expect(told.map(({ said }) => said).join('\n')).not.toMatch(/internal|command not found/)
  })

  it('gives everybody what the page says', () => {
    expect(rows('ask kai 1-best-customers')[1]).toMatch(/,\S+@example\.com$/)
    expect(rows('ask mia 1-best-customers')[1]).toMatch(/,[0-9a-f]{64}$/)
    expect(of('ask leo 1-best-customers')).toContain('Ask sales for access:\n  npx meshwright access request sales.')
    expect(rows('ask sol 2-birds')[1]).toMatch(/^AMERICAN AIRLINES,/)
    expect(rows('ask leo 2-birds')[1]).toMatch(/^[0-9a-f]{64},/)
    expect(rows('ask mia 2-birds').slice(1)).toEqual([expect.stringMatching(/^XXXXXXXX,\d+,\d+,$/)])
    const bases = (line: string) =>
      new Set(
        rows(line)
          .slice(1)
          .map(row => row.split(',')[0]),
      )
    expect(bases('ask ivy 3-storms').size).toBeGreaterThan(1)
    expect([...bases('ask bo 3-storms')]).toEqual(['SEA'])
    expect(rows('ask mia 4-marketing').length).toBe(6)
    expect(of('ask mia 4-masked-join')).toMatch(/found\s+0\s+notice: .* so they never match\. Join on .* instead\./)
    const people = (line: string) => Number(rows(line)[1]!.split(',')[2])
    expect(people('ask raj 4-marketing')).toBeGreaterThan(people('ask mia 4-marketing'))
    expect(rows('MESHWRIGHT_TOKEN=$BOT').length).toBeGreaterThan(10)
  })

  it('says why it is so', () => {
    expect(of('npx meshwright policy why')).toMatch(/email +masked by keyed-hash +personal-data/)
    expect(of('npx meshwright lineage')).toContain('file:raw/*.parquet')
    expect(of('( as ana; npx meshwright run show')).toContain('At most 3 impossible delays in a batch')
    expect(of('npx meshwright audit who')).toMatch(
      /bo@skyways\.example +operations +as it is; rows where "base" = 'SEA'/,
    )
  })
})

describe('the same question, different people', () => {
  it.each(matrix.map(of => ({ name: of.slice(0, 3).join(', '), of })))('$name', async ({ of }) => {
    const [question, who, purpose, onBehalfOf] = of
    const answer = await ask(readFileSync(join(questions, `${question}.sql`), 'utf8'), who, purpose, onBehalfOf)
    const name = `${who}${purpose === undefined ? '' : `-${purpose}`}.json`
    const path = join(golden, question, name)
    const text = `${JSON.stringify(answer, null, 1)}\n`
    if (!existsSync(path)) {
      mkdirSync(join(golden, question), { recursive: true })
      writeFileSync(path, text)
      if (process.env['CI'] === 'true') throw new Error(`${path} is missing.`)
    }
    expect(text).toBe(readFileSync(path, 'utf8'))
  })

  it('has an answer for each case and no answer left over', () => {
    const expected = matrix.map(
      ([question, who, purpose]) => `${question}/${who}${purpose === undefined ? '' : `-${purpose}`}.json`,
    )
    const found = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.json'))
    expect(found.sort()).toEqual([...new Set(expected)].sort())
  })

  it("ends the agent's access with its person's", async () => {
    const sql = readFileSync(join(questions, '5-today.sql'), 'utf8')
    const mine = [...server.rooms.control.state().grants.values()].filter(
      g => g.who.startsWith('kai') && g.purpose === 'rebooking',
    )
    expect(mine.length).toBe(3)
    const kai = await tokenFor('kai')
    for (const grant of mine)
      await call('POST', `/api/v1/access/requests/${grant.request}/revoke`, kai, { reason: 'left' })
    expect(await ask(sql, 'care-bot', 'rebooking', 'kai')).toMatchObject({ status: 403, code: 'access.required' })
  })
})

/** What a person may learn, without what differs from run to run. */
async function ask(sql: string, who: string, purpose?: string, onBehalfOf?: string): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1/query`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await tokenFor(who)}`,
      'Content-Type': 'application/json',
      ...(onBehalfOf === undefined ? {} : { 'Meshwright-On-Behalf-Of': await tokenFor(onBehalfOf) }),
    },
    body: JSON.stringify({ sql, ...(purpose === undefined ? {} : { purpose }) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (response.ok) {
    const { receipt: _, ...rest } = answer
    return rest
  }
  const { status, code, detail, rule, team, next } = answer
  return { status, code, detail, rule, team, next: (next as { command?: string } | undefined)?.command }
}

const tokens = new Map<string, Promise<string>>()
function tokenFor(who: string): Promise<string> {
  const made = tokens.get(who) ?? newToken(who)
  tokens.set(who, made)
  return made
}

/** Of people by the platform engineer, of services and agents by their sponsor. */
async function newToken(who: string): Promise<string> {
  const maker = who === 'care-bot' ? await tokenFor('raj') : server.token!
  return String((await call('POST', '/api/v1/tokens', maker, { for: who }))['token'])
}

async function call(method: string, path: string, token: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer
}
