import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { duckdbWorkshop } from '../../src/adapters/duckdb/index.ts'
import type { Expectation } from '../../src/mesh/index.ts'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

let folder: string
let mesh: SmallMesh
let workshop: ReturnType<typeof duckdbWorkshop>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'real-'))
  mkdirSync(`${folder}/scratch`)
  workshop = duckdbWorkshop({ scratch: `${folder}/scratch`, spare: 1 })
  mesh = await smallMesh(folder, { workshop, start: [domain('flights', { timeoutS: 20 })] })
})
afterEach(async () => {
  await mesh.runs.close()
  await workshop.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a build with rejects, references and SQL rules runs in confined processes', async () => {
  const file = await mesh.source(
    'raw/x.csv',
    'id,day,delay\n1,2001-01-01,5\n1,2001-01-02,6\nx,2001-01-03,7\n2,2001-01-04,8\n',
  )
  const flights = table('departures', columns('id BIGINT key', 'day DATE required', 'delay INTEGER'), [
    {
      id: 'rule',
      severity: 'error',
      rule: { kind: 'sql', query: 'select max(delay) from {object}', comparison: { op: '<', value: '100' } },
    },
  ])
  const rejects = table('rejects', columns('id VARCHAR', 'delay VARCHAR', 'reason VARCHAR required'))
  mesh.publish(
    product('flights.departures', {
      tables: [flights, rejects],
      inputs: { raw: csv('raw/*.csv', [file]) },
      outputs: {
        departures: {
          sql: 'select id, day, delay, _file, _row from raw',
          mode: 'merge',
          key: ['id'],
          rejects: 'rejects',
        },
      },
    }),
  )
  const run = await mesh.run('flights.departures')
  expect(run.problem).toBeUndefined()
  expect(run).toMatchObject({ state: 'promoted', rows: { departures: 2, rejects: 2 } })
  expect(await mesh.rows('flights.departures', 'select id::integer as id from t order by id')).toEqual([
    { id: 1 },
    { id: 2 },
  ])
  expect(mesh.state().products.get('flights.departures')!.lineage).not.toEqual([])
  const again = await mesh.run('flights.departures')
  expect(again).toMatchObject({ state: 'promoted', rows: { departures: 0 } })
})

test('a merge that replaces every row is checked by rules of its own', async () => {
  const rule: Expectation = {
    id: 'calm',
    severity: 'error',
    rule: { kind: 'sql', query: 'select count(*) from {object} where v > 9', comparison: { op: '=', value: '0' } },
  }
  const publish = async (text: string) => {
    const file = await mesh.source('raw/a.csv', text)
    mesh.publish(
      product('flights.p', {
        tables: [table('p', columns('id BIGINT key', 'v INTEGER'), [rule])],
        inputs: { raw: csv('raw/*.csv', [file]) },
        outputs: { p: { sql: 'from raw', mode: 'merge', key: ['id'] } },
      }),
    )
    return mesh.run('flights.p')
  }
  expect((await publish('id,v\n1,1\n2,2\n')).problem).toBeUndefined()
  expect((await publish('id,v\n1,3\n2,4\n')).problem).toBeUndefined()
  expect(await mesh.rows('flights.p')).toEqual([
    { id: 1n, v: 3 },
    { id: 2n, v: 4 },
  ])
})

test('an endless build is stopped, by hand and by the limit of its domain', async () => {
  mesh.apply(domain('flights', { timeoutS: 2 }))
  const sql = 'select count(*)::bigint as a from range(100000000000) x, range(1000000) y'
  mesh.publish(product('flights.slow', { tables: [table('slow', columns('a BIGINT'))], outputs: { slow: { sql } } }))
  const { id } = await mesh.runs.start({ product: 'flights.slow', by: 'ana@example.com' })
  for await (const record of mesh.runs.watch(id)) if (record.steps.some(step => step.name === 'transform')) break
  await mesh.runs.cancel(id, 'ana@example.com')
  expect(await mesh.runs.wait(id)).toMatchObject({ state: 'cancelled' })
  expect(await mesh.run('flights.slow')).toMatchObject({ state: 'failed', problem: { code: 'limit.time' } })
})

test('a batch that fails is kept where its owners can look at it', async () => {
  const sql = 'select * from (values (1, null), (2, 5)) v(id, n)'
  mesh.publish(
    product('flights.p', {
      tables: [table('p', columns('id INTEGER', 'n INTEGER required'))],
      outputs: { p: { sql } },
    }),
  )
  const run = await mesh.run('flights.p')
  expect(run.state).toBe('rejected')
  expect(await mesh.runs.rejected(run.id, { limit: 5 })).toEqual({
    table: 'p',
    columns: ['_reason', 'id', 'n'],
    rows: [
      ['n is null', 1, null],
      [null, 2, 5],
    ],
  })
})
