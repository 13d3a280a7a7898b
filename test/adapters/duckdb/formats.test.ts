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

/** Values, and what readers of Arrow and of Parquet find: the type and the value. */
const apart: readonly (readonly [sql: string, arrow: string, parquet: string])[] = [
  ['9007199254740993::hugeint', 'Decimal[38e0] 9007199254740993', '["DECIMAL(38,0)","9007199254740993"]'],
  ['(select sum(9007199254740993) from range(1))', 'Decimal[38e0] 9007199254740993', '["DECIMAL(38,0)","9007199254740993"]'],
  ["'340282366920938463463374607431768211455'::uhugeint", 'Utf8 340282366920938463463374607431768211455', '["VARCHAR","340282366920938463463374607431768211455"]'],
  ["'10:00:00+05:30'::timetz", 'Utf8 10:00:00+05:30', '["VARCHAR","10:00:00+05:30"]'],
  ["'101'::bit", 'Utf8 101', '["VARCHAR","101"]'],
  ["'-12'::bignum", 'Utf8 -12', '["VARCHAR","-12"]'],
  ["interval '-1 day'", 'Interval<MONTH_DAY_NANO> 0,-1,0,0', '["VARCHAR","-1 day"]'],
  ['[9007199254740993::hugeint, null]', 'List<Decimal[38e0]> [9007199254740993,]', '["DECIMAL(38,0)[]",["9007199254740993",null]]'],
  ["{'a b': 1::hugeint, 'c': '101'::bit, 'd': 5}", 'Struct<{a b:Decimal[38e0], c:Utf8, d:Int32}> {"a b": 1, "c": "101", "d": 5}', '["STRUCT(\\"a b\\" DECIMAL(38,0), c VARCHAR, d INTEGER)",{"a b":"1","c":"101","d":5}]'],
  ["map {'k': '101'::bit}", 'Map<{key:Utf8, value:Utf8}> {"k": "101"}', '["MAP(VARCHAR, VARCHAR)",[["k","101"]]]'],
] // prettier-ignore

describe('types that Arrow and Parquet do not have', () => {
  it.each(apart)('%s', async (sql, arrow, parquet) => {
    const { engine, lake } = suite()
    const table = tableFromIPC((await ask(engine, `select ${sql} as v`, { format: 'arrow' })).bytes)
    expect(`${table.schema.fields[0]!.type} ${table.getChildAt(0)!.get(0)}`).toBe(arrow)
    const file = join(lake, 'typed.parquet')
    writeFileSync(file, (await ask(engine, `select ${sql} as v`, { format: 'parquet' })).bytes)
    const relation: Relation = {
      schema: 'x',
      name: 'y',
      select: `from read_parquet(${quoteText(file)})`,
      files: [file],
      columns: [],
    }
    const read = { relations: [relation], instanceKey: sql }
    expect(await row(engine, 'select typeof(v), v from x.y', read)).toBe(parquet)
  })

  it('keeps names, order, parameters and other columns', async () => {
    const sql = 'select $1 + i::hugeint as "a b", i as "a b", \'x\' || i as s from range(5000) t(i) order by i desc;'
    const { bytes } = await ask(suite().engine, sql, { format: 'arrow', params: [1] })
    const table = tableFromIPC(bytes)
    expect(table.schema.fields.map(field => `${field.name} ${field.type}`)).toEqual([
      'a b Decimal[38e0]',
      'a b_1 Int64',
      's Utf8',
    ])
    expect(table.getChildAt(1)!.get(0)).toBe(4999n)
    expect(String(table.getChildAt(0)!.get(0))).toBe('5000')
    expect(table.getChildAt(2)!.get(4999)).toBe('x0')
  })

  it.each([
    "date 'infinity'",
    "date '-infinity'",
    "timestamp '-infinity'",
    "timestamptz 'infinity'",
    "'infinity'::timestamp_ns",
    "[date 'infinity']",
    "{'a': 1, 'b': timestamp 'infinity'}",
  ])('%s is refused, and the column is named', async value => {
    const sql = `select 1 as one, {'x': 1, 'y': [2]} as two, case when i = 4000 then ${value} end as when_, 3 as three from range(5000) t(i)`
    for (const format of ['arrow', 'parquet'] as const) {
      const problem = await problemOf(ask(suite().engine, sql, { format }))
      expect(problem.kind).toBe('format')
      expect(problem.message).toContain('The column when_ holds an infinite')
    }
  })

  it('a text that says infinity is a text, and a null is a null', async () => {
    const sql = "select 'infinity' as a, case when i = 1 then date '2001-01-01' end as b from range(3) t(i)"
    for (const format of ['arrow', 'parquet'] as const) {
      expect((await ask(suite().engine, sql, { format })).totals.rows).toBe(3)
    }
  })

  it.each(['row(1::hugeint)', "union_value(a := '101'::bit)", '170141183460469231731687303715884105727::hugeint'])(
    '%s is refused rather than changed',
    async value => {
      for (const format of ['arrow', 'parquet'] as const) {
        const problem = await problemOf(ask(suite().engine, `select ${value} as v`, { format }))
        expect(['format', 'runtime']).toContain(problem.kind)
      }
    },
  )
})

const big = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
