import { afterAll, beforeAll, expect, test } from 'vitest'
import { evolveSchema, readTable, type IcebergField } from '../../src/lake/index.ts'
import { columnsOf, commitRows, openTestLake, writeData, type TestLake } from './duckdb-table.ts'

let lake: TestLake

beforeAll(async () => {
  lake = await openTestLake()
})
afterAll(() => lake.close())

const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
  (await lake.duckdb.runAndReadAll(sql)).getRowObjectsJson()

const localPath = (path: string): string => `${lake.folder}/${path}`

test('the engine finds every id in the file, in nested columns too', async () => {
  const select = `SELECT 1 AS "it's", {'a b': 1, 'l': [{'x': 1}]} AS st, MAP {'k': [DATE '2026-01-01']} AS m`
  const { schema } = evolveSchema(undefined, await columnsOf(lake, select), 0)
  const file = await writeData(lake, 'ids/v1', schema, select)
  const found = await rows(
    `SELECT name, field_id FROM parquet_schema('${localPath(file.path)}') WHERE field_id IS NOT NULL ORDER BY field_id::BIGINT`,
  )
  expect(found.map(row => `${String(row['field_id'])} ${row['name'] as string}`)).toEqual([
    "1 it's",
    '2 st',
    '3 m',
    '4 a b',
    '5 l',
    '6 element',
    '7 x',
    '8 key',
    '9 value',
    '10 element',
  ])
  expect([...file.lower.keys()]).toEqual([1, 4])
  expect([...file.valueCounts.keys()]).toEqual([1, 4, 7, 8, 10])
})

test('the engine reads all files of a table by id, each row as the current schema has it', async () => {
  const table = 'byid/v1'
  await commitRows(lake, table, `SELECT 1::INTEGER AS id, 'old' AS name, true AS gone`)
  const columns = [
    { name: 'added', type: 'DATE', required: false },
    { name: 'title', type: 'VARCHAR', required: false, id: 2 },
    { name: 'id', type: 'BIGINT', required: false },
  ]
  const path = await commitRows(lake, table, `SELECT DATE '2026-01-01' AS added, 'new' AS title, 5000000000 AS id`, {
    columns,
  })
  const { schema, files } = await readTable(lake.files, path)
  const entry = (f: IcebergField): string =>
    `${f.id}: {name: '${f.name}', type: '${f.type === 'long' ? 'BIGINT' : f.type === 'date' ? 'DATE' : 'VARCHAR'}', default_value: NULL}`
  const list = files.map(file => `'${localPath(file.path)}'`).join(', ')
  const found = await rows(
    `FROM read_parquet([${list}], schema=MAP {${schema.fields.map(entry).join(', ')}}) ORDER BY id`,
  )
  expect(found).toEqual([
    { added: null, title: 'old', id: '1' },
    { added: '2026-01-01', title: 'new', id: '5000000000' },
  ])
  expect(files.map(file => file.schemaId).toSorted((a, b) => a - b)).toEqual([0, 1])
})

test('statistics tell what is in the file', async () => {
  const select = `SELECT i AS id, CASE WHEN i = 2 THEN NULL ELSE repeat('ü', 200) END AS wide, repeat('a', 300) AS long,
    'x\\x00'::BLOB AS b, i / 0.0 AS d FROM range(3) t(i)`
  const { schema } = evolveSchema(undefined, await columnsOf(lake, select), 0)
  const file = await writeData(lake, 'stats/v1', schema, select)
  expect([file.rows, file.valueCounts.get(2), file.nullCounts.get(2)]).toEqual([3n, 3n, 1n])
  expect(file.sizeBytes).toBe((await lake.files.read(file.path)).length)
  const bound = (of: ReadonlyMap<number, Uint8Array>, id: number): string | undefined => {
    const bytes = of.get(id)
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1')
  }
  expect([bound(file.lower, 2), bound(file.upper, 2)]).toEqual([undefined, undefined])
  expect(bound(file.lower, 3)).toBe('a'.repeat(256))
  expect(bound(file.upper, 3)).toBe(`${'a'.repeat(255)}b`)
  expect(bound(file.lower, 4)).toBe('x\0')
  expect(file.columnSizes.get(1)).toBeGreaterThan(0n)
})

test('every row group begins where the split offsets say', async () => {
  const select = `SELECT i AS id, hash(i)::VARCHAR AS h FROM range(10000) t(i)`
  const { schema } = evolveSchema(undefined, await columnsOf(lake, select), 0)
  const file = await writeData(lake, 'split/v1', schema, select, {}, ', ROW_GROUP_SIZE 2048')
  expect(file.splitOffsets).toHaveLength(5)
  expect(file.splitOffsets[0]).toBe(4n)
  expect(file.splitOffsets.every((offset, i) => i === 0 || offset > file.splitOffsets[i - 1]!)).toBe(true)
})
