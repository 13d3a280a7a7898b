import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quoteText } from '../../../src/base/index.ts'
import type { Relation } from '../../../src/query/needs.ts'
import { ask, problemOf, row } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine({ workers: 1 })

/** A relation that hides the salary, over one Parquet file; another file lies beside it. */
async function salaries(): Promise<{ readonly relation: Relation; readonly file: string; readonly other: string }> {
  const { engine, lake } = suite()
  const [file, other] = [join(lake, 'own.parquet'), join(lake, 'other.parquet')]
  if (!existsSync(file)) {
    const sql = "select 1 as id, 'Ann' as name, 4000 as salary"
    const { bytes } = await ask(engine, sql, { format: 'parquet' })
    mkdirSync(lake, { recursive: true })
    writeFileSync(file, bytes)
    writeFileSync(other, bytes)
  }
  const select = `select id, name, null::integer as salary from read_parquet([${quoteText(file)}])`
  const columns = [
    { name: 'id', type: 'INTEGER' },
    { name: 'name', type: 'VARCHAR' },
    { name: 'salary', type: 'INTEGER' },
  ]
  return { relation: { schema: 'hr', name: 'staff', select, files: [file], columns }, file, other }
}

/**
 * Statements that the gateway refuses already, put to the instance itself: its lock is the second wall. All must fail but
 * those whose effect stays in the worker's own memory.
 */
const escapes: readonly string[] = [
  "select * from read_csv('/etc/passwd', sep=':')",
  "from read_text('/proc/self/environ')",
  "from glob('/**')",
  "from '{other}'",
  "from read_parquet('{other}')",
  "from read_parquet('{lake}/*.parquet')",
  "from read_parquet('{lake}/../lake/other.parquet')",
  "from parquet_metadata('{other}')",
  "from sniff_csv('/etc/passwd')",
  "from read_blob('/etc/hostname')",
  "from query('from read_text(''/etc/hostname'')')",
  "copy (select 1) to '{lake}/new.parquet'",
  "copy (select 1) to '/tmp/meshwright-escape.csv'",
  "copy (select 1 as salary) to '{own}' (use_tmp_file false)",
  "attach '{lake}/x.db'",
  "export database '{lake}/e'",
  'install httpfs',
  'load httpfs',
  "from read_parquet('s3://bucket/x.parquet')",
  "from read_csv('https://localhost/x.csv')",
  'set enable_external_access=true',
  'reset enable_external_access',
  "set allowed_paths=['/etc/passwd']",
  "set memory_limit='1TB'",
  "set temp_directory='/tmp'",
  'set lock_configuration=false',
  "set TimeZone='Asia/Tokyo'",
  "create secret (type s3, key_id 'a', secret 'b')",
  "select * from read_duckdb('{other}')",
  "select getenv('HOME')",
]

describe('a locked instance', () => {
  it.each(escapes)('refuses %s', async template => {
    const { relation, file, other } = await salaries()
    const sql = template.replaceAll('{lake}', suite().lake).replaceAll('{own}', file).replaceAll('{other}', other)
    const before = readFileSync(file)
    const problem = await problemOf(ask(suite().engine, sql, { relations: [relation], instanceKey: 'hr' }))
    expect(['bind', 'runtime', 'parse']).toContain(problem.kind)
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(existsSync(join(suite().lake, 'new.parquet')) || existsSync('/tmp/meshwright-escape.csv')).toBe(false)
  })

  it('shows the governed relation and no bounds of what it hides', async () => {
    const { relation } = await salaries()
    const options = { relations: [relation], instanceKey: 'hr' }
    expect(await row(suite().engine, 'from hr.staff', options)).toBe('[1,"Ann",null]')
    expect(await row(suite().engine, 'select stats(id) from hr.staff', options)).not.toMatch(/Min: 1/)
  })

  it('keeps nothing of one statement for the next', async () => {
    const options = { instanceKey: 'session' }
    for (const sql of [
      'begin',
      'create temp table mine as select 1',
      "set variable x = 'mine'",
      'prepare p as select 1',
    ])
      await ask(suite().engine, sql, options).catch(() => undefined)
    expect((await problemOf(ask(suite().engine, 'from mine', options))).engineClass).toBe('Catalog Error')
    expect(await row(suite().engine, "select getvariable('x')", options)).toBe('[null]')
    expect((await problemOf(ask(suite().engine, 'execute p', options))).kind).not.toBe('internal')
    expect((await problemOf(ask(suite().engine, 'commit', options))).message).toContain('no transaction is active')
  })

  it('is in UTC whatever the zone of the process', async () => {
    expect(await row(suite().engine, "select current_setting('TimeZone'), '2001-07-01'::timestamptz")).toBe(
      '["UTC","2001-07-01T00:00:00Z"]',
    )
  })

  it('gives copies that read no file at all', async () => {
    const { relation, file } = await salaries()
    const options = { relations: [relation], instanceKey: 'hr', on: 'copies' as const }
    expect(await row(suite().engine, 'from hr.staff', options)).toBe('[1,"Ann",null]')
    expect((await problemOf(ask(suite().engine, `from '${file}'`, options))).kind).toBe('bind')
    for (const sql of ['select rowid from hr.staff', 'select * from duckdb_tables() t, hr.staff s where t.x = 1'])
      expect((await problemOf(ask(suite().engine, sql, options))).kind).toBe('bind')
  })

  it('refuses a copy that is too large while it grows', async () => {
    const relation: Relation = {
      schema: 'big',
      name: 'rows',
      select: "select i, 'a text that is longer than twelve bytes ' || i as t from range(20000000) r(i)",
      files: [],
      columns: [
        { name: 'i', type: 'BIGINT' },
        { name: 't', type: 'VARCHAR' },
      ],
    }
    const began = performance.now()
    const problem = await problemOf(
      ask(suite().engine, 'select count(*) from big.rows', {
        relations: [relation],
        on: 'copies',
        instanceKey: 'big',
        limits: { timeMs: 20_000, memoryMb: 512, rowsMax: 10, copyBytesMax: 5_000_000 },
      }),
    )
    expect(problem.kind).toBe('copy')
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
