import { expect, test } from 'vitest'
import type { Expectation, Output } from '../../src/mesh/index.ts'
import { columns, csv, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

const rule = (query: string, comparison: object = { op: '=', value: '0' }, description?: string): Expectation =>
  ({
    id: 'rule',
    severity: 'error',
    rule: { kind: 'sql', query, comparison },
    ...(description === undefined ? {} : { description }),
  }) as Expectation

async function build(
  text: string,
  rules: readonly Expectation[] = [],
  output: Partial<Output> = {},
  of = columns('id BIGINT key', 'delay INTEGER'),
) {
  const file = await mesh().source('raw.csv', `id,delay\n${text}`)
  mesh().publish(
    product('flights.p', {
      tables: [table('p', of, rules)],
      inputs: { raw: csv('raw.csv', [file], { types: { delay: 'VARCHAR' } }) },
      outputs: { p: { sql: 'select id, delay from raw', ...output } },
    }),
  )
  const run = await mesh().run('flights.p')
  expect(run.state).toBe('rejected')
  const { columns: names, rows } = await mesh().runs.rejected(run.id, { limit: 10 })
  expect(names).toEqual(['_reason', 'id', 'delay'])
  return {
    run,
    rows: rows.map(row => row.map(value => (value === null ? '' : (value as string | bigint).toString())).join(' | ')),
  }
}

test.each([
  'select count(*) from {batch} where delay not between -120 and 1440',
  'SELECT COUNT( * ) FROM {object}\nWHERE delay < -120 or delay > 1440 -- either\n;',
  'select count_if(delay not between -120 and 1440) from {batch}',
  'select count(*) filter (where delay not between -120 and 1440) as n from {object}',
])('the rows that %s counts come first', async query => {
  const { run, rows } = await build('1,5\n2,9999\n3,6\n4,-9999\n', [rule(query, undefined, 'possible delays')])
  expect(rows).toEqual(['possible delays | 2 | 9999', 'possible delays | 4 | -9999', ' | 1 | 5', ' | 3 | 6'])
  expect(run.notes).toBeUndefined()
})

test.each([
  ['select max(delay) from {object}', { op: '<', value: '5' }],
  ['select count(*) from {batch} where delay > 1', { op: '>', value: '9' }],
  ['select count(*) from {batch} where delay > 1 group by all limit 1', { op: '=', value: '0' }],
  ['select count(*) from {batch} where delay in (select delay from {object})', { op: '=', value: '0' }],
])('the rule %s names no rows, and the run says so', async (query, comparison) => {
  const { run, rows } = await build('1,5\n2,9\n', [rule(query, comparison, 'calm')])
  expect(rows).toEqual([' | 1 | 5', ' | 2 | 9'])
  expect(run.notes).toEqual(['"calm" failed for p as a whole; it names no rows.'])
})

test('each row of a key that is there more than once is told', async () => {
  const { rows } = await build('1,5\n2,6\n1,7\n')
  expect(rows).toEqual(['id is there more than once | 1 | 5', 'id is there more than once | 1 | 7', ' | 2 | 6'])
})

test('what is promised twice is told once', async () => {
  const twice: Expectation[] = (['nullValues', 'duplicateValues'] as const).map(metric => ({
    id: `delay ${metric}`,
    severity: 'error',
    column: metric === 'nullValues' ? 'delay' : 'id',
    rule: { kind: 'library', metric, unit: 'rows', comparison: { op: '=', value: '0' }, arguments: {} },
  }))
  const of = columns('id BIGINT key', 'delay INTEGER required')
  const { rows } = await build('1,5\n1,\n', twice, {}, of)
  expect(rows).toEqual(['id is there more than once | 1 | 5', 'delay is null; id is there more than once | 1 | '])
})

test('values that do not fit are told with the value that came', async () => {
  const { run, rows } = await build(`1,5\n2,many\n3,${'9'.repeat(80)}\n`)
  expect(rows).toEqual([
    `delay: 'many' is no INTEGER | 2 | many`,
    `delay: '${'9'.repeat(60)}…' is no INTEGER | 3 | ${'9'.repeat(80)}`,
    ' | 1 | 5',
  ])
  expect(run.problem?.message).toContain('would change 2 values, the first in row 2')
})

test('an unread watermark is told', async () => {
  const { rows } = await build('1,5\n2,\n', [], { mode: 'append', watermark: 'delay' })
  expect(rows[0]).toMatch(/^no watermark in \w+ \| 2 \| $/)
})

test.each([
  ['noise', Uint8Array.from({ length: 5000 }, (_, i) => 1 + ((i * 7919) % 255)), 'raw.csv'],
  ['nothing but NUL', new Uint8Array(5000), 'raw.csv is no text of CSV: it holds NUL characters.'],
  ['UTF-16', Buffer.from('id\n1\n', 'utf16le'), 'raw.csv is written in UTF-16, and read as UTF-8.'],
])('a file of %s is told by its name', async (_, bytes, message) => {
  const file = await mesh().source('raw.csv', bytes)
  mesh().publish(
    product('flights.p', {
      tables: [table('p', columns('id BIGINT'))],
      inputs: { raw: csv('raw.csv', [file]) },
      outputs: { p: { sql: 'select id from raw' } },
    }),
  )
  const run = await mesh().run('flights.p')
  expect(run.problem).toMatchObject({ code: 'source.unreadable', message: expect.stringContaining(message) })
})
