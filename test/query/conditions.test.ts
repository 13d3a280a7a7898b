import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Condition } from '../../src/policy/index.ts'
import { parseCondition } from '../../src/policy/index.ts'
import { conditionSql } from '../../src/query/index.ts'
import { connect } from './in-process-engine.ts'

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
