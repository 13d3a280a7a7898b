import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Comparison, Expectation, Rule } from '../../src/mesh/index.ts'
import { columns, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

const actions = () => ({
  publish: (of: Parameters<ReturnType<typeof mesh>['publish']>[0]) => mesh().publish(of),
  run: (id: string) => mesh().run(id),
})

const is = (op: '=' | '<=' | '>=' | '<', value: string): Comparison => ({ op, value })
const metric = (
  metric: Extract<Rule, { kind: 'library' }>['metric'],
  comparison: Comparison,
  args: Extract<Rule, { kind: 'library' }>['arguments'] = {},
  unit: 'rows' | 'percent' = 'rows',
): Rule => ({ kind: 'library', metric, unit, comparison, arguments: args })
const expectation = (rule: Rule, column?: string, severity: 'error' | 'warning' = 'error'): Expectation => ({
  id: 'rule',
  severity,
  rule,
  ...(column === undefined ? {} : { column }),
})

const rows = `select * from (values (1, 'a', 10), (2, 'b', 20), (3, null, 20), (4, '', null)) as v(id, name, n)`

async function check(rule: Expectation, sql = rows) {
  const of = columns('id INTEGER', 'name VARCHAR', 'n INTEGER')
  mesh().publish(product('flights.p', { tables: [table('t', of, [rule])], outputs: { t: { sql } } }))
  const run = await mesh().run('flights.p')
  const found = run.checks.find(each => each.check === 'rule')
  return {
    state: run.state,
    measured: found?.measured,
    passed: found?.passed,
    error: found?.error,
    failedRows: found?.failedRows,
  }
}

test.each<[string, Rule, string | undefined, string, boolean]>([
  ['null values', metric('nullValues', is('=', '1')), 'name', '1', true],
  ['null values in percent', metric('nullValues', is('<=', '24'), {}, 'percent'), 'name', '25', false],
  ['missing values', metric('missingValues', is('=', '2'), { missingValues: [null, ''] }), 'name', '2', true],
  ['invalid values by list', metric('invalidValues', is('=', '0'), { validValues: ['a', 'b'] }), 'name', '1', false],
  ['invalid values by pattern', metric('invalidValues', is('=', '1'), { pattern: '^[a-z]$' }), 'name', '1', true],
  ['invalid values by range', metric('invalidValues', is('=', '1'), { maximum: '15' }), 'n', '2', false],
  ['repeated values are counted by group', metric('duplicateValues', is('=', '1')), 'n', '1', true],
  ['repeated values in percent', metric('duplicateValues', is('<', '25'), {}, 'percent'), 'n', '25', false],
  ['repeated combinations', metric('duplicateValues', is('=', '0'), { properties: ['id', 'n'] }), undefined, '0', true],
  ['row count', metric('rowCount', { op: 'between', low: '4', high: '5' }), undefined, '4', true],
  ['SQL', { kind: 'sql', query: 'select sum(n) from {object}', comparison: is('=', '50') }, undefined, '50', true],
  [
    'SQL of a column',
    { kind: 'sql', query: 'select max({property}) from {batch};', comparison: is('=', '20') },
    'n',
    '20',
    true,
  ],
])('%s', async (_, rule, column, measured, passed) => {
  expect(await check(expectation(rule, column))).toMatchObject({
    measured,
    passed,
    state: passed ? 'promoted' : 'rejected',
  })
})

test('a failed warning is recorded and promoted', async () => {
  expect(await check(expectation(metric('rowCount', is('=', '1')), undefined, 'warning'))).toMatchObject({
    passed: false,
    state: 'promoted',
  })
})

test.each([
  'DELETE FROM {object}',
  'select 1; drop table x',
  `copy (select 1) to 'x.csv'`,
  `attach 'x.db'`,
  `select * from read_csv('/etc/passwd')`,
  `select count(*) from '/etc/passwd'`,
  `select getenv('HOME')`,
  "select current_setting('threads')",
  'with x as (delete from {object} returning 1) select * from x',
  `pragma database_list`,
  'install httpfs',
  'select count(*) from duckdb_tables()',
  'select count(*) from "meshwright batch"',
  'select count(*) from secret.table',
  'select 1) as m0) as counted; drop table x; select (select 1',
])('%s is a failed check and runs nowhere', async query => {
  const before = mesh().statements.length
  const found = await check(expectation({ kind: 'sql', query, comparison: is('=', '0') }))
  expect(found).toMatchObject({ passed: false, state: 'rejected', error: expect.any(String) })
  const ran = mesh().statements.slice(before)
  expect(ran.some(sql => sql.includes(query))).toBe(false)
  expect(readdirSync(mesh().folder).sort()).toEqual(['bundles', 'staging'])
})

test('a rule that gives rows or columns too many is an error of the check', async () => {
  expect(await check(expectation({ kind: 'sql', query: 'select 1, 2', comparison: is('=', '1') }))).toMatchObject({
    passed: false,
    error: expect.stringMatching(/column/),
  })
  expect(
    await check(expectation({ kind: 'sql', query: 'select n from {object}', comparison: is('=', '1') })),
  ).toMatchObject({ passed: false, error: expect.stringMatching(/row/) })
})

test('a pattern that would ruin a backtracking engine takes no time', async () => {
  const hostile = `select 1 as id, repeat('a', 50000) || '!' as name, 1 as n`
  const started = performance.now()
  expect(
    await check(expectation(metric('invalidValues', is('=', '0'), { pattern: '^(a+)+$' }), 'name'), hostile),
  ).toMatchObject({ passed: false, measured: '1' })
  expect(performance.now() - started).toBeLessThan(5000)
})

test("references are read under the product's own decision, and what it may not read fails the check", async () => {
  const { publish, run } = actions()
  publish(
    product('flights.airports', {
      tables: [table('airports', columns('iata VARCHAR'))],
      outputs: { airports: { sql: `select 'SEA' as iata` } },
    }),
  )
  await run('flights.airports')
  publish(
    product('network.secret', {
      tables: [table('secret', columns('iata VARCHAR'))],
      outputs: { secret: { sql: `select 'SEA' as iata` } },
    }),
  )
  await run('network.secret')
  const reference = (to: string): Rule => ({ kind: 'reference', columns: ['name'], table: to, toColumns: ['iata'] })
  const good = `select 1 as id, 'SEA' as name, 1 as n`
  expect(await check(expectation(reference('flights.airports')), good)).toMatchObject({ passed: true, measured: '0' })
  expect(await check(expectation(reference('flights.airports')))).toMatchObject({ passed: false, measured: '3' })
  expect(await check(expectation(reference('network.secret')), good)).toMatchObject({
    passed: false,
    error: expect.any(String),
  })
  const sql: Rule = {
    kind: 'sql',
    query: 'select count(*) from flights.airports a join {object} o on o.name = a.iata',
    comparison: is('=', '1'),
  }
  expect(await check(expectation(sql), good)).toMatchObject({ passed: true })
})

test('tables of one product check each other as they would be', async () => {
  const child = table('child', columns('parent INTEGER'), [
    expectation({ kind: 'reference', columns: ['parent'], table: 'flights.parent', toColumns: ['id'] }),
  ])
  const build = (ids: string) =>
    mesh().publish(
      product('flights.family', {
        tables: [table('parent', columns('id INTEGER')), child],
        outputs: { child: { sql: 'select 2 as parent' }, parent: { sql: `select * from (values ${ids}) v(id)` } },
      }),
    )
  build('(1), (2)')
  expect(await mesh().run('flights.family')).toMatchObject({ state: 'promoted' })
  build('(1)')
  expect(await mesh().run('flights.family')).toMatchObject({ state: 'rejected' })
  expect(await mesh().rows('flights.parent')).toHaveLength(2)
})
