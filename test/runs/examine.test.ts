import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { duckdbWorkshop } from '../../src/adapters/duckdb/index.ts'
import type { ContractTable, Expectation, Input, Output } from '../../src/mesh/index.ts'
import type { BuildFault } from '../../src/runs/index.ts'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

let folder: string
let mesh: SmallMesh
let workshop: ReturnType<typeof duckdbWorkshop>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examine-'))
  mkdirSync(`${folder}/scratch`)
  workshop = duckdbWorkshop({ scratch: `${folder}/scratch`, spare: 1 })
  mesh = await smallMesh(folder, { workshop, start: [domain('flights'), domain('network')] })
})
afterEach(async () => {
  await mesh.runs.close()
  await workshop.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Build {
  readonly sql: string
  readonly output?: Partial<Output>
  readonly inputs?: Readonly<Record<string, Input>>
  readonly of?: readonly string[]
  readonly rules?: readonly Expectation[]
  readonly more?: readonly ContractTable[]
}

/** What is found in a product that reads `raw` with the columns id, day and delay. */
async function examine({ sql, output, inputs, of, rules, more }: Build): Promise<readonly BuildFault[]> {
  const file = await mesh.source('raw/a.csv', 'id,day,delay\n1,2001-01-01,5\n')
  const made = product('flights.p', {
    tables: [table('p', columns(...(of ?? ['id BIGINT key', 'day DATE', 'delay INTEGER'])), rules), ...(more ?? [])],
    inputs: inputs ?? { raw: csv('raw/*.csv', [file]) },
    outputs: { p: { sql, ...output } },
  })
  mesh.publish(made)
  const found = await mesh.runs.examine([made], mesh.state())
  // Nothing was promoted, and no run was recorded.
  expect(await mesh.runs.list({ limit: 1 })).toEqual([])
  return found
}

const rule = (query: string): Expectation => ({
  id: 'r',
  severity: 'error',
  rule: { kind: 'sql', query, comparison: { op: '=', value: '0' } },
})

test('a build that works has no faults', async () => {
  const found = await examine({
    sql: '-- all\nselect id, day, delay, _file from raw where _row > 0; ',
    output: { mode: 'merge', key: ['id'], watermark: 'day' },
    rules: [
      rule(`select count(*) from {batch} where delay not between -1 and 9`),
      {
        id: 'in range',
        severity: 'error',
        column: 'delay',
        rule: {
          kind: 'library',
          metric: 'invalidValues',
          unit: 'rows',
          comparison: { op: '=', value: '0' },
          arguments: { pattern: '^[0-9]+$', minimum: '3' },
        },
      },
    ],
  })
  expect(found).toEqual([])
})

type Expected = Partial<Pick<BuildFault, 'code' | 'line' | 'column' | 'fix' | 'text'>> & { readonly message?: RegExp }

test.each<[what: string, sql: string, expected: Expected]>([
  [
    'an unknown column',
    'select id, day,\n  dealy as delay from raw',
    { code: 'sql.column-not-found', line: 2, column: 3, fix: 'Did you mean delay?' },
  ],
  ['an unknown input', 'select id, day, delay\nfrom rawe', { code: 'sql.table-not-found', line: 2, column: 6 }],
  [
    'an unknown function',
    'select id, day, abz(delay) as delay from raw',
    { code: 'sql.function-not-found', line: 1, column: 17 },
  ],
  ['a broken text', 'select id day, frm raw', { line: 1 }],
  [
    'a missing column',
    '-- a select\nwith a as (select 1)\n  select id, day from raw',
    { code: 'document.invalid', message: /gives no column delay/, line: 3, column: 3 },
  ],
  [
    'a column too many',
    'select *, 1 as extra from raw',
    { code: 'document.invalid', message: /gives extra, which the contract does not name/, text: 'extra' },
  ],
  [
    'a type that cannot be cast',
    'select id, day, day as delay from raw',
    { code: 'document.invalid', message: /delay as DATE, which can never be the INTEGER/, text: 'delay' },
  ],
  ['a comparison of types', `select id, day, delay + day - now() as delay from raw`, { code: 'sql.type', line: 1 }],
])('%s is told at its place', async (_, sql, { message, ...expected }) => {
  const found = await examine({ sql })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ file: 'p.sql', product: 'flights.p', severity: 'error', ...expected })
  if (message !== undefined) expect(found[0]!.message).toMatch(message)
})

test.each([
  ['select count(*) from {batch} where dely > 1', 'sql.column-not-found', /The rule r of p .*dely/],
  ['select count(*) from nowhere.x', 'sql.table-not-found', /nowhere.x/],
  [`select count(*) from {object} where abs(day) > 1`, 'sql.type', /The rule r of p/],
  [`select count(*) from read_csv('/etc/passwd')`, 'sql.unsupported', /read_csv/],
])('the rule %s is bound on an empty table', async (query, code, message) => {
  const found = await examine({ sql: 'from raw', rules: [rule(query)] })
  expect(found).toEqual([expect.objectContaining({ code, contract: 'flights.p', text: query })])
  expect(found[0]!.message).toMatch(message)
})

test('sources that this server cannot read are told', async () => {
  const postgres: Input = { kind: 'source', source: 'postgres', connection: 'x', query: 'select 1' }
  const found = await examine({ sql: 'from raw', inputs: { raw: postgres } })
  expect(found).toEqual([
    expect.objectContaining({ code: 'document.invalid', message: expect.stringContaining('postgres'), text: 'raw' }),
  ])
  const outside = await examine({ sql: 'from raw', inputs: { raw: csv('/etc/passwd', []) } })
  expect(outside).toEqual([
    expect.objectContaining({ code: 'source.not-found', fix: expect.stringContaining('sources.folders') }),
  ])
})

test('a file that is none of its kind is told by its name', async () => {
  const file = await mesh.source('raw/a.parquet', 'no parquet')
  const input: Input = { kind: 'file', path: 'raw/a.parquet', format: 'parquet', options: {}, files: [file] }
  const [found] = await examine({ sql: 'from raw', inputs: { raw: input } })
  expect(found).toMatchObject({ code: 'source.unreadable', message: expect.stringContaining('raw/a.parquet') })
  expect(found!.message).not.toContain(mesh.folder)
})

test('tables of others are tried as they would be seen, whether they hold data or not', async () => {
  mesh.publish(
    product('network.n', {
      tables: [table('n', columns('a BIGINT'))],
      outputs: { n: { sql: 'select 1::bigint as a' } },
    }),
  )
  const inputs: Readonly<Record<string, Input>> = { 'network.n': { kind: 'table', table: 'network.n' } }
  expect(await examine({ sql: 'select a from network.n', inputs, of: ['a BIGINT'] })).toEqual([])
  const found = await examine({ sql: 'select b as a from network.n', inputs, of: ['a BIGINT'] })
  expect(found).toEqual([expect.objectContaining({ code: 'sql.column-not-found', line: 1, column: 8 })])
})

test('products are tried apart, and their names do not meet', async () => {
  const file = await mesh.source('a.csv', 'a\n1\n')
  const good = product('flights.good', {
    tables: [table('good', columns('a BIGINT'))],
    inputs: { raw: csv('a.csv', [file]) },
    outputs: { good: { sql: 'from raw' } },
  })
  const bad = product('flights.bad', {
    tables: [table('bad', columns('a BIGINT'))],
    inputs: { other: csv('a.csv', [file]) },
    outputs: { bad: { sql: 'from raw' } },
  })
  for (const each of [good, bad]) mesh.publish(each)
  const found = await mesh.runs.examine([good, bad, good], mesh.state())
  expect(found.map(fault => [fault.product, fault.code])).toEqual([['flights.bad', 'sql.table-not-found']])
})
