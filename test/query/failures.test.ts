import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteText } from '../../src/base/index.ts'
import { runError } from '../../src/query/errors/run-error.ts'
import type { Relation } from '../../src/query/index.ts'
import { ask, problemOf } from '../adapters/duckdb/answers.ts'
import { suiteEngine } from '../adapters/duckdb/suite-engine.ts'
import { attackMesh, type AttackMesh } from './fixture.ts'

const suite = suiteEngine({ readable: [tmpdir()] })
let mesh: AttackMesh
beforeAll(async () => {
  mesh = await attackMesh('A', 1_000, suite().engine)
})
afterAll(() => mesh.close())

const codeOf = async (who: string, sql: string): Promise<string> => {
  const told = await mesh.ask(who, sql)
  return told.ok ? 'answered' : told.code
}

describe('a statement that fails by itself', () => {
  it.each([
    ["select error('Parquet')", 'sql.runtime'],
    ["select error('IO Error: No magic bytes found at end of file ''x''')", 'sql.runtime'],
    ["select ('snappy ' || i)::int from range(2) t(i)", 'sql.runtime'],
    ["select 'zstd'::int", 'sql.type'],
    ["select 'a' like 'b' escape 'xx'", 'sql.runtime'],
    ["select timestamptz '2001-01-01' at time zone x from (values ('Parquet')) t(x)", 'sql.runtime'],
    ['select count(*) from sales.orders where notes like notes escape notes', 'sql.runtime'],
    ["select count(*) from sales.orders where ('Parquet ' || notes)::int = 1", 'sql.runtime'],
    ['select error(\'Failed to read file "x.parquet": snappy\') from sales.orders', 'sql.runtime'],
  ])('%s is %s', async (sql, code) => {
    expect(await codeOf('bob', sql)).toBe(code)
    expect(await codeOf('alice', sql)).toBe(code)
  })
})

describe('a refusal helps', () => {
  const textOf = async (sql: string, params: number[] = []): Promise<string> => {
    const told = await mesh.ask('bob', sql, { params })
    return told.ok ? 'answered' : told.text
  }

  it('with a parameter that has a name', async () => {
    expect(await textOf('select $a', [1])).toContain('The parameter $a has a name, and values are given by number.')
  })

  it('with a name that is there, only not in this place', async () => {
    expect(await textOf('select x.regio from (select 1 as a) x, sales.orders')).not.toContain('Did you mean regio?')
    expect(await textOf('select x.region from (select 1 as a) x, sales.orders')).not.toContain('Did you mean region?')
  })

  it('with a PIVOT that names no values', async () => {
    for (const sql of [
      'pivot (select 1 a, 2 b) on a using sum(b)',
      'select * from (pivot (select 1 a, 2 b) on a using sum(b))',
    ])
      expect(await textOf(sql)).toMatch(/PIVOT has to name the values/)
  })

  it('without advice for somebody who owns an engine', async () => {
    const deep = await textOf(`select ${'1 + '.repeat(3000)} 1`)
    expect(deep).not.toMatch(/SET |max_expression_depth/)
    expect(deep).not.toContain('at the place named')
  })
})

describe('a stored file', () => {
  const rows = 'select i, md5(i::varchar) as s from range(50000) t(i)'
  const damages: readonly (readonly [string, (good: Buffer) => Buffer | undefined])[] = [
    ['that is gone', () => undefined],
    ['that is empty', () => Buffer.alloc(0)],
    ['that was cut', good => good.subarray(0, good.length / 2)],
    ['whose pages are spoilt', good => Buffer.from(good).fill(0xab, 1000, 60_000)],
    ['whose foot is spoilt', good => Buffer.from(good).fill(0x5a, good.length - 200, good.length - 8)],
    ['whose first page has no head', good => Buffer.from(good).fill(0x5a, 4, 60)],
    ['that is something else', () => Buffer.from('hello world, hello world')],
  ]

  it.each(damages)('%s is said to be damaged', async (what, damage) => {
    const { engine, lake } = suite()
    const { bytes } = await ask(engine, rows, { format: 'parquet' })
    const file = join(lake, 'stored.parquet')
    const relations: Relation[] = [
      { schema: 'x', name: 'y', select: `from read_parquet([${quoteText(file)}])`, files: [file], columns: [] },
    ]
    const spoilt = damage(bytes)
    if (spoilt === undefined) rmSync(file, { force: true })
    else writeFileSync(file, spoilt)
    for (const on of ['views', 'copies'] as const) {
      const more = { relations, on, instanceKey: `${what} ${on}` }
      const problem = await problemOf(ask(engine, 'select count(distinct s), sum(i) from x.y', more))
      expect(runError(problem, { seesOnlyAuthorised: true, relations }).code).toBe('storage.damaged')
      // No statement over other files has to do with it.
      expect(runError(problem, { seesOnlyAuthorised: true }).code).not.toBe('storage.damaged')
    }
  })

  it('that is gone when a kept instance looks again is said to be damaged', async () => {
    const { engine, lake } = suite()
    const file = join(lake, 'vanished.parquet')
    writeFileSync(file, (await ask(engine, rows, { format: 'parquet' })).bytes)
    const relations: Relation[] = [
      { schema: 'x', name: 'y', select: `from read_parquet([${quoteText(file)}])`, files: [file], columns: [] },
    ]
    const more = { relations, instanceKey: 'vanished' }
    await ask(engine, 'select count(distinct s) from x.y', more)
    rmSync(file)
    const problem = await problemOf(ask(engine, 'select count(distinct s) from x.y', more))
    expect(runError(problem, { seesOnlyAuthorised: true, relations }).code).toBe('storage.damaged')
  })
})
