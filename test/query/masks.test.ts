import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { maskNames, type MaskName } from '../../src/mesh/index.ts'
import { fitMask } from '../../src/policy/index.ts'
import { maskSql } from '../../src/query/index.ts'
import { columnSql } from '../../src/query/govern/column-sql.ts'
import { column, struct } from '../policy/mesh-fixture.ts'
import { connect } from './in-process-engine.ts'
import { columnOf, columns, openRefuter, type Refuter } from './refuter.ts'

const key = { bytes: Buffer.from('key') }
let connection: DuckDBConnection
beforeAll(async () => {
  connection = await connect()
  await connection.run(`set TimeZone='UTC'`)
})
afterAll(() => connection.closeSync())

async function value(sql: string): Promise<unknown> {
  const rows = await (await connection.run(`select ${sql}`)).getRowsJson()
  return rows[0]?.[0]
}

const masked = (mask: MaskName, literal: string, type = 'VARCHAR') => {
  const sql = maskSql(mask, `CAST(${literal} AS ${type})`, column('x', type), key)
  if (sql === undefined) throw new Error(`${mask} does not fit ${type}`)
  return value(sql)
}

const hash = (text: string) => createHmac('sha256', 'key').update(text).digest('hex')

describe('masks', () => {
  it.each([
    ['show-first-4', 'Bergström', 'Bergxxxxx'],
    ['show-last-4', 'Bergström', 'xxxxxtröm'],
    ['show-first-4', 'Berg', 'Berg'],
    ['show-last-4', 'ab', 'ab'],
    ['show-first-4', '', ''],
    ['mask-alphanum', '+46 (8) 55-01 Ab', '+nn (n) nn-nn xx'],
    ['mask-alphanum', 'Ömer ٣', 'xxxx n'],
    ['mask-to-fixed-value', 'anything', 'XXXXXXXX'],
    ['keyed-hash', 'Ann', hash('Ann')],
    ['keyed-hash', '\\x41 Ö \\', hash('\\x41 Ö \\')],
    ['keyed-hash', '', hash('')],
  ] as const)('%s of %j is %j', async (mask, text, result) => {
    expect(await masked(mask, `'${text}'`)).toBe(result)
  })

  it.each([
    ['42', 'BIGINT', '42'],
    ['-7', 'INTEGER', '-7'],
    ['170141183460469231731687303715884105727', 'HUGEINT', '170141183460469231731687303715884105727'],
    ['12.50', 'DECIMAL(12,2)', '12.5'],
    ['100', 'DECIMAL(12,2)', '100'],
    ['0', 'DECIMAL(12,2)', '0'],
    ['-0.05', 'DECIMAL(12,2)', '-0.05'],
    ['100', 'DECIMAL(5,0)', '100'],
    ['true', 'BOOLEAN', 'true'],
    ["'2001-02-28'", 'DATE', '2001-02-28'],
    ["'2001-02-28 10:00:00'", 'TIMESTAMP', '2001-02-28T10:00:00.000000'],
    ["'2001-02-28 10:00:00.5+02'", 'TIMESTAMP WITH TIME ZONE', '2001-02-28T08:00:00.500000Z'],
    ["'00000000-0000-0000-0000-00000000000A'", 'UUID', '00000000-0000-0000-0000-00000000000a'],
  ])('keyed-hash of %s as %s hashes the text %s', async (literal, type, text) => {
    expect(await masked('keyed-hash', literal, type)).toBe(hash(text))
  })

  it('hash with keys longer than a block', async () => {
    const long = Buffer.alloc(100, 'k')
    const sql = maskSql('keyed-hash', `'Ann'`, column('x'), { bytes: long })
    expect(await value(sql!)).toBe(createHmac('sha256', long).update('Ann').digest('hex'))
  })

  it.each([
    ['truncate-to-month', "'2001-02-28'", 'DATE', '2001-02-01'],
    ['truncate-to-year', "'2001-02-28'", 'DATE', '2001-01-01'],
    ['truncate-to-year', "'2001-02-28 10:11:12'", 'TIMESTAMP', '2001-01-01 00:00:00'],
    ['truncate-to-month', "'2001-03-01 00:30:00+01'", 'TIMESTAMP WITH TIME ZONE', '2001-02-01 00:00:00+00'],
    ['mask-to-fixed-value', '5', 'INTEGER', 0],
    ['mask-to-fixed-value', '5', 'DECIMAL(12,2)', '0.00'],
    ['mask-to-fixed-value', 'true', 'BOOLEAN', false],
    ['mask-to-fixed-value', 'NULL', 'DATE', '1970-01-01'],
    ['mask-to-fixed-value', "['a']", 'VARCHAR[]', []],
    ['mask-to-fixed-value', "MAP {'a': 1}", 'MAP(VARCHAR, INTEGER)', []],
    ['replace-with-null', "['a']", 'VARCHAR[]', null],
  ] as const)('%s of %s as %s', async (mask, literal, type, result) => {
    expect(await masked(mask, literal, type)).toEqual(result)
  })

  const types = [
    'VARCHAR', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'DECIMAL(9,2)', 'FLOAT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIME',
    'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'UUID', 'BLOB', 'JSON', 'VARCHAR[]', 'INTEGER[][]', 'MAP(VARCHAR, INTEGER)',
    'STRUCT("a" INTEGER, "b" VARCHAR)',
  ] // prettier-ignore

  it.each(types)('whatever policy makes fit %s keeps the type, and null unless fixed', async type => {
    const fields = type.startsWith('STRUCT') ? { fields: [column('a', 'INTEGER'), column('b')] } : {}
    const of = column('x', type, fields)
    for (const asked of maskNames) {
      const mask = fitMask(of, asked)
      const sql = maskSql(mask, 'raw', of, key)
      expect(sql, `${mask} of ${type}`).toBeDefined()
      const wanted = mask === 'keyed-hash' ? 'VARCHAR' : type
      const facts = `[typeof(${sql!}) = typeof(CAST(NULL AS ${wanted})), (${sql!}) IS NULL]`
      const seen = await value(`${facts} from (select CAST(NULL AS ${type}) as raw from range(1))`)
      expect(seen, `${mask} of ${type}`).toEqual([true, mask !== 'mask-to-fixed-value'])
    }
  })
})

describe('a mask fails on no value, hidden ones included', () => {
  let refuter: Refuter
  beforeAll(async () => {
    refuter = await openRefuter()
  }, 60_000)
  afterAll(() => refuter.close())

  const fieldsOf = (type: string) =>
    type === 'STRUCT(a INTEGER, b VARCHAR)' ? { fields: [column('a', 'INTEGER'), column('b')] } : {}
  const cases = columns.flatMap(({ type, name }) =>
    maskNames.flatMap(mask => {
      const sql = maskSql(mask, `a.${name}`, column('x', type, fieldsOf(type)), key)
      return sql === undefined ? [] : [{ mask, type, sql }]
    }),
  )

  it('of any type that it fits', async () => {
    expect(new Set(cases.map(({ mask }) => mask))).toEqual(new Set(maskNames))
    expect(cases.length).toBeGreaterThan(90)
    for (const { mask, type, sql } of cases) {
      const whole = `select bit_xor(hash(${sql})), count(*) from a`
      await expect(
        refuter.connection.run(whole).then(result => result.getRows()),
        `${mask} of ${type}`,
      ).resolves.toHaveLength(1)
      // Inside lists a mask is the body of a lambda.
      const inside = `select bit_xor(hash(list_transform([a.${columnOf(type)}], lambda item: ${sql.replaceAll(`a.${columnOf(type)}`, 'item')}))) from a`
      await expect(
        refuter.connection.run(inside).then(result => result.getRows()),
        `${mask} of ${type} in a list`,
      ).resolves.toHaveLength(1)
    }
  })

  it.each([
    ['truncate-to-year', "'5881580-07-10'", 'DATE', '5881580-01-01'],
    ['truncate-to-month', "'290309-12-30 (BC)'", 'DATE', '290309-12-01 (BC)'],
    ['truncate-to-month', "'5877642-06-25 (BC)'", 'DATE', null],
    ['truncate-to-month', "'infinity'", 'DATE', null],
    ['truncate-to-year', "'290309-12-22 (BC) 00:00:00'", 'TIMESTAMP', null],
    ['truncate-to-year', "'294247-01-10 04:00:54.775806+00'", 'TIMESTAMP WITH TIME ZONE', null],
    ['keyed-hash', "'294247-01-10 04:00:54.775806+00'", 'TIMESTAMP WITH TIME ZONE', null],
  ] as const)('%s of %s as %s is %s', async (mask, literal, type, result) => {
    expect(await masked(mask, literal, type)).toBe(result)
  })
})

describe('masks inside a column', () => {
  const seen = (of: ReturnType<typeof column>, nested: readonly { path: readonly string[]; mask: MaskName }[]) =>
    columnSql(
      { name: of.name, column: of, type: of.type, rules: [], nested: nested.map(each => ({ ...each, rules: ['r'] })) },
      'raw',
      key,
    )
  const shown = async (sql: string, raw: string) => value(`${sql} from (select ${raw} as raw)`)

  const person = struct('person', [column('name'), column('phone'), struct('home', [column('zip'), column('city')])])

  it('rebuild the struct in its declared order, and leave null null', async () => {
    const sql = seen(person, [
      { path: ['phone'], mask: 'replace-with-null' },
      { path: ['home', 'zip'], mask: 'show-first-4' },
    ])
    const raw = `{'name': 'Ann', 'phone': '1', 'home': {'zip': '123456', 'city': 'Oslo'}}`
    expect(await shown(sql, raw)).toEqual({ name: 'Ann', phone: null, home: { zip: '1234xx', city: 'Oslo' } })
    expect(await shown(sql, `CAST(NULL AS ${person.type})`)).toBeNull()
  })

  it('reach into lists of structs of lists', async () => {
    const item = struct('element', [column('k'), column('tags', 'VARCHAR[]', { element: column('element') })])
    const list = column('items', `${item.type}[]`, { element: item })
    const sql = seen(list, [{ path: ['[]', 'tags', '[]'], mask: 'mask-alphanum' }])
    expect(await shown(sql, `[{'k': 'K', 'tags': ['a1', NULL]}, NULL]`)).toEqual([{ k: 'K', tags: ['xn', null] }, null])
  })

  it('quote names that look like SQL', async () => {
    const odd = struct('s', [column(`a" := 1), "x'`), column('b')])
    const sql = seen(odd, [{ path: ['b'], mask: 'replace-with-null' }])
    expect(await shown(sql, `struct_pack("a"" := 1), ""x'" := 'v', b := 'w')`)).toEqual({
      [`a" := 1), "x'`]: 'v',
      b: null,
    })
  })

  it('close the table where they reach nothing', () => {
    expect(() => seen(person, [{ path: ['fax'], mask: 'replace-with-null' }])).toThrow('stays closed')
    expect(() => seen(person, [{ path: ['home'], mask: 'show-first-4' }])).toThrow('stays closed')
  })
})
