import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { scanSql, type ReadableSnapshot } from '../../src/query/index.ts'
import { column } from '../policy/mesh-fixture.ts'
import { connect } from './in-process-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'meshwright-scan-'))
let connection: DuckDBConnection
beforeAll(async () => {
  connection = await connect()
  const ids = `home: {__duckdb_field_id: 3, zip: 4, town: 5}`
  await connection.run(`
    copy (select 1::integer as id, 'a' as name, {'zip': '1', 'town': 'Oslo'} as home) to '${folder}/old.parquet'
      (format parquet, field_ids {id: 1, name: 2, ${ids}});
    copy (select 2::bigint as id, 'b' as title, {'zip': '2', 'town': 'Rome'} as home, true as vip) to '${folder}/new.parquet'
      (format parquet, field_ids {id: 1, title: 2, ${ids}, vip: 6})`)
})
afterAll(() => {
  connection.closeSync()
  rmSync(folder, { recursive: true })
})

const field = (id: number, name: string, type: ReadableSnapshot['schema']['fields'][number]['type']) => ({
  id,
  name,
  required: false,
  type,
})
const home = (town: string) => ({
  type: 'struct' as const,
  fields: [field(4, 'zip', 'string'), field(5, town, 'string')],
})
const old = { schemaId: 0, fields: [field(1, 'id', 'int'), field(2, 'name', 'string'), field(3, 'home', home('town'))] }
const now = {
  schemaId: 1,
  fields: [
    field(1, 'id', 'long'),
    field(2, 'title', 'string'),
    field(3, 'home', home('town')),
    field(6, 'vip', 'boolean'),
  ],
}
const renamed = {
  schemaId: 2,
  fields: [
    field(1, 'id', 'long'),
    field(2, 'title', 'string'),
    field(3, 'home', home('city')),
    field(6, 'vip', 'boolean'),
  ],
}
const files = [
  { path: `${folder}/old.parquet`, schemaId: 0 },
  { path: `${folder}/new.parquet`, schemaId: 1 },
]
const columns = [
  column('id', 'BIGINT'),
  column('title'),
  column('home', 'STRUCT("zip" VARCHAR, "town" VARCHAR)'),
  column('vip', 'BOOLEAN'),
]

const read = async (snapshot: ReadableSnapshot, wanted = columns) => {
  const sql = scanSql(snapshot, wanted)
  return { sql, rows: await (await connection.run(`select * from ${sql} order by 1`)).getRowsJson() }
}

describe('a scan', () => {
  it('reads files of the current schema as they are', async () => {
    const { sql, rows } = await read({ schema: now, schemas: [old, now], files: files.slice(1) })
    expect(sql).toBe(`read_parquet(['${folder}/new.parquet'])`)
    expect(rows).toEqual([['2', 'b', { zip: '2', town: 'Rome' }, true]])
  })

  it('finds renamed, added and widened columns of old files by id', async () => {
    const { sql, rows } = await read({ schema: now, schemas: [old, now], files })
    expect(sql).toContain('schema = MAP')
    expect(rows).toEqual([
      ['1', 'a', { zip: '1', town: 'Oslo' }, null],
      ['2', 'b', { zip: '2', town: 'Rome' }, true],
    ])
  })

  it('builds structs anew where a field inside was renamed', async () => {
    const wanted = columns.with(2, column('home', 'STRUCT("zip" VARCHAR, "city" VARCHAR)'))
    const { rows } = await read({ schema: renamed, schemas: [old, now, renamed], files }, wanted)
    expect(rows).toEqual([
      ['1', 'a', { zip: '1', city: 'Oslo' }, null],
      ['2', 'b', { zip: '2', city: 'Rome' }, true],
    ])
  })

  it('reads a dropped column of an old snapshot', async () => {
    const { rows } = await read({ schema: old, schemas: [old], files: files.slice(0, 1) }, [
      column('id', 'INTEGER'),
      column('name'),
    ])
    expect(rows[0]?.slice(0, 2)).toEqual([1, 'a'])
  })

  it('of no files is empty and has its columns', async () => {
    const { sql, rows } = await read({ schema: now, schemas: [now], files: [] })
    expect(rows).toEqual([])
    const result = await connection.run(`select * from ${sql}`)
    expect(result.columnNames()).toEqual(['id', 'title', 'home', 'vip'])
  })

  it('quotes paths', () => {
    const odd = { schema: now, schemas: [now], files: [{ path: `/a'b/*.parquet`, schemaId: 1 }] }
    expect(scanSql(odd, columns)).toBe(`read_parquet(['/a''b/*.parquet'])`)
  })
})
