import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MeteredRooms } from '../../src/protocols/http/metered-rooms.ts'
import { openMetrics, type Metrics } from '../../src/protocols/http/metrics.ts'
import { attackMesh, type AttackMesh } from '../query/fixture.ts'
import { suiteEngine } from '../adapters/duckdb/suite-engine.ts'

const suite = suiteEngine({ readable: [tmpdir()] })
let mesh: AttackMesh
let metrics: Metrics
beforeAll(async () => {
  mesh = await attackMesh('A', 1_000, suite().engine)
  const states = ['promoted', 'promoted', 'failed']
  metrics = openMetrics({
    gateway: mesh.gateway,
    control: { state: () => mesh.state },
    runs: { list: () => Promise.resolve(states.map(state => ({ state }))) },
  } as unknown as MeteredRooms)
})
afterAll(() => mesh.close())

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
  expect(await value('meshwright_workers_started_total')).toBeGreaterThan(0)
  expect(await value('meshwright_statements_waiting')).toBe(0)
  expect(await value('meshwright_statements_running')).toBe(0)
  expect(await value('meshwright_ledger_entries')).toBe(mesh.state.seq)
  expect(await value('meshwright_runs{state="promoted"}')).toBe(2)
  expect(await value('meshwright_runs{state="failed"}')).toBe(1)
  for (const name of ['statements_again', 'answers_truncated', 'answers_broken_off', 'workers_ended'])
    expect(await metrics.text()).toContain(`meshwright_${name}_total 0`)
})

test('nothing of a statement stands in them', async () => {
  await mesh.ask('bob', "select 'a text of bob' from sales.orders limit 1")
  expect(await metrics.text()).not.toMatch(/bob|orders|a text/)
})
