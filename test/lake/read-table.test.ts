import { afterAll, beforeAll, expect, test } from 'vitest'
import { listSnapshots, readTable, snapshotAsOf } from '../../src/lake/index.ts'
import { commitRows, openTestLake, type TestLake } from './duckdb-table.ts'

let lake: TestLake

beforeAll(async () => {
  lake = await openTestLake()
})
afterAll(() => lake.close())

test('a table grows, is replaced, and every earlier state can still be read', async () => {
  const table = 'sales/orders/v1'
  await commitRows(lake, table, 'SELECT i AS id FROM range(3) t(i)', { now: new Date(1000) })
  await commitRows(lake, table, 'SELECT i AS id FROM range(3, 5) t(i)', { now: new Date(2000) })
  const path = await commitRows(lake, table, `SELECT i AS id, 'x' AS name FROM range(7) t(i)`, {
    kind: 'replace',
    now: new Date(3000),
  })
  const current = await readTable(lake.files, path)
  expect(current.rows).toBe(7n)
  expect(current.files).toHaveLength(1)
  expect(current.schema.fields.map(field => [field.id, field.name, field.type])).toEqual([
    [1, 'id', 'long'],
    [2, 'name', 'string'],
  ])
  const operations = (await listSnapshots(lake.files, path)).map(snapshot => snapshot.operation)
  expect(operations).toEqual(['append', 'append', 'overwrite'])
  const second = await snapshotAsOf(lake.files, path, 2500)
  const then = await readTable(lake.files, path, second)
  expect([then.rows, then.files.length, then.schema.fields.length]).toEqual([5n, 2, 1])
  expect(await snapshotAsOf(lake.files, path, 999)).toBeUndefined()
  await expect(readTable(lake.files, path, '9007199254740993')).rejects.toMatchObject({
    code: 'sql.snapshot-not-found',
  })
})
