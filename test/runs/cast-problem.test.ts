import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { duckdbWorkshop } from '../../src/adapters/duckdb/index.ts'
import { placeOfSelect } from '../../src/runs/select-place.ts'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

// The engine of the server: it alone tells where in a statement an error is.
let folder: string
let mesh: SmallMesh
let workshop: ReturnType<typeof duckdbWorkshop>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cast-'))
  mkdirSync(`${folder}/scratch`)
  workshop = duckdbWorkshop({ scratch: `${folder}/scratch`, spare: 1 })
  mesh = await smallMesh(folder, { workshop, start: [domain('flights')] })
})
afterEach(async () => {
  await mesh.runs.close()
  await workshop.close()
  rmSync(folder, { recursive: true, force: true })
})

async function build(sql: string, files: Readonly<Record<string, string>>, of = columns('id BIGINT', 'v INTEGER')) {
  const sources = await Promise.all(Object.entries(files).map(([path, text]) => mesh.source(path, text)))
  const inputs = { raw: csv('raw/*.csv', sources, { types: { id: 'BIGINT', v: 'VARCHAR' } }) }
  mesh.publish(product('flights.p', { tables: [table('t', of)], inputs, outputs: { t: { sql } } }))
  return (await mesh.run('flights.p')).problem
}

const files = { 'raw/a.csv': 'id,v\n1,5\n', 'raw/b.csv': 'id,v\n2,6\n3,abc\n' }

test('a cast that fails is told at its place, with the column, the file and the row', async () => {
  expect(await build('-- ü\nselect id,\n  v::integer as v\nfrom raw', files)).toMatchObject({
    code: 'run.failed',
    message: "t.sql:3:4: Could not convert string 'abc' to INT32, in column v of raw/b.csv, row 2.",
    fix: expect.stringContaining('try_cast'),
  })
})

test('so it is where the rows are kept in between', async () => {
  const of = columns('id BIGINT', 'v DATE')
  expect(await build('select id, cast(v as date) + interval 1 day as v from raw', files, of)).toMatchObject({
    message: expect.stringMatching(
      /^t\.sql:1:12: invalid date field format: "5".*, in column v of raw\/a\.csv, row 1\.$/,
    ),
  })
})

test('a value that no file holds as it is names the column alone', async () => {
  const problem = await build("select id, w::integer as v from (select id, v || '!' as w from raw)", files)
  expect(problem?.message).toMatch(/^t\.sql:1:13: Could not convert string '5!' to INT32(, in column w)?\.$/)
})

test.each([
  ['select 1', 1, 1],
  ['-- select\n  from raw', 2, 3],
  ['with a as (\n  select 1\n)\nselect * from a', 4, 1],
  ['with "select" as (select \')\'), b as (select $$select ($$)\n select 1', 2, 2],
  ['(select 1) union all (select 2)', 1, 1],
])('the SELECT of %s', (sql, line, column) => {
  expect(placeOfSelect(sql)).toEqual({ line, column })
})
