import { describe, expect, test } from 'vitest'
import { columns, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

async function build(type: string, expression: string) {
  const sql = `select ${expression} as v`
  mesh().publish(product('flights.p', { tables: [table('t', columns(`v ${type}`))], outputs: { t: { sql } } }))
  return mesh().run('flights.p')
}

describe('a value that fits is cast and kept', () => {
  test.each([
    ['BIGINT', '1::integer', 1n],
    ['BIGINT', '(select sum(x) from (values (1), (2)) v(x))', 3n],
    ['INTEGER', '7::bigint', 7],
    ['DOUBLE', '1.5::decimal(9,2)', 1.5],
    ['DECIMAL(12,2)', '1.25::double', '1.25'],
    ['DECIMAL(12,2)', '1.25::decimal(5,1)', '1.30'],
    ['VARCHAR', `uuid '00000000-0000-0000-0000-000000000001'`, '00000000-0000-0000-0000-000000000001'],
    ['DATE', `timestamp '2001-02-03 00:00:00'`, '2001-02-03'],
    ['TIMESTAMP WITH TIME ZONE', `timestamp '2001-02-03 04:05:06'`, '2001-02-03 04:05:06+00'],
    ['INTEGER', `'007'`, 7],
    ['DATE', `'2001-2-3'`, '2001-02-03'],
    ['BIGINT', '5::ubigint', 5n],
    ['VARCHAR', 'null', null],
    ['VARCHAR', `interval 3 days`, '3 days'],
    ['STRUCT(a BIGINT, b VARCHAR)', `{'a': 1::integer, 'b': 'x'}`, { a: 1n, b: 'x' }],
    ['BIGINT[]', '[1::integer, 2]', [1n, 2n]],
    ['JSON', `'{"a": 1}'::json`, '{"a": 1}'],
    ['DOUBLE', `'0.1'`, 0.1],
    ['DOUBLE', `' -1_000.50e2 '`, -100050],
    ['DOUBLE', `'0.30000000000000004'`, 0.30000000000000004],
    ['DOUBLE', `'0.10000000000000001'`, 0.1],
    ['DOUBLE', `'1152921504606846976'`, 2 ** 60],
    ['DOUBLE', `'1.7976931348623157e308'`, Number.MAX_VALUE],
    ['DOUBLE', `'5e-324'`, 5e-324],
    ['DOUBLE', `'0.000'`, 0],
    ['DOUBLE', `'123456789012345'`, 123456789012345],
    ['INTEGER', `'1e3'`, 1000],
    ['INTEGER', `'7.00'`, 7],
    ['INTEGER', `'0x10'`, 16],
    ['INTEGER', `'-0'`, 0],
    ['DECIMAL(38,2)', `'1.50'`, '1.50'],
    ['DECIMAL(9,2)', `'12e-1'`, '1.20'],
    ['TIMESTAMP', `'2001-02-03T04:05:06Z'`, '2001-02-03 04:05:06'],
    ['TIMESTAMP', `'2001-02-03 04:05:06.123456000+00'`, '2001-02-03 04:05:06.123456'],
    ['TIMESTAMP WITH TIME ZONE', `'2001-02-03 04:05:06+02'`, '2001-02-03 02:05:06+00'],
    ['TIME', `'10:00'`, '10:00:00'],
    ['TIME', `'10:00:00.1234560'`, '10:00:00.123456'],
    ['TIME', `time_ns '10:00:00.123456'`, '10:00:00.123456'],
    ['DATE', `'2001-02-03T00:00:00Z'`, '2001-02-03'],
    ['DATE', `'2001/2/3'`, '2001-02-03'],
    ['INTEGER', `'12'::json`, 12],
    ['TIMESTAMP', `'"2001-02-03T04:05:06Z"'::json`, '2001-02-03 04:05:06'],
    ['INTEGER[]', `'[1.0, 2, null]'`, [1, 2, null]],
    ['INTEGER[][]', `'[[1], null, [2, 3]]'`, [[1], null, [2, 3]]],
    [
      'STRUCT(a INTEGER, b TIMESTAMP[])',
      `'{"a": 1, "b": ["2001-02-03T04:05:06Z"]}'::json`,
      { a: 1, b: ['2001-02-03 04:05:06'] },
    ],
  ])('%s from %s', async (type, expression, value) => {
    const run = await build(type, expression)
    expect(run.problem).toBeUndefined()
    expect(await mesh().rows('flights.t')).toEqual([{ v: value }])
  })
})

describe('a value that the cast would change rejects the run', () => {
  test.each([
    ['INTEGER', '3000000000'],
    ['BIGINT', '1.5::double'],
    ['BIGINT', '9223372036854775808::hugeint'],
    ['DECIMAL(5,1)', '1.25::decimal(5,2)'],
    ['DECIMAL(3,1)', '1000::integer'],
    ['FLOAT', '0.1::double'],
    ['DATE', `timestamp '2001-02-03 00:00:01'`],
    ['INTEGER', `'1.5'`],
    ['INTEGER', `'many'`],
    ['DATE', `'2001-02-03 10:00:00'`],
    ['DECIMAL(9,2)', `'1.239'`],
    ['TIMESTAMP', `timestamp_ns '2001-02-03 04:05:06.123456789'`],
    ['TIME', `timetz '10:00:00+02'`],
    ['DATE', `'infinity'::timestamp`],
    ['DOUBLE', `'12345678901234567.89'`],
    ['DOUBLE', `'0.1000000000000000000001'`],
    ['DOUBLE', `'9007199254740993'`],
    ['DOUBLE', `'1e400'`],
    ['DOUBLE', `'1e-400'`],
    ['DOUBLE', `12345678901234567.89::decimal(38,2)`],
    ['FLOAT', `'16777217'`],
    ['DOUBLE', `'1.2345e-322'`],
    ['FLOAT', `'1e39'`],
    ['DECIMAL(38,2)', `'1.005'`],
    ['DECIMAL(38,0)', `'1.5'`],
    ['DECIMAL(9,2)', `'0.00000000000000000000000000000000001'`],
    ['DECIMAL(9,2)', `'5e-3'`],
    ['INTEGER', `'1e-1'`],
    ['INTEGER', `'1.5'::json`],
    ['TIMESTAMP', `'2001-02-03 10:00:00+02'`],
    ['TIMESTAMP', `'2001-02-03T10:00:00-05:00'`],
    ['TIMESTAMP', `'2001-02-03 10:00:00.123456789'`],
    ['TIMESTAMP WITH TIME ZONE', `'2001-02-03 10:00:00.123456789+02'`],
    ['TIME', `'10:00:00.1234567'`],
    ['TIME', `'10:00:00+02'`],
    ['TIME', `'10:00:00 PM'`],
    ['TIME', `'2001-02-03 10:00:00'`],
    ['TIME', `time_ns '10:00:00.123456789'`],
    ['DATE', `'2001-02-03 and so on'`],
    ['DATE', `'2001-02-03T00:00:00+02'`],
    ['DATE', `'2001-02-03 00:00:00.0000001'`],
    ['INTEGER[]', `'[1, 1.5]'`],
    ['INTEGER[]', `['1', '1.5']`],
    ['STRUCT(a INTEGER, b TIMESTAMP[])', `'{"a": 1, "b": ["2001-02-03T04:05:06+02"]}'::json`],
    ['STRUCT(a INTEGER)', `'{"a": 1.5}'::json`],
    ['MAP(VARCHAR, INTEGER)', `'{"a": 1.5}'::json`],
    ['INTEGER[][]', `'[[1], null, [2, 1.5]]'`],
  ])('%s from %s', async (type, expression) => {
    const run = await build(type, expression)
    expect(run.state).toBe('rejected')
    const failed = run.checks.filter(check => !check.passed)
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({ failedRows: 1 })
    expect(failed[0]!.check).toMatch(/^v\.(type|range)$/)
    const kept = await mesh().runs.rejected(run.id, { limit: 5 })
    expect(kept.rows).toHaveLength(1)
  })
})

test.each([
  ['DATE', `'infinity'::date`],
  ['DATE', `'0001-01-01 (BC)'::date`],
  ['TIMESTAMP', `'-infinity'::timestamp`],
])('%s %s is nothing that a table of the lake can hold', async (type, expression) => {
  const run = await build(type, expression)
  expect(run).toMatchObject({ state: 'rejected' })
  expect(run.checks.find(check => !check.passed)).toMatchObject({ check: 'v.range', failedRows: 1 })
})

test('a type without a form in the lake fails and names a cast', async () => {
  expect(await build('HUGEINT', '1')).toMatchObject({
    state: 'failed',
    problem: { code: 'document.invalid', fix: expect.stringContaining('DECIMAL(38, 0)') },
  })
})

test('missing and additional columns are named, both at once', async () => {
  mesh().publish(
    product('flights.p', {
      tables: [table('t', columns('a BIGINT', 'b BIGINT'))],
      outputs: { t: { sql: 'select 1 as a, 2 as c' } },
    }),
  )
  const run = await mesh().run('flights.p')
  expect(run.problem).toMatchObject({ code: 'run.failed' })
  expect(run.problem!.message).toBe(
    'The SELECT of t.sql gives no column b and gives c, which the contract does not name; table t has a, b.',
  )
})

test('a text that ends in a comment or a semicolon builds', async () => {
  mesh().publish(
    product('flights.p', {
      tables: [table('t', columns('v INTEGER'))],
      outputs: { t: { sql: 'select 1 as v; -- one' } },
    }),
  )
  expect(await mesh().run('flights.p')).toMatchObject({ state: 'promoted' })
})

test.each([
  [
    'TIMESTAMP',
    `'2001-02-03 10:00:00+02'`,
    "write v::TIMESTAMPTZ AT TIME ZONE 'UTC', or promise TIMESTAMP WITH TIME ZONE",
  ],
  ['TIMESTAMP', `timestamp_ns '2001-02-03 10:00:00.123456789'`, 'write v::TIMESTAMP to cut it, or promise VARCHAR'],
  [
    'DOUBLE',
    `'12345678901234567.89'`,
    'write v::DOUBLE to round it, or promise a DECIMAL of enough digits, or VARCHAR',
  ],
  ['INTEGER', `'many'`, 'write try_cast(v as INTEGER) to have null instead, or promise VARCHAR'],
  [
    'DATE',
    `'2001-02-03 10:00:00'`,
    'write left(v::VARCHAR, 10)::DATE to drop what follows the day, or promise VARCHAR',
  ],
])('what to write instead of a cast to %s from %s works', async (type, expression, way) => {
  const run = await build(type, expression)
  expect(run.problem?.message).toContain(`row 1 of the SELECT: '`)
  expect(run.problem?.message).toContain(`; in t.sql, ${way} (1, expected`)
  const written = /^write (.*?)(?: to |, or)/.exec(way)?.[1]
  expect(await build(type, `${written!} as v from (select ${expression} as v) as w --`)).toMatchObject({
    state: 'promoted',
  })
})
