import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC, type Vector } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { quoteText } from '../../../src/base/index.ts'
import type { Relation } from '../../../src/query/needs.ts'
import { ask, limits, problemOf, row } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine({ workers: 1 })

/** Every type that Arrow knows, with nulls, over more rows than one chunk holds. */
const wide = `select
  case when i % 3 > 0 then i end as l, i::tinyint as i1, i::smallint as i2, i::integer as i4, i::utinyint as u1,
  i::usmallint as u2, i::uinteger as u4, i::ubigint as u8, i % 2 = 0 as b, i::float / 4 as f, i::double / 8 as d,
  (i::decimal(9,2) / 4)::decimal(12,2) as c, 'text ' || i as s, case when i % 5 > 0 then 'é' || i end as t,
  ('\\x00' || chr(65 + (i % 26)::int))::blob as z, '2001-01-01'::date + i::integer as day,
  '2001-01-01 00:00:00'::timestamp + to_seconds(i) as at, ('2001-01-01 00:00:00'::timestamp + to_seconds(i))::timestamptz as atz,
  '10:00:00'::time + to_seconds(i) as clock, ['red', 'green'][1 + (i % 2)::int]::enum('red', 'green') as e,
  range(i % 3)::integer[] as list, {'x': i, 'y': [i::varchar]} as st, map {'k' || (i % 7): i} as m,
  [i, i + 1]::bigint[2] as pair, null as n, to_days((i % 9)::int) as iv
  from range(100) t(i)`

describe('Arrow', () => {
  it('gives each type as a reader of Arrow expects it', async () => {
    const { bytes, columns, totals } = await ask(suite().engine, wide, { format: 'arrow' })
    const table = tableFromIPC(bytes)
    expect(table.numRows).toBe(100)
    expect(totals).toMatchObject({ rows: 100, bytes: bytes.length })
    expect(table.schema.fields.map(field => field.name)).toEqual(columns.map(column => column.name))
    expect(table.schema.fields.map(field => `${field.name} ${field.type}`)).toEqual([
      'l Int64', 'i1 Int8', 'i2 Int16', 'i4 Int32', 'u1 Uint8', 'u2 Uint16', 'u4 Uint32', 'u8 Uint64', 'b Bool',
      'f Float32', 'd Float64', 'c Decimal[12e+2]', 's Utf8', 't Utf8', 'z Binary', 'day Date32<DAY>',
      'at Timestamp<MICROSECOND>', 'atz Timestamp<MICROSECOND, UTC>', 'clock Time64<MICROSECOND>',
      'e Dictionary<Uint8, Utf8>', 'list List<Int32>', 'st Struct<{x:Int64, y:List<Utf8>}>',
      'm Map<{key:Utf8, value:Int64}>', 'pair FixedSizeList[2]<Int64>', 'n Int32', 'iv Interval<MONTH_DAY_NANO>',
    ]) // prettier-ignore
    const of = (name: string): Vector => table.getChild(name)!
    for (const i of [0, 1, 2, 5, 98, 99]) {
      expect(of('l').get(i)).toBe(i % 3 > 0 ? BigInt(i) : null)
      expect(of('i4').get(i)).toBe(i)
      expect(of('b').get(i)).toBe(i % 2 === 0)
      expect(of('d').get(i)).toBe(i / 8)
      expect(of('s').get(i)).toBe(`text ${i}`)
      expect(of('t').get(i)).toBe(i % 5 > 0 ? `é${i}` : null)
      expect(of('e').get(i)).toBe(i % 2 === 0 ? 'red' : 'green')
      expect([...(of('list').get(i) as Iterable<number>)]).toEqual(Array.from({ length: i % 3 }, (_, n) => n))
      expect(JSON.parse(JSON.stringify(of('st').get(i), big))).toEqual({ x: `${i}`, y: [`${i}`] })
      expect([...(of('pair').get(i) as Iterable<bigint>)]).toEqual([BigInt(i), BigInt(i + 1)])
      expect(of('n').get(i)).toBeNull()
    }
  })

  it('streams many batches, cut where it must be', async () => {
    const sql = "select i, 'x' || i as s, i % 2 = 0 as b, [i] as list from range(10000) t(i)"
    for (const truncateRows of [0, 1, 7, 2_048, 2_049, 9_999, 10_000, 20_000]) {
      const { bytes, totals } = await ask(suite().engine, sql, { format: 'arrow', limits: { ...limits, truncateRows } })
      const table = tableFromIPC(bytes)
      const rows = Math.min(truncateRows, 10_000)
      expect(table.numRows).toBe(rows)
      expect(totals).toMatchObject({ rows, truncated: truncateRows < 10_000 })
      if (rows > 0) expect(table.getChild('s')!.get(rows - 1)).toBe(`x${rows - 1}`)
    }
  })

  it('gives an empty table its columns', async () => {
    const table = tableFromIPC((await ask(suite().engine, `${wide} where i < 0`, { format: 'arrow' })).bytes)
    expect(table.numRows).toBe(0)
    expect(table.schema.fields).toHaveLength(26)
  })
})

describe('Parquet', () => {
  it('is read back by the engine as it was', async () => {
    const { engine, lake } = suite()
    const sql = 'select i, i::varchar as t, [i] as l, i / 4 as d from range(5000) t(i) -- with a comment'
    for (const text of [sql, `${sql}\n;`, `/* ; */ ${sql}`]) {
      const { bytes, totals } = await ask(engine, text, { format: 'parquet' })
      expect(totals).toMatchObject({ rows: 5000, bytes: bytes.length, truncated: false })
      const file = join(lake, 'answer.parquet')
      writeFileSync(file, bytes)
      const relation: Relation = {
        schema: 'x',
        name: 'y',
        select: `from read_parquet(${quoteText(file)})`,
        files: [file],
        columns: [],
      }
      const same = `select count(*) from (from x.y except all (${sql}\n))`
      expect(await row(engine, same, { relations: [relation], instanceKey: text })).toBe('[0]')
    }
  })

  it('binds parameters, cuts, and refuses', async () => {
    const { engine } = suite()
    const sql = 'select i + $1 as v from range(100) t(i)'
    const some = { format: 'parquet' as const, params: [5] }
    expect((await ask(engine, sql, some)).columns).toEqual([{ name: 'v', type: 'BIGINT' }])
    const cut = await ask(engine, sql, { ...some, limits: { ...limits, truncateRows: 10 } })
    expect(cut.totals).toMatchObject({ rows: 10, truncated: true })
    expect((await problemOf(ask(engine, sql, { ...some, limits: { ...limits, rowsMax: 99 } }))).kind).toBe('rows')
    expect((await ask(engine, sql, { ...some, limits: { ...limits, rowsMax: 100 } })).totals.rows).toBe(100)
  })
})

const big = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
