import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MeteredRooms } from '../../src/protocols/http/metered-rooms.ts'
import { openMetrics, type Metrics } from '../../src/protocols/http/metrics.ts'
import { EngineError, type Engine } from '../../src/query/index.ts'
import { attackMesh, type AttackMesh } from '../query/fixture.ts'
import { suiteEngine } from '../adapters/duckdb/suite-engine.ts'

const suite = suiteEngine({ readable: [tmpdir()] })
let mesh: AttackMesh
let metrics: Metrics
beforeAll(async () => {
  mesh = await attackMesh('A', 1_000, suite().engine)
  metrics = metricsOf(mesh)
})
afterAll(() => mesh.close())

function metricsOf({ gateway, state }: AttackMesh): Metrics {
  const states = ['promoted', 'promoted', 'failed']
  return openMetrics({
    gateway,
    control: { state: () => state },
    runs: { list: () => Promise.resolve(states.map(each => ({ state: each }))) },
  } as unknown as MeteredRooms)
}

async function value(series: string): Promise<number> {
  const line = (await metrics.text()).split('\n').find(each => each.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

const count = (outcome: string) => `meshwright_statement_seconds_count{outcome="${outcome}"}`

test.each<[string, string, string, readonly string[]]>([
  ['an answer', 'bob', 'select 1', [count('ok')]],
  ['a parse error', 'bob', 'select from where', [count('sql')]],
  ['a refusal', 'carol', 'select * from sales.orders', [count('access')]],
  [
    'a statement on copies',
    'bob',
    'select sum(order_id) over (order by order_id) from sales.orders',
    [count('ok'), 'meshwright_statements_on_copies_total'],
  ],
])('%s moves its series by one', async (_, who, sql, series) => {
  const before = await Promise.all(series.map(value))
  await mesh.ask(who, sql)
  expect(await Promise.all(series.map(value))).toEqual(before.map(n => n + 1))
})

test('the engine, the ledger and the runs have their series', async () => {
  expect(await value('meshwright_statements_waiting')).toBe(0)
  expect(await value('meshwright_statements_running')).toBe(0)
  expect(await value('meshwright_ledger_entries')).toBe(mesh.state.seq)
  expect(await value('meshwright_runs{state="promoted"}')).toBe(2)
  expect(await value('meshwright_runs{state="failed"}')).toBe(1)
  expect(await metrics.text()).toContain('meshwright_answers_truncated_total 0')
})

test('nothing of a statement stands in them', async () => {
  await mesh.ask('bob', "select 'a text of bob' from sales.orders limit 1")
  expect(await metrics.text()).not.toMatch(/bob|orders|a text/)
})

/** The real engine, in whose views some hidden row makes every statement fail. */
function failingOnViews(engine: Engine): Engine {
  return {
    capabilities: engine.capabilities,
    parse: sql => engine.parse(sql),
    bind: request => engine.bind(request),
    run: request =>
      request.on === 'views'
        ? Promise.reject(new EngineError('runtime', 'A hidden value is out of range.', 'Conversion Error'))
        : engine.run(request),
    close: () => Promise.resolve(),
  }
}

test('a hidden row that makes a statement fail moves nothing', async () => {
  const { engine } = suite()
  const worlds = await Promise.all([
    attackMesh('A', 1_000, { ...failingOnViews(engine), run: request => engine.run(request) }),
    attackMesh('B', 1_000, failingOnViews(engine)),
  ])
  const told = []
  for (const world of worlds) {
    const counted = metricsOf(world)
    const statements = [
      'select count(*) from sales.orders',
      'select order_id from sales.orders',
      'select 1 as one, abs(amount) from sales.orders',
    ]
    const answers = []
    for (const sql of statements) answers.push(await world.ask('bob', sql))
    expect(answers).toMatchObject(statements.map(() => ({ ok: true })))
    told.push((await counted.text()).split('\n').filter(isAboutStatements))
    await world.close()
  }
  expect(told[0]!.length).toBeGreaterThan(5)
  expect(told[1]).toEqual(told[0])
})

/** Neither what the process itself took nor how long something did. */
const isAboutStatements = (line: string): boolean =>
  /^meshwright_(statement|answer|worker|ledger|runs|http)/.test(line) && !/_sum\b|_bucket\b/.test(line)
