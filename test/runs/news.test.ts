import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Input, Output } from '../../src/mesh/index.ts'
import { columns, csv, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

const types = { id: 'INTEGER', v: 'INTEGER' }
const drop = (name: string) => `${mesh().folder}/drop/${name}`

function write(name: string, text: string): void {
  mkdirSync(drop(''), { recursive: true })
  writeFileSync(drop(name), text)
  utimesSync(drop(name), 1_000, 1_000) // the time of the last change never tells
}

const visible = (path: string): Input =>
  ({
    ...csv(drop(path), path.includes('*') ? [] : [{ path, sizeBytes: 1, at: { absolute: drop(path), modifiedMs: 0 } }]),
    options: { types },
  }) as Input

interface Making {
  readonly inputs?: Readonly<Record<string, Input>>
  readonly of?: readonly string[]
  readonly version?: string
}

function make(
  output: Partial<Output> & { readonly sql: string },
  { inputs, of = ['id INTEGER', 'v INTEGER'], version = '1.0.0' }: Making = {},
) {
  mesh().publish(
    product('flights.p', {
      version,
      tables: [table('p', columns(...of))],
      inputs: inputs ?? { raw: visible('*.csv') },
      outputs: { p: { mode: 'append', ...output } },
    }),
  )
}

const run = (options = {}) => mesh().run('flights.p', options)
const values = async () => (await mesh().rows('flights.p')).map(row => Object.values(row).map(String).join(' '))

describe('files that are visible to the server', () => {
  test('a pattern means what lies there now; all of it gone is said', async () => {
    write('a.csv', 'id,v\n1,1\n')
    make({ sql: 'from raw', mode: 'full' })
    await run()
    write('b.csv', 'id,v\n2,2\n')
    await run()
    expect(await values()).toEqual(['1 1', '2 2'])
    rmSync(drop('a.csv'))
    expect((await run()).problem).toBeUndefined()
    expect(await values()).toEqual(['2 2'])
    rmSync(drop('b.csv'))
    expect((await run()).problem).toMatchObject({
      code: 'source.not-found',
      message: `No file matches ${drop('*.csv')}.`,
    })
  })

  test('a file is known by its content: touched, moved or put back it adds nothing, and a rewritten one is refused by name', async () => {
    write('a.csv', 'id,v\n1,1\n')
    make({ sql: 'from raw' })
    await run()
    utimesSync(drop('a.csv'), 9_000, 9_000)
    expect((await run()).rows).toEqual({ p: 0 })
    renameSync(drop('a.csv'), drop('moved.csv'))
    expect(await run()).toMatchObject({
      rows: { p: 0 },
      notes: [
        `${drop('moved.csv')} says what ${drop('a.csv')} said, which was added before and is gone: it is taken for the same file, and was not added again.`,
      ],
    })
    expect((await run()).notes).toBeUndefined()
    write('moved.csv', 'id,v\n9,9\n')
    const refused = await run()
    expect(refused.problem).toMatchObject({ code: 'source.unreadable' })
    expect(refused.problem!.message).toMatch(/moved\.csv changed after its rows were added to flights\.p;/)
    expect(refused.problem!.fix).toMatch(/new file.*watermark: COLUMN.*merge/)
    expect(await values()).toEqual(['1 1'])
  })

  test('a changed build still knows what was added, by whatever mode', async () => {
    write('a.csv', 'id,v\n1,1\n')
    make({ sql: 'from raw', mode: 'full' })
    await run()
    make({ sql: 'from raw' }, { version: '1.0.1' })
    expect((await run()).rows).toEqual({ p: 0 })
    make({ sql: 'select id, v + 100 as v from raw' }, { version: '1.0.2' })
    write('b.csv', 'id,v\n2,2\n')
    await run()
    expect(await values()).toEqual(['1 1', '2 102'])
  })

  test('a file whose rows are all left out is taken all the same', async () => {
    write('a.csv', 'id,v\n1,1\n')
    write('dim.txt', 'id,v\n1,0\n')
    make(
      { sql: 'select id, raw.v from raw join dim using (id)' },
      { inputs: { raw: visible('*.csv'), dim: { ...visible('dim.txt'), format: 'csv' } as Input } },
    )
    await run()
    write('b.csv', 'id,v\n2,2\n')
    await run()
    write('dim.txt', 'id,v\n1,0\n2,0\n')
    expect((await run()).rows).toEqual({ p: 0 })
  })
})

describe('what rows are looked up in is whole', () => {
  const inputs = () => ({ raw: visible('f.csv'), dim: visible('dim.csv') })
  const sql = 'select id, dim.v from raw join dim using (id)'

  test('a merge of two files takes in what grows', async () => {
    write('f.csv', 'id,v\n1,0\n2,0\n')
    write('dim.csv', 'id,v\n1,1\n2,2\n3,3\n')
    make({ sql, mode: 'merge', key: ['id'] }, { inputs: inputs() })
    await run()
    write('f.csv', 'id,v\n1,0\n2,0\n3,0\n')
    await run()
    expect(await values()).toEqual(['1 1', '2 2', '3 3'])
    write('dim.csv', 'id,v\n1,10\n2,2\n3,3\n')
    await run()
    expect(await values()).toEqual(['1 10', '2 2', '3 3'])
  })

  test('an append that joins two files, or sums up, is refused by plan and by run, and adds nothing', async () => {
    write('f.csv', 'id,v\n1,0\n')
    write('dim.csv', 'id,v\n1,1\n')
    make({ sql }, { inputs: inputs() })
    const said = (await run()).problem
    expect(said).toMatchObject({ code: 'run.failed', fix: expect.stringContaining('by a pattern, such as raw*.csv') })
    expect(said!.message).toContain('does not answer row by row in raw and dim')
    const faults = await mesh().runs.examine([mesh().state().products.get('flights.p')!.product], mesh().state())
    expect(faults).toEqual([expect.objectContaining({ message: said!.message, file: 'build.yaml', text: 'p' })])
    make({ sql: 'select id, sum(v) as v from raw group by id' })
    expect((await run()).problem).toMatchObject({ code: 'run.failed' })
    expect(await mesh().rows('flights.p')).toEqual([])
  })
})

describe('watermarks', () => {
  test.each([
    ['BIGINT', ['1700000000000000001', '1700000000000000002', '1700000000000000050'], '1700000000000000060'],
    [
      'DECIMAL(38,0)',
      ['99999999999999999999999999999999999997', '99999999999999999999999999999999999998'],
      '99999999999999999999999999999999999999',
    ],
    ['VARCHAR', ['100', '20', '3'], '4'],
    ['DOUBLE', ['-1.5', '1e-300', '0.1'], '1e300'],
    ['DATE', ['0999-12-31', '2001-01-02'], '2024-02-29'],
    ['TIMESTAMP', ['2024-01-01 10:00:00.000001', '2024-01-01 10:00:00.000002'], '2024-01-01 10:00:00.000003'],
    ['TIMESTAMPTZ', ['2024-01-01 10:00:00+05', '2024-01-01 09:30:00+02'], '2024-01-01 08:00:00Z'],
  ])('of type %s are compared as the engine has them', async (type, marks, next) => {
    const text = (of: readonly string[]) => `id,m\n${of.map((mark, i) => `${i},${mark}\n`).join('')}`
    const raw = { ...visible('a.csv'), options: { types: { id: 'INTEGER', m: type } } } as Input
    make({ sql: 'select id, m from raw', watermark: 'm' }, { of: ['id INTEGER', `m ${type}`], inputs: { raw } })
    write('a.csv', text(marks))
    expect((await run()).problem).toBeUndefined()
    for (const more of [marks, [...marks, next], [...marks, next]]) {
      write('a.csv', text(more))
      expect((await run()).problem).toBeUndefined()
      expect(await values()).toHaveLength(more.length)
    }
  })

  test('declared later, a build goes on after what its table has; a mark of an older record is no lower than that', async () => {
    write('a.csv', 'id,v\n1,5\n2,20\n')
    make({ sql: 'from raw' })
    await run()
    make({ sql: 'from raw', watermark: 'v' }, { version: '1.0.1' })
    write('a.csv', 'id,v\n1,5\n2,20\n3,30\n')
    await run()
    expect(await values()).toEqual(['1 5', '2 20', '3 30'])
    const last = mesh().state().tables.get('flights.p')!.majors.get(1)!.snapshots.at(-1)!
    const { marked: _, taken: __, ...older } = (await mesh().runs.get(last.run))!
    await mesh().world.log.put({ ...older, watermarks: { p: '5' } })
    write('a.csv', 'id,v\n1,5\n2,20\n3,30\n4,40\n')
    await run()
    expect(await values()).toEqual(['1 5', '2 20', '3 30', '4 40'])
  })

  test('a file of which only a backfill took a part is not added as a whole once the watermark is gone', async () => {
    write('a.csv', 'id,v\n1,5\n')
    make({ sql: 'from raw', watermark: 'v' })
    await run()
    write('b.csv', 'id,v\n2,1\n3,4\n')
    await run({ from: '0', to: '3' })
    expect(await values()).toEqual(['1 5', '2 1'])
    make({ sql: 'from raw' }, { version: '1.0.1' })
    expect((await run()).problem).toMatchObject({
      code: 'source.unreadable',
      message: expect.stringContaining('b.csv'),
    })
    expect(await values()).toEqual(['1 5', '2 1'])
  })

  test('of a type without an order are refused', async () => {
    write('a.csv', 'id,v\n1,5\n')
    make({ sql: 'select id, [v] as v from raw', watermark: 'v' }, { of: ['id INTEGER', 'v INTEGER[]'] })
    expect((await run()).problem!.message).toBe(
      'The watermark v of p is a INTEGER[], of which none is later than another.',
    )
  })

  test.each([
    ['2024-01-06', '2024-01-02', 'DATE'],
    ['2024-01-02', '2024-01-02', 'DATE'],
    ['2024-01-02 10:00', '2024-1-2 9:59:59', 'TIMESTAMP'],
    ['10', '9', 'INTEGER'],
  ])('nothing lies from %s to %s of %s, and there is no run', async (from, to, type) => {
    make({ sql: 'select v from raw', watermark: 'v' }, { of: [`v ${type}`] })
    await expect(run({ from, to })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  test('what only the engine can order is refused by the run', async () => {
    write('a.csv', 'id,v\n1,5\n')
    make({ sql: 'select cast(v as varchar) as v from raw', watermark: 'v' }, { of: ['v VARCHAR'] })
    expect((await run({ from: 'b', to: 'a' })).problem).toMatchObject({ code: 'request.invalid' })
  })
})

describe('records of an older form', () => {
  async function older(marks: readonly string[]): Promise<void> {
    const last = mesh().state().tables.get('flights.p')!.majors.get(1)!.snapshots.at(-1)!
    const { marked: _, taken: __, ...record } = (await mesh().runs.get(last.run))!
    await mesh().world.log.put({ ...record, consumed: { raw: marks } })
  }

  test('a file of which they know the time is known while that stands', async () => {
    write('a.csv', 'id,v\n1,1\n')
    make({ sql: 'from raw' })
    await run()
    await older([`${drop('a.csv')}@999999`])
    expect((await run()).problem).toMatchObject({
      code: 'source.unreadable',
      message: expect.stringContaining('a.csv'),
    })
    await older([`${drop('a.csv')}@1000000`])
    write('b.csv', 'id,v\n2,2\n')
    expect((await run()).rows).toEqual({ p: 1 })
    expect(await values()).toEqual(['1 1', '2 2'])
  })

  test('a table of whose making nothing is known is not added to', async () => {
    write('a.csv', 'id,v\n1,1\n')
    make({ sql: 'from raw' })
    await run()
    const last = mesh().state().tables.get('flights.p')!.majors.get(1)!.snapshots.at(-1)!
    const { log } = mesh().world
    const known = log.get.bind(log)
    log.get = async id => (id === last.run ? undefined : known(id))
    expect((await run()).problem!.message).toContain('nobody can say which files its rows came from')
  })
})
