import { expect, test } from 'vitest'
import type { Policy } from '../../src/mesh/index.ts'
import { columns, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

async function people(): Promise<void> {
  const rows = `select * from (values (1, 'Ann', 'SEA'), (2, 'Bob', 'JFK'), (3, 'Cy', 'SEA')) v(id, name, base)`
  mesh().publish(
    product('network.people', {
      tables: [table('people', columns('id INTEGER', 'name VARCHAR', 'base VARCHAR'))],
      outputs: { people: { sql: rows } },
    }),
  )
  expect(await mesh().run('network.people')).toMatchObject({ state: 'promoted' })
}

function derived(sql: string, ...of: readonly string[]) {
  const inputs = { 'network.people': { kind: 'table', table: 'network.people' } } as const
  mesh().publish(
    product('flights.crew', {
      tables: [table('crew', columns(...of))],
      inputs,
      outputs: { crew: { sql } },
      derived: true,
    }),
  )
  return mesh().run('flights.crew')
}

function grant(parts: { readonly columns?: readonly string[]; readonly rows?: string } = {}): void {
  mesh().apply({
    kind: 'access.granted',
    grant: {
      id: 'grant_1',
      request: 'request_1',
      who: 'product:flights.crew',
      table: 'network.people',
      major: 1,
      purpose: 'product',
      serves: ['planning'],
      from: '2000-01-01T00:00:00.000Z',
      until: '2100-01-01T00:00:00.000Z',
      ...parts,
    },
  })
}

const policy = (parts: Pick<Policy, 'select' | 'onQuery'>): void =>
  mesh().apply({
    kind: 'policy.published',
    bundle: '',
    policy: {
      id: 'rule',
      team: 'privacy',
      status: 'enforced',
      onPublish: [],
      onRequest: [],
      onFind: [],
      tests: [],
      file: 'rule.policy.yaml',
      ...parts,
    },
  })

test("another domain's table needs a grant", async () => {
  await people()
  const run = await derived('select name from network.people', 'name VARCHAR')
  expect(run).toMatchObject({ state: 'failed', problem: { code: 'access.required' } })
  grant()
  expect(await derived('select name from network.people', 'name VARCHAR')).toMatchObject({ state: 'promoted' })
  expect(await mesh().rows('flights.crew')).toHaveLength(3)
  mesh().apply({ kind: 'access.revoked', grant: 'grant_1' })
  expect(await mesh().run('flights.crew')).toMatchObject({ state: 'failed', problem: { code: 'access.required' } })
})

test('columns and rows outside the grant do not exist for the build', async () => {
  await people()
  grant({ columns: ['id', 'base'], rows: `base = 'SEA'` })
  const run = await derived('select * from network.people', 'id INTEGER', 'base VARCHAR')
  expect(run.problem).toBeUndefined()
  expect(await mesh().rows('flights.crew')).toEqual([
    { id: 1, base: 'SEA' },
    { id: 3, base: 'SEA' },
  ])
  expect((await derived('select name from network.people', 'name VARCHAR')).problem).toMatchObject({
    code: 'run.failed',
  })
})

test('no error of a build shows a row that it may not see', async () => {
  await people()
  grant({ rows: `base = 'SEA'` })
  const run = await derived(`select cast(base as integer) as n from network.people where base <> 'SEA'`, 'n INTEGER')
  expect(run.problem).toBeUndefined()
  expect(await mesh().rows('flights.crew')).toEqual([])
  const other = await derived('select cast(base as integer) as n from network.people', 'n INTEGER')
  expect(other.problem!.message).toContain('SEA')
  expect(other.problem!.message).not.toContain('JFK')
})

test('masks hold for builds', async () => {
  await people()
  grant()
  policy({ select: { columns: `column.name == 'name'` }, onQuery: [{ mask: 'mask-to-fixed-value', except: [] }] })
  expect((await derived('select name from network.people', 'name VARCHAR')).problem).toBeUndefined()
  expect(await mesh().rows('flights.crew')).toEqual([1, 2, 3].map(() => ({ name: 'XXXXXXXX' })))
})

test('a rule that only an answer can keep closes the table to builds', async () => {
  await people()
  grant()
  policy({ select: { tables: `table.name == 'people'` }, onQuery: [{ minimumGroup: 10, except: [] }] })
  expect(await derived('select count(*) as n from network.people', 'n BIGINT')).toMatchObject({
    state: 'failed',
    problem: { code: 'policy.denied', message: expect.stringContaining('groups of at least 10 people') },
  })
})

test('an input without data says so, and a table of the own domain needs no grant', async () => {
  mesh().publish(
    product('flights.base', {
      tables: [table('base', columns('a BIGINT'))],
      outputs: { base: { sql: 'select 1::bigint as a' } },
    }),
  )
  const inputs = { b: { kind: 'table', table: 'flights.base', major: 1 } } as const
  mesh().publish(
    product('flights.top', {
      tables: [table('top', columns('a BIGINT'))],
      inputs,
      outputs: { top: { sql: 'select a + 1 as a from b' } },
    }),
  )
  expect(await mesh().run('flights.top')).toMatchObject({ state: 'failed', problem: { code: 'table.no-data' } })
  await mesh().run('flights.base')
  expect(await mesh().run('flights.top')).toMatchObject({ state: 'promoted' })
  expect(await mesh().rows('flights.top')).toEqual([{ a: 2n }])
  expect(mesh().state().products.get('flights.top')!.lineage).toEqual([
    { to: 'flights.top.a', from: 'flights.base.a', how: 'value' },
  ])
})

test('an output may read another of its product, and itself as it was', async () => {
  const inputs = {
    one: { kind: 'table', table: 'flights.one' },
    two: { kind: 'table', table: 'flights.two' },
  } as const
  mesh().publish(
    product('flights.pair', {
      tables: [table('one', columns('a BIGINT')), table('two', columns('n BIGINT'))],
      inputs,
      outputs: {
        two: { sql: 'select count(*) + coalesce((select max(n) from two), 0) as n from one' },
        one: { sql: 'select range as a from range(3)' },
      },
    }),
  )
  expect((await mesh().run('flights.pair')).problem).toBeUndefined()
  expect(await mesh().rows('flights.two')).toEqual([{ n: 3n }])
  await mesh().run('flights.pair')
  expect(await mesh().rows('flights.two')).toEqual([{ n: 6n }])
})

test('lineage of files and rejects stands in the ledger', async () => {
  const file = await mesh().source('raw/x.csv', 'id,v\n1,2\n')
  mesh().publish(
    product('flights.p', {
      tables: [table('p', columns('id BIGINT key', 'w BIGINT')), table('bad', columns('id VARCHAR', 'reason VARCHAR'))],
      inputs: { raw: { kind: 'file', path: 'raw/*.csv', format: 'csv', options: {}, files: [file] } },
      outputs: { p: { sql: 'select id, v * 2 as w from raw where v > 0', rejects: 'bad' } },
    }),
  )
  expect((await mesh().run('flights.p')).problem).toBeUndefined()
  const edges = mesh()
    .state()
    .products.get('flights.p')!
    .lineage.map(({ to, from, how }) => `${to} ${how} ${from}`)
  expect(edges.sort()).toEqual([
    'flights.bad.id condition file:raw/*.csv.v',
    'flights.bad.id value file:raw/*.csv.id',
    'flights.bad.reason condition file:raw/*.csv.id',
    'flights.bad.reason condition file:raw/*.csv.v',
    'flights.p.id condition file:raw/*.csv.v',
    'flights.p.id value file:raw/*.csv.id',
    'flights.p.w value file:raw/*.csv.v',
  ])
})

test('columns that come, go and widen are found in old files too', async () => {
  const make = async (version: string, text: string, ...of: readonly string[]) => {
    const file = await mesh().source(`raw/${version}.csv`, text)
    const inputs = { raw: { kind: 'file', path: 'raw/*.csv', format: 'csv', options: {}, files: [file] } } as const
    mesh().publish(
      product('flights.p', {
        version,
        tables: [table('p', columns(...of))],
        inputs,
        outputs: { p: { sql: 'from raw', mode: 'append' } },
      }),
    )
    expect((await mesh().run('flights.p')).problem).toBeUndefined()
  }
  await make('1.0.0', 'id,old\n1,x\n', 'id INTEGER', 'old VARCHAR')
  await make('1.1.0', 'id,new\n3000000000,1.5\n', 'id BIGINT', 'new DOUBLE')
  expect(await mesh().rows('flights.p')).toEqual([
    { id: 1n, new: null },
    { id: 3000000000n, new: 1.5 },
  ])
})
