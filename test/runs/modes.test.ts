import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

let folder: string
let mesh: SmallMesh

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runs-'))
  mesh = await smallMesh(folder, { start: [domain('flights')] })
})
afterEach(async () => {
  await mesh.runs.close()
  rmSync(folder, { recursive: true, force: true })
})

const flights = columns('id BIGINT key', 'day DATE required', 'delay INTEGER')

async function publish(
  files: Readonly<Record<string, string>>,
  output: object,
  version = '1.0.0',
  sql = 'select * from raw',
) {
  const sources = await Promise.all(Object.entries(files).map(([path, text]) => mesh.source(path, text)))
  mesh.publish(
    product('flights.departures', {
      version,
      tables: [
        table('departures', flights),
        table('rejects', columns('id VARCHAR', 'day VARCHAR', 'delay VARCHAR', 'reason VARCHAR required')),
      ],
      inputs: { raw: csv('raw/*.csv', sources) },
      outputs: { departures: { sql, ...output } },
    }),
  )
}

const january = 'id,day,delay\n1,2001-01-01,5\n2,2001-01-02,\n'
const february = 'id,day,delay\n2,2001-02-02,7\n3,2001-02-03,8\n'

describe('mode full', () => {
  test('replaces the table', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'full' })
    const run = await mesh.run('flights.departures')
    expect(run.problem).toBeUndefined()
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 2 } })
    expect(run.steps.map(step => [step.name, step.state])).toEqual([
      ['read', 'done'],
      ['transform', 'done'],
      ['check', 'done'],
      ['promote', 'done'],
    ])
    expect(await mesh.rows('flights.departures')).toEqual([
      { id: 1n, day: '2001-01-01', delay: 5 },
      { id: 2n, day: '2001-01-02', delay: null },
    ])
    await publish({ 'raw/feb.csv': february }, { mode: 'full' }, '1.0.1')
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted' })
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([2n, 3n])
  })
})

describe('mode append', () => {
  test('reads only files that no run has consumed', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'append' })
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 2 } })
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 0 } })
    await publish({ 'raw/jan.csv': january, 'raw/mar.csv': 'id,day,delay\n9,2001-03-01,1\n' }, { mode: 'append' })
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 1 } })
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([1n, 2n, 9n])
  })

  test('a batch that repeats keys of the table is rejected and kept, and readers keep what they have', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'append' })
    await mesh.run('flights.departures')
    await publish({ 'raw/jan.csv': january, 'raw/feb.csv': february }, { mode: 'append' })
    const run = await mesh.run('flights.departures')
    expect(run).toMatchObject({ state: 'rejected', problem: { code: 'run.rejected' } })
    expect(run.checks.filter(check => !check.passed)).toEqual([expect.objectContaining({ check: 'primaryKey' })])
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([1n, 2n])
    const kept = await mesh.runs.rejected(run.id, { limit: 10 })
    expect(kept.columns).toEqual(['_reason', 'id', 'day', 'delay'])
    expect(kept.rows).toHaveLength(2)
    // The files were not consumed by a run that promoted nothing.
    await publish({ 'raw/jan.csv': january, 'raw/feb.csv': 'id,day,delay\n3,2001-02-03,8\n' }, { mode: 'append' })
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 1 } })
  })
})

describe('mode merge', () => {
  test('rows of the batch replace those of the same key', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'merge', key: ['id'] })
    await mesh.run('flights.departures')
    await publish({ 'raw/jan.csv': january, 'raw/feb.csv': february }, { mode: 'merge', key: ['id'] })
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 2 } })
    expect(await mesh.rows('flights.departures')).toEqual([
      { id: 1n, day: '2001-01-01', delay: 5 },
      { id: 2n, day: '2001-02-02', delay: 7 },
      { id: 3n, day: '2001-02-03', delay: 8 },
    ])
  })

  test('a key twice in one batch is rejected', async () => {
    await publish({ 'raw/a.csv': `${january}2,2001-01-03,1\n` }, { mode: 'merge', key: ['id'] })
    const run = await mesh.run('flights.departures')
    expect(run.state).toBe('rejected')
    expect(run.checks.filter(c => !c.passed).map(c => c.check)).toEqual(['primaryKey'])
  })

  test('so it is where the contract knows no key', async () => {
    const file = await mesh.source('x.csv', 'a\n1\n1\n')
    mesh.publish(
      product('flights.p', {
        tables: [table('p', columns('a BIGINT'))],
        inputs: { raw: csv('x.csv', [file]) },
        outputs: { p: { sql: 'from raw', mode: 'merge', key: ['a'] } },
      }),
    )
    const run = await mesh.run('flights.p')
    expect(run.checks.filter(c => !c.passed).map(c => c.check)).toEqual(['merge.key'])
  })

  test('a restated file replaces its rows, a new release reads everything again', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'merge', key: ['id'] })
    await mesh.run('flights.departures')
    await publish({ 'raw/jan.csv': january.replace(',5', ',6') }, { mode: 'merge', key: ['id'] })
    await mesh.run('flights.departures')
    expect((await mesh.rows('flights.departures'))[0]).toMatchObject({ id: 1n, delay: 6 })
    const sql = 'select id, day, delay * 10 as delay from raw'
    await publish({ 'raw/jan.csv': january.replace(',5', ',6') }, { mode: 'merge', key: ['id'] }, '1.1.0', sql)
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 2 } })
    expect((await mesh.rows('flights.departures'))[0]).toMatchObject({ id: 1n, delay: 60 })
  })
})

describe('mode partition', () => {
  const partition = { mode: 'partition', key: ['day'] }
  const ids = async () => (await mesh.rows('flights.departures')).map(row => row['id'])

  test('partitions that differ are replaced, others are not written again', async () => {
    const a = 'id,day,delay\n1,2001-01-01,1\n2,2001-01-01,2\n3,2001-01-02,3\n'
    await publish({ 'raw/a.csv': a }, partition)
    await mesh.run('flights.departures')
    await publish({ 'raw/a.csv': a, 'raw/b.csv': 'id,day,delay\n4,2001-01-01,4\n' }, partition)
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 3 } })
    expect(await ids()).toEqual([1n, 2n, 3n, 4n])
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 0 } })
  })

  test('a row that moves to another day leaves no ghost, nor does a file that is gone', async () => {
    const b = 'id,day,delay\n4,2001-01-07,4\n'
    await publish({ 'raw/a.csv': 'id,day,delay\n1,2001-01-01,1\n2,2001-01-02,2\n', 'raw/b.csv': b }, partition)
    await mesh.run('flights.departures')
    await publish({ 'raw/a.csv': 'id,day,delay\n1,2001-01-05,1\n2,2001-01-02,2\n', 'raw/b.csv': b }, partition)
    expect((await mesh.run('flights.departures')).notes).toEqual([
      '1 partition of departures that the sources no longer have was emptied. To keep what was built before, declare a watermark in build.yaml.',
    ])
    expect((await mesh.rows('flights.departures')).map(row => row['day'])).toEqual([
      '2001-01-05',
      '2001-01-02',
      '2001-01-07',
    ])
    await publish({ 'raw/b.csv': b }, partition)
    await mesh.run('flights.departures')
    expect(await ids()).toEqual([4n])
  })

  test('with a watermark a run says which rows stay though the sources lack them, and a backfill takes them away', async () => {
    const marked = { ...partition, watermark: 'day' }
    await publish({ 'raw/a.csv': 'id,day,delay\n1,2001-01-01,1\n2,2001-01-03,2\n' }, marked)
    await mesh.run('flights.departures')
    await publish({ 'raw/a.csv': 'id,day,delay\n3,2001-01-05,1\n2,2001-01-03,2\n' }, marked)
    expect((await mesh.run('flights.departures')).notes).toEqual([
      '1 row of departures is no longer in the sources and stays: with the watermark day only partitions with rows from ' +
        'the last one on are built again. To build others: meshwright run flights.departures --from TIME',
    ])
    expect(await ids()).toEqual([1n, 2n, 3n])
    await mesh.run('flights.departures', { from: '2001-01-01' })
    expect(await ids()).toEqual([2n, 3n])
  })
})

describe('watermark', () => {
  const output = { mode: 'append', watermark: 'day' }

  test('only rows above the last one are added; a backfill replaces its range', async () => {
    await publish({ 'raw/a.csv': january }, output)
    expect(await mesh.run('flights.departures')).toMatchObject({ watermarks: { departures: '2001-01-02' } })
    await publish({ 'raw/b.csv': `${january}3,2001-01-03,1\n` }, output)
    expect(await mesh.run('flights.departures')).toMatchObject({
      rows: { departures: 1 },
      watermarks: { departures: '2001-01-03' },
    })
    await publish({ 'raw/b.csv': 'id,day,delay\n1,2001-01-01,50\n2,2001-01-02,51\n3,2001-01-03,52\n' }, output)
    const run = await mesh.run('flights.departures', { from: '2001-01-01', to: '2001-01-03' })
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 2 }, watermarks: { departures: '2001-01-03' } })
    expect((await mesh.rows('flights.departures')).map(row => row['delay'])).toEqual([50, 51, 1])
  })

  test('rows that come late are left out, and the run says how many', async () => {
    await publish({ 'raw/a.csv': january }, output)
    expect((await mesh.run('flights.departures')).notes).toBeUndefined()
    await publish({ 'raw/b.csv': 'id,day,delay\n7,2001-01-01,1\n8,2001-01-02,1\n9,2001-01-09,1\n' }, output)
    const run = await mesh.run('flights.departures')
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 1 } })
    expect(run.notes).toEqual([
      '2 rows of the sources with day up to 2001-01-02, the last watermark of departures, were left out. ' +
        'To take them in: meshwright run flights.departures --from TIME',
    ])
  })

  test('a merge reads the time of its watermark again, since more of it may have come', async () => {
    await publish({ 'raw/a.csv': january }, { mode: 'merge', key: ['id'], watermark: 'day' })
    await mesh.run('flights.departures')
    const late = 'id,day,delay\n2,2001-01-02,70\n7,2001-01-01,1\n8,2001-01-02,1\n'
    await publish({ 'raw/b.csv': late }, { mode: 'merge', key: ['id'], watermark: 'day' })
    const run = await mesh.run('flights.departures')
    expect(run.notes).toEqual([expect.stringContaining('1 row of the sources with day before 2001-01-02')])
    expect((await mesh.rows('flights.departures')).map(row => row['delay'])).toEqual([5, 70, 1])
  })

  test('a partition is built from all of its rows, whatever their watermark', async () => {
    const partition = { mode: 'partition', key: ['day'], watermark: 'id' }
    await publish({ 'raw/a.csv': 'id,day,delay\n1,2001-01-01,1\n2,2001-01-01,2\n3,2001-01-02,3\n' }, partition)
    await mesh.run('flights.departures')
    const files = { 'raw/a.csv': 'id,day,delay\n1,2001-01-01,1\n2,2001-01-01,2\n3,2001-01-02,3\n' }
    await publish({ ...files, 'raw/b.csv': 'id,day,delay\n4,2001-01-01,4\n' }, partition)
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted', rows: { departures: 4 } })
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([1n, 2n, 3n, 4n])
  })

  test('a fact that comes late finds the dimension that was read before', async () => {
    const facts = [await mesh.source('raw/1.csv', 'id,code\n1,a\n')]
    const names = csv('names.csv', [await mesh.source('names.csv', 'code,name\na,Ann\nb,Bob\n')])
    const build = () =>
      mesh.publish(
        product('flights.p', {
          tables: [table('p', columns('id BIGINT', 'name VARCHAR'))],
          inputs: { raw: csv('raw/*.csv', facts), names },
          outputs: { p: { sql: 'select id, name from raw join names using (code)', mode: 'append' } },
        }),
      )
    build()
    await mesh.run('flights.p')
    facts.push(await mesh.source('raw/2.csv', 'id,code\n2,b\n'))
    build()
    expect((await mesh.run('flights.p')).problem).toBeUndefined()
    expect(await mesh.rows('flights.p')).toEqual([
      { id: 1n, name: 'Ann' },
      { id: 2n, name: 'Bob' },
    ])
  })

  test('a row without a watermark fails', async () => {
    await publish({ 'raw/a.csv': 'id,day,delay\n1,,1\n' }, output)
    const run = await mesh.run('flights.departures')
    expect(run.checks.filter(c => !c.passed).map(c => c.check)).toContain('day.watermark')
  })

  test.each([
    ['without a watermark', { mode: 'append' }, '2001-01-01', 'has no watermark'],
    ['of a whole table', { mode: 'full', watermark: 'day' }, '2001-01-01', 'builds the whole table'],
    ['that are none', output, 'garbage', '"garbage" is no DATE'],
    ['that are no day', output, '2001-02-30', '"2001-02-30" is no DATE'],
  ])('bounds %s are refused before there is a run', async (_, built, from, says) => {
    await publish({ 'raw/a.csv': january }, built)
    const started = mesh.runs.start({ product: 'flights.departures', by: 'ana@example.com', from })
    await expect(started).rejects.toMatchObject({ code: 'request.invalid', message: expect.stringContaining(says) })
    expect(await mesh.runs.list({ limit: 1 })).toEqual([])
  })
})

describe('a merge with a watermark', () => {
  const output = { mode: 'merge', key: ['id'], watermark: 'day' }

  test('never goes back: a backfill leaves newer rows as they are, and says so', async () => {
    const old = 'id,day,delay\n1,2001-01-01,5\n2,2001-01-02,6\n'
    const rejects = { ...output, rejects: 'rejects' }
    await publish({ 'raw/a.csv': old }, rejects)
    await mesh.run('flights.departures')
    await publish({ 'raw/a.csv': old, 'raw/b.csv': 'id,day,delay\n1,2001-01-04,50\n2,2001-01-06,60\n' }, rejects)
    await mesh.run('flights.departures')
    const run = await mesh.run('flights.departures', { from: '2001-01-01', to: '2001-01-03' })
    expect(run.state).toBe('promoted')
    expect(run.notes).toEqual([expect.stringMatching(/^2 rows .*older/)])
    expect((await mesh.rows('flights.departures')).map(row => row['delay'])).toEqual([50, 60])
  })
})

describe('rejects', () => {
  const bad = 'id,day,delay\n1,2001-01-01,5\nx,2001-01-02,6\n3,,7\n1,2001-01-04,8\n5,2001-01-05,many\n'
  const output = { mode: 'merge', key: ['id'], rejects: 'rejects' }

  test('rows that break an expectation go to their own table with the reason', async () => {
    await publish({ 'raw/a.csv': bad }, output)
    const run = await mesh.run('flights.departures')
    expect(run.problem).toBeUndefined()
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 1, rejects: 4 } })
    expect(await mesh.rows('flights.departures')).toEqual([{ id: 1n, day: '2001-01-01', delay: 5 }])
    expect(await mesh.rows('flights.rejects')).toEqual([
      { id: '1', day: '2001-01-04', delay: '8', reason: 'id repeats an earlier row' },
      { id: '3', day: null, delay: '7', reason: 'day is null' },
      { id: '5', day: '2001-01-05', delay: 'many', reason: `delay: 'many' is no INTEGER` },
      { id: 'x', day: '2001-01-02', delay: '6', reason: `id: 'x' is no BIGINT` },
    ])
  })

  test('of a key twice in a merge with a watermark the newest row stays', async () => {
    await publish(
      { 'raw/a.csv': 'id,day,delay\n1,2001-01-04,8\n1,2001-01-06,9\n1,2001-01-05,7\n' },
      { ...output, watermark: 'day' },
    )
    expect(await mesh.run('flights.departures')).toMatchObject({
      state: 'promoted',
      rows: { departures: 1, rejects: 2 },
    })
    expect(await mesh.rows('flights.departures')).toEqual([{ id: 1n, day: '2001-01-06', delay: 9 }])
  })

  test('what is appended may not repeat a published key, and the rest of it comes in', async () => {
    const append = { mode: 'append', rejects: 'rejects' }
    await publish({ 'raw/a.csv': january }, append)
    await mesh.run('flights.departures')
    await publish({ 'raw/a.csv': january, 'raw/b.csv': 'id,day,delay\n2,2001-02-02,7\n3,2001-02-03,8\n' }, append)
    const run = await mesh.run('flights.departures')
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 1, rejects: 1 } })
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([1n, 2n, 3n])
    expect(await mesh.rows('flights.rejects')).toEqual([
      { id: '2', day: '2001-02-02', delay: '7', reason: 'id is published already' },
    ])
  })

  test('where an update is rejected, readers keep the row that they had until a good one comes', async () => {
    await publish({ 'raw/a.csv': january }, output)
    await mesh.run('flights.departures')
    await publish({ 'raw/b.csv': 'id,day,delay\n1,,50\n3,2001-01-03,8\n' }, output)
    const run = await mesh.run('flights.departures')
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 1, rejects: 1 } })
    expect((await mesh.rows('flights.departures')).map(row => [row['id'], row['delay']])).toEqual([
      [1n, 5],
      [2n, null],
      [3n, 8],
    ])
    expect(await mesh.rows('flights.rejects')).toEqual([{ id: '1', day: null, delay: '50', reason: 'day is null' }])
    await publish({ 'raw/c.csv': 'id,day,delay\n1,2001-01-01,60\n' }, output)
    expect((await mesh.run('flights.departures')).problem).toBeUndefined()
    expect((await mesh.rows('flights.departures')).map(row => [row['id'], row['delay']])).toEqual([
      [1n, 60],
      [2n, null],
      [3n, 8],
    ])
    expect(await mesh.rows('flights.rejects')).toEqual([])
  })

  test('a key that is no value of its type stays rejected until it comes again', async () => {
    await publish({ 'raw/a.csv': 'id,day,delay\nx,2001-01-02,6\ny,2001-01-02,6\n' }, output)
    await mesh.run('flights.departures')
    await publish({ 'raw/b.csv': 'id,day,delay\nx,2001-01-03,7\n5,2001-01-03,8\n' }, output)
    expect((await mesh.run('flights.departures')).problem).toBeUndefined()
    expect((await mesh.rows('flights.rejects')).map(row => [row['id'], row['delay']])).toEqual([
      ['x', '7'],
      ['y', '6'],
    ])
    await publish({ 'raw/c.csv': 'id,day,delay\n5,2001-01-04,9\n' }, output)
    expect((await mesh.run('flights.departures')).problem).toBeUndefined()
    expect(await mesh.rows('flights.rejects')).toHaveLength(2)
  })
})
