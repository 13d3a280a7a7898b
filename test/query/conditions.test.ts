import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { parseCondition, portableFunctions, type Condition, type Value } from '../../src/policy/index.ts'
import { conditionSql } from '../../src/query/index.ts'
import { column } from '../policy/mesh-fixture.ts'
import { connect } from './in-process-engine.ts'
import { columnOf, columns, openRefuter, type Refuter } from './refuter.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await connect()
  await connection.run(`
    create table t as from (values (1, 'EU', 5.5, {'city': 'Oslo'}, date '2026-01-01', true),
      (2, 'US', null, {'city': 'Rome'}, date '2025-01-01', false), (3, null, 1.0, null, null, null)) v(id, region, amount, home, day, vip);
    create table e as from (values ('ann', 'EU'), ('ann', 'US'), ('bo', 'US')) v(who, region)`)
})
afterAll(() => connection.closeSync())

const scope = { row: '"row"', entitlement: (schema: string, table: string) => `"${schema}"."${table}"` }

async function visible(condition: Condition): Promise<unknown> {
  const sql = `select id from t as "row" where ${conditionSql(condition, scope)} order by id`
  return (await (await connection.run(sql)).getRowsJson()).map(row => row[0])
}

describe('a filter', () => {
  it.each([
    ["region = 'EU'", [1]],
    ["region <> 'EU'", [2]],
    ["not region = 'EU'", [2]],
    ["not (region = 'EU' or amount > 100)", []],
    ["region in ('EU', 'US')", [1, 2]],
    ["region not in ('EU')", [2]],
    ['amount between 1 and 6', [1, 3]],
    ["region like 'E%'", [1]],
    ['region is null', [3]],
    ['region is not null and amount is not null', [1]],
    ['amount + 1 > 2 and amount * 2 < 100', [1]],
    ["lower(region) = 'eu' and length(region) = 2", [1]],
    ["coalesce(region, 'EU') = 'EU'", [1, 3]],
    ["home.city = 'Oslo'", [1]],
    ["day >= date '2026-01-01'", [1]],
    ['vip', [1]],
    ['not vip', [2, 3]],
    ['id = -1 or id = 1e0', [1]],
    ["exists in main.e where who = 'ann' and region = row.region", [1, 2]],
    ["exists in main.e where who = 'bo' and region = row.region", [2]],
    ["not exists in main.e where who = 'bo' and region = row.region", [1, 3]],
  ])('%s', async (text, ids) => {
    expect(await visible(parseCondition(text))).toEqual(ids)
  })

  it('that is bound to nothing shows nothing', async () => {
    expect(await visible({ kind: 'never' })).toEqual([])
    expect(await visible({ kind: 'and', parts: [{ kind: 'always' }, { kind: 'never' }] })).toEqual([])
    expect(await visible({ kind: 'or', parts: [] })).toEqual([])
    expect(await visible({ kind: 'in', value: { kind: 'column', path: ['region'] }, list: [] })).toEqual([])
  })

  it.each([`o'brien' OR '1'='1`, `'; drop table t; --`, '\\', '%', '"'])('takes %j for a value', async text => {
    const region = { kind: 'column', path: ['region'] } as const
    expect(await visible({ kind: 'compare', op: '=', left: region, right: { kind: 'text', text } })).toEqual([])
    expect(await visible({ kind: 'like', value: region, pattern: `x${text}` })).toEqual([])
  })

  it('takes an odd column for a name', async () => {
    const odd = { kind: 'column', path: ['region" = "region" or "region'] } as const
    await expect(visible({ kind: 'is-null', value: odd })).rejects.toThrow('does not have a column named')
  })

  it('with a number that is none, or an attribute that was not bound, is a bug', () => {
    expect(() => conditionSql({ kind: 'true', value: { kind: 'number', text: '1 or 1=1' } }, scope)).toThrow(
      'no number',
    )
    expect(() => conditionSql({ kind: 'true', value: { kind: 'attribute', name: 'x' } }, scope)).toThrow('not bound')
  })
})

describe('a filter fails on no row, hidden ones included', () => {
  let refuter: Refuter
  beforeAll(async () => {
    refuter = await openRefuter()
  }, 60_000)
  afterAll(() => refuter.close())

  const typed = columns.map(({ type, name }) => column(name, type))
  const whole = { row: 'a', entitlement: () => 'b', columns: typed, entitlementColumns: () => typed }
  const path = (name: string): Value => ({ kind: 'column', path: [name] })
  const literals: readonly Value[] = [
    { kind: 'text', text: 'x' },
    { kind: 'text', text: '12' },
    { kind: 'number', text: '1' },
    { kind: 'number', text: '0.5' },
    { kind: 'number', text: '99999999999999999999999999999999999999999' },
    { kind: 'number', text: '1e300' },
    { kind: 'boolean', value: true },
    { kind: 'date', text: '2020-01-01' },
    { kind: 'timestamp', text: '2020-01-01 00:00:00' },
    { kind: 'timestamp', text: '2020-01-01 00:00:00Z' },
    { kind: 'null' },
  ]
  const one: Value = { kind: 'number', text: '1' }
  const values = (of: Value): readonly Value[] => [
    of,
    ...(['+', '-', '*', '/', '%'] as const).map((op): Value => ({ kind: 'arithmetic', op, left: of, right: of })),
    ...portableFunctions.map((name): Value => ({
      kind: 'call',
      name,
      arguments: name === 'substring' ? [of, one, one] : [of],
    })),
  ]

  async function failure(condition: Condition): Promise<string | undefined> {
    const sql = `select count(*) from a where ${conditionSql(condition, whole)}`
    // What never fits is refused for every row alike, before any is read.
    const statement = await refuter.connection.prepare(sql).catch(() => undefined)
    return statement?.run().then(
      () => undefined,
      (thrown: Error) => `${sql}: ${thrown.message}`,
    )
  }

  it('whatever is compared', async () => {
    let tried = 0
    const failures: string[] = []
    for (const { name } of columns) {
      const others = [...literals, ...columns.map(each => path(each.name))]
      const conditions = others.flatMap((right, i): Condition[] => [
        ...(i < literals.length ? values(path(name)) : [path(name)]).map((left): Condition => ({
          kind: 'compare',
          op: '<=',
          left,
          right,
        })),
        { kind: 'in', value: path(name), list: [right] },
      ])
      for (let at = 0; at < conditions.length; at += 1) {
        tried += 1
        const found = await failure(conditions[at]!)
        if (found !== undefined) failures.push(found)
      }
    }
    expect(failures).toEqual([])
    expect(tried).toBeGreaterThan(5_000)
  })

  const q = columnOf('BIGINT')
  const text = columnOf('VARCHAR')
  const rows = async (condition: Condition): Promise<number> => {
    const sql = `select count(*) from (select * from a where ${q} = 9223372036854775807) as a where ${conditionSql(condition, whole)}`
    return Number((await (await refuter.connection.run(sql)).getRows())[0]?.[0])
  }
  const exists = (where: string): Condition => parseCondition(`exists in s.t where ${where}`)
  const not = (part: Condition): Condition => ({ kind: 'not', part })

  it('and shows no row of which it cannot be computed, however it is turned', async () => {
    for (const overflows of [
      `${q} * ${q} < 100`,
      `${q} * ${q} is null`,
      `coalesce(${q} * ${q}, 1) = 1`,
      `${q} + ${q} > 0`,
    ]) {
      const condition = parseCondition(overflows)
      expect(await rows(condition), overflows).toBe(0)
      expect(await rows(not(condition)), overflows).toBe(0)
      expect(await rows(not(not(condition))), overflows).toBe(0)
      const looked = exists(overflows.replaceAll(q, `row.${q}`))
      expect(await rows(looked), overflows).toBe(0)
      expect(await rows(not(looked)), overflows).toBe(0)
    }
    expect(await rows(not(exists(`not (${q} * ${q} < 100)`)))).toBe(0)
    expect(await rows(not(exists(`${q} = 5`)))).toBeGreaterThan(0)
    expect(await rows(parseCondition(`${q} * ${q} < 100 or ${q} > 0`))).toBeGreaterThan(0)
  })

  it('and leaves plain comparisons as they are, which engines are quick at', () => {
    for (const plain of [
      `${text} = 'x'`,
      `${q} between 1 and 5`,
      `lower(${text}) in ('a', 'b')`,
      `${columnOf('DATE')} >= date '2020-01-01'`,
      columnOf('BOOLEAN'),
    ])
      expect(conditionSql(parseCondition(plain), whole)).not.toContain('TRY')
    for (const risky of [
      `${q} + 1 > 2`,
      `abs(${q}) > 1`,
      `${columnOf('DATE')} < timestamp '2020-01-01 00:00:00'`,
      `${q} = '5'`,
    ])
      expect(conditionSql(parseCondition(risky), whole)).toContain('TRY')
  })
})
