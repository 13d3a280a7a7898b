import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Input } from '../../src/mesh/index.ts'
import { sourceProblem } from '../../src/runs/find-sources.ts'
import { columns, csv, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

async function build(input: Input, sql: string, ...of: readonly string[]) {
  mesh().publish(
    product('flights.p', { tables: [table('t', columns(...of))], inputs: { raw: input }, outputs: { t: { sql } } }),
  )
  return mesh().run('flights.p')
}

const visible = (path: string, absolute: string) => ({ path, sizeBytes: 1, at: { absolute, modifiedMs: 0 } })

test('_file and _row name the place of each CSV row, whatever the order of files', async () => {
  const files = [await mesh().source('raw/b.csv', 'a\n10\n20\n'), await mesh().source('raw/a.csv', 'a\n30\n')]
  const run = await build(
    csv('raw/*.csv', files),
    'select a, _file as f, _row as r from raw',
    'a BIGINT',
    'f VARCHAR',
    'r BIGINT',
  )
  expect(run.problem).toBeUndefined()
  expect(await mesh().rows('flights.t')).toEqual([
    { a: 10n, f: 'raw/b.csv', r: 1n },
    { a: 20n, f: 'raw/b.csv', r: 2n },
    { a: 30n, f: 'raw/a.csv', r: 1n },
  ])
})

test("_row of a Parquet file is the row's place in it, and a star may bring it along", async () => {
  const from = `${mesh().folder}/x.parquet`
  const session = await mesh().world.workshop.open({ read: [], write: mesh().folder, memoryMb: 500, timeoutMs: 1000 })
  await session.execute(`copy (select 100 - range as a from range(3)) to '${from}' (format parquet)`)
  await session.close()
  const file = await mesh().source('raw/x.parquet', readFileSync(from))
  const input: Input = { kind: 'file', path: 'raw/x.parquet', format: 'parquet', options: {}, files: [file] }
  const run = await build(input, 'select *, _row as r, _file as f from raw', 'a BIGINT', 'r BIGINT', 'f VARCHAR')
  expect(run.problem).toBeUndefined()
  expect(await mesh().rows('flights.t')).toEqual(
    [98n, 99n, 100n].map((a, i) => ({ a, r: BigInt(3 - i), f: 'raw/x.parquet' })),
  )
})

test('JSON files and reader options are read as the build says', async () => {
  const json = await mesh().source('raw/x.json', '[{"a": 1}, {"a": 2}]')
  await build(
    { kind: 'file', path: 'raw/x.json', format: 'json', options: {}, files: [json] },
    'select a from raw',
    'a BIGINT',
  )
  expect(await mesh().rows('flights.t')).toEqual([{ a: 1n }, { a: 2n }])
  const text = await mesh().source('raw/x.txt', 'zip;state\n00501;NA\n')
  const input = csv('raw/x.txt', [text], { delim: ';', nullstr: 'NA', types: { zip: 'VARCHAR' } })
  mesh().publish(
    product('flights.q', {
      tables: [table('q', columns('zip VARCHAR', 'state VARCHAR'))],
      inputs: { raw: input },
      outputs: { q: { sql: 'from raw' } },
    }),
  )
  expect((await mesh().run('flights.q')).problem).toBeUndefined()
  expect(await mesh().rows('flights.q')).toEqual([{ zip: '00501', state: null }])
})

test.each([
  ['filename', 'x'],
  ['store_rejects', true],
  ["delim = ',') --", ','],
])('the option %s is refused', async (name, value) => {
  const file = await mesh().source('raw/x.csv', 'a\n1\n')
  const run = await build(csv('raw/x.csv', [file], { [name]: value }), 'from raw', 'a BIGINT')
  expect(run.problem).toMatchObject({ code: 'document.invalid' })
})

test('a value of an option is a literal, whatever it holds', async () => {
  const file = await mesh().source('raw/x.csv', "a\n'); drop table x; --\n")
  const run = await build(
    csv('raw/x.csv', [file], { nullstr: "'); drop table x; --", delim: '|' }),
    'from raw',
    'a VARCHAR',
  )
  expect(run.problem).toBeUndefined()
  expect(await mesh().rows('flights.t')).toEqual([{ a: null }])
})

test('a source that vanished is named', async () => {
  const path = `${mesh().folder}/large.csv`
  writeFileSync(path, 'a\n1\n')
  const input = csv('large.csv', [visible('large.csv', path)])
  expect(await build(input, 'from raw', 'a BIGINT')).toMatchObject({ state: 'promoted' })
  rmSync(path)
  const run = await mesh().run('flights.p')
  expect(run).toMatchObject({ state: 'failed', problem: { code: 'source.not-found' } })
  expect(run.problem!.message).toContain('large.csv')
  expect(await mesh().rows('flights.t')).toEqual([{ a: 1n }])
  const none = await build(csv('none/*.csv', []), 'from raw', 'a BIGINT')
  expect(none.problem).toMatchObject({ code: 'source.not-found', message: 'No file matches none/*.csv.' })
})

test('a line that cannot be read is named with its file', async () => {
  const file = await mesh().source('raw/bad.csv', 'a,b\n1,x\n2,y\nz,1\n')
  const run = await build(csv('raw/bad.csv', [file], { types: { a: 'INTEGER' } }), 'from raw', 'a INTEGER', 'b VARCHAR')
  expect(run.problem).toMatchObject({ code: 'source.unreadable' })
  expect(run.problem!.message).toMatch(/^raw\/bad\.csv, line 4: /)
  expect(run.problem!.message).not.toContain(mesh().folder)
})

test('a torn Parquet file is unreadable, by name', async () => {
  const file = await mesh().source('raw/torn.parquet', 'PAR1 and nothing more')
  const run = await build(
    { kind: 'file', path: 'raw/torn.parquet', format: 'parquet', options: {}, files: [file] },
    'from raw',
    'a INTEGER',
  )
  expect(run.problem).toMatchObject({
    code: 'source.unreadable',
    message: expect.stringMatching(/^raw\/torn\.parquet/),
  })
})

test('an empty set of new files keeps the shape of the input', async () => {
  const file = await mesh().source('raw/x.csv', 'a\n1\n')
  const make = (sql: string) =>
    mesh().publish(
      product('flights.p', {
        tables: [table('t', columns('a BIGINT'))],
        inputs: { raw: csv('raw/x.csv', [file]) },
        outputs: { t: { sql, mode: 'append' } },
      }),
    )
  make('select a from raw where _row > 0')
  await mesh().run('flights.p')
  const again = await mesh().run('flights.p')
  expect(again).toMatchObject({ state: 'promoted', rows: { t: 0 } })
  expect(again.steps.map(step => step.name)).not.toContain('promote')
})

test.each([
  `select * from read_csv('/etc/passwd')`,
  `select * from '/etc/passwd'`,
  `select * from other`,
  `select * from flights.t`,
  `select * from main.raw`,
  `copy raw to 'x'`,
  `select a from raw at (version => 1)`,
  'select a from raw where a = ?',
])('%s builds nothing', async sql => {
  const file = await mesh().source('raw/x.csv', 'a\n1\n')
  const run = await build(csv('raw/x.csv', [file]), sql, 'a BIGINT')
  expect(run.state).toBe('failed')
  expect(run.problem!.code).toMatch(/^sql\./)
  expect(run.problem!.message).toContain('t.sql')
  expect(mesh().statements).toEqual([])
})

test('a sample reads so many rows of each file, checks them and promotes nothing', async () => {
  const file = await mesh().source('raw/x.csv', 'a\n1\n2\n3\n')
  mesh().publish(
    product('flights.p', {
      tables: [table('t', columns('a BIGINT'))],
      inputs: { raw: csv('raw/x.csv', [file]) },
      outputs: { t: { sql: 'from raw' } },
    }),
  )
  const run = await mesh().run('flights.p', { sample: 2 })
  expect(run).toMatchObject({ state: 'sampled', rows: { t: 2 } })
  expect(run.problem).toBeUndefined()
  expect(run.steps.map(step => step.state)).toEqual(['done', 'done', 'done'])
  expect(run.notes).toEqual([
    'At most 2 rows of each source were built, and they passed all checks; nothing was promoted.',
  ])
  expect(run.checks.every(check => check.passed)).toBe(true)
  expect(await mesh().rows('flights.t')).toEqual([])
  expect((await mesh().runs.rejected(run.id, { limit: 9 })).rows).toEqual([
    [null, 1n],
    [null, 2n],
  ])
})

test.each([
  [
    'Invalid Input Error: Malformed JSON in file "/f/1", at byte 7 in line 3: unexpected end of data. Try setting "ignore_errors" to true',
    'raw/a.json, line 3: Malformed JSON in file "raw/a.json", at byte 7 in line 3: unexpected end of data.',
  ],
  [
    'Invalid Input Error: "maximum_object_size" of 16777216 bytes exceeded while reading file "/f/1" (>33554428 bytes).\n Try increasing "maximum_object_size".',
    'raw/a.json: it holds a value of more than 16777216 bytes.',
  ],
])('the advice of the engine is none of ours', (said, told) => {
  expect(sourceProblem(new Error(said), [{ path: 'raw/a.json', absolute: '/f/1' }])?.message).toBe(told)
})
