import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTable } from '../../src/lake/index.ts'
import { commitRows, openTestLake, type TestLake } from '../lake/duckdb-table.ts'
import { openPython } from './setup/python.ts'

let lake: TestLake
let reader: DuckDBConnection | undefined

/** DuckDB's own extension for Iceberg, as its registry package carries it: a reader that shares no code with the writer. */
beforeAll(async () => {
  lake = await openTestLake()
  const python = await openPython('duckdb-iceberg', ['duckdb-extension-avro==1.5.5', 'duckdb-extension-iceberg==1.5.5'])
  if (python === undefined) return
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' })
  reader = await instance.connect()
  for (const name of ['avro', 'iceberg']) {
    const path = `${python.sitePackages}/duckdb_extension_${name}/extensions/v1.5.5/${name}.duckdb_extension`
    await reader.run(`LOAD '${path}'`)
  }
})
afterAll(() => lake.close())

async function rows(connection: DuckDBConnection, sql: string): Promise<readonly unknown[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

test('DuckDB reads every type, every snapshot and partitions', async context => {
  if (reader === undefined) return context.skip('The extension cannot be set up here.')
  const select = `SELECT i AS id, i % 2 = 0 AS b, (i / 3)::FLOAT AS f, 1e300 * i AS d, (i - 1.5)::DECIMAL(38, 4) AS de,
    DATE '1969-12-30' + i::INTEGER AS dt, TIME '01:02:03.000004' AS t, TIMESTAMP '1960-01-01 00:00:00.000001' AS ts,
    TIMESTAMPTZ '2026-01-01 00:00:00+00' AS tz, 'ü' || i AS s, '00000000-0000-4000-8000-000000000001'::UUID AS u, '\\xFF'::BLOB AS x,
    {'a': [{'k': i}]} AS st, MAP {'k': NULL::INTEGER} AS m
    FROM range(4) t(i) UNION ALL SELECT 9, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`
  const partition = { column: 'dt', transform: 'month' }
  await commitRows(lake, 'types/v1', select, { partition })
  const path = await commitRows(lake, 'types/v1', `SELECT * REPLACE (id + 100 AS id) FROM (${select})`, { partition })
  const { parent } = await readTable(lake.files, path)
  const scan = (options = ''): string => `iceberg_scan('${lake.files.uri(path)}'${options})`
  const expected = await rows(lake.duckdb, `${select} ORDER BY id`)
  expect(await rows(reader, `FROM ${scan()} WHERE id < 100 ORDER BY id`)).toEqual(expected)
  expect(await rows(reader, `FROM ${scan(`, snapshot_from_id = ${parent}::UBIGINT`)} ORDER BY id`)).toEqual(expected)
  expect(await rows(reader, `SELECT count(*)::INTEGER AS n FROM ${scan()} WHERE dt < DATE '1970-01-01'`)).toEqual([
    { n: 4 },
  ])
})

test('DuckDB follows columns by their ids', async context => {
  if (reader === undefined) return context.skip('The extension cannot be set up here.')
  await commitRows(lake, 'evolve/v1', `SELECT 1::INTEGER AS id, 'old' AS name, true AS gone, {'a': 1} AS st`)
  const columns = [
    { name: 'st', type: 'STRUCT(b DATE, a INTEGER)', required: false },
    { name: 'title', type: 'VARCHAR', required: false, id: 2 },
    { name: 'id', type: 'BIGINT', required: false },
  ]
  const select = `SELECT {'b': DATE '2026-01-01', 'a': 2} AS st, 'new' AS title, 5000000000 AS id`
  const path = await commitRows(lake, 'evolve/v1', select, { columns })
  expect(await rows(reader, `FROM iceberg_scan('${lake.files.uri(path)}') ORDER BY id`)).toEqual([
    { st: { b: null, a: 1 }, title: 'old', id: '1' },
    { st: { b: '2026-01-01', a: 2 }, title: 'new', id: '5000000000' },
  ])
  expect(await rows(reader, `FROM iceberg_scan('${lake.files.uri(path)}') WHERE id = 1`)).toHaveLength(1)
})
