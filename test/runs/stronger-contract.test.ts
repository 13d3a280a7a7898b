import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, integer, option, record } from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Column, Expectation, MeshEvent, Output } from '../../src/mesh/index.ts'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

let folder: string
let mesh: SmallMesh
const events: MeshEvent[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runs-'))
  events.splice(0, events.length, domain('flights'))
  mesh = await smallMesh(folder, { start: [domain('flights')], onEvent: event => void events.push(event) })
})
afterEach(async () => {
  await mesh.runs.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Release {
  readonly version: string
  readonly of?: readonly Column[]
  readonly expectations?: readonly Expectation[]
  readonly output?: Partial<Output>
  readonly sql?: string
  readonly types?: Readonly<Record<string, string>>
}

const plain = columns('id BIGINT', 'v INTEGER')
const required = columns('id BIGINT', 'v INTEGER required')
const positive = plain.map(column => (column.name === 'v' ? { ...column, options: { minimum: '0' } } : column))

const files = new Map<string, string>()
beforeEach(() => files.clear())

async function publish({ version, of = plain, expectations = [], output, sql = 'from raw', types }: Release) {
  const sources = await Promise.all([...files].map(([path, text]) => mesh.source(path, text)))
  mesh.publish(
    product('flights.p', {
      version,
      tables: [table('p', of, expectations), table('bad', columns('id BIGINT', 'v INTEGER', 'reason VARCHAR'))],
      inputs: { raw: csv('*.csv', sources, { types: types ?? { id: 'BIGINT', v: 'INTEGER' } }) },
      outputs: { p: { sql, mode: 'append', ...output } },
    }),
  )
}

const shown = async () => (await mesh.rows('flights.p')).map(row => `${String(row['id'])} ${String(row['v'])}`)

async function begin(output: Partial<Output> = {}) {
  files.set('1.csv', 'id,v\n1,\n2,-5\n')
  await publish({ version: '1.0.0', output })
  expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted' })
  files.set('2.csv', 'id,v\n3,7\n')
}

describe('a stronger contract of a table that keeps its rows', () => {
  test('rejects the run for rows that readers have, and says so', async () => {
    await begin()
    await publish({ version: '1.1.0', of: required })
    const run = await mesh.run('flights.p')
    expect(run).toMatchObject({
      state: 'rejected',
      problem: {
        message:
          '1 row published before of p breaks what release 1.1.0 of flights.p promises: p.v.required (1, expected exactly 0 rows). ' +
          'Readers keep what they have, by release 1.0.0. ' +
          'Mend them in the sources and set mode: full for one release of p, or loosen the contract.',
        fix: `See the rows: meshwright run show ${run.id} --rejected`,
      },
    })
    expect(run.checks.filter(check => !check.passed)).toMatchObject([
      { check: 'v.required', failedRows: 1, failedBefore: 1 },
    ])
    expect(await shown()).toEqual(['1 null', '2 -5'])
    expect(mesh.state().tables.get('flights.p')?.majors.get(1)?.snapshots.at(-1)?.release).toBe('1.0.0')
    expect((await mesh.runs.rejected(run.id, { limit: 5 })).rows).toEqual([
      ['published before: v is null', 1n, null],
      [null, 3n, 7],
    ])
    // Nor does the next run let them through, with news or without.
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'rejected' })
    files.set('3.csv', 'id,v\n4,8\n')
    await publish({ version: '1.1.0', of: required })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'rejected' })
  })

  test('is in force once the rows are mended, and then measures only what is new', async () => {
    await begin()
    await publish({ version: '1.1.0', of: required })
    await mesh.run('flights.p')
    files.set('1.csv', 'id,v\n1,4\n2,-5\n')
    await publish({ version: '1.2.0', of: required, output: { mode: 'full' } })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted' })
    await publish({ version: '1.2.1', of: required })
    mesh.statements.length = 0
    await mesh.run('flights.p')
    expect(mesh.statements.filter(sql => sql.includes('"meshwright before"."p"'))).toEqual([])
  })

  test('loosened again, readers get their news', async () => {
    await begin()
    await publish({ version: '1.1.0', of: positive })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'rejected' })
    await publish({ version: '1.2.0' })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted', rows: { p: 1 } })
    expect(await shown()).toEqual(['1 null', '2 -5', '3 7'])
  })

  test('rows of before that keep it are measured once and stay', async () => {
    files.set('1.csv', 'id,v\n1,4\n')
    await publish({ version: '1.0.0' })
    await mesh.run('flights.p')
    await publish({ version: '1.1.0', of: required })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted' })
    mesh.statements.length = 0
    files.set('2.csv', 'id,v\n3,7\n')
    await publish({ version: '1.1.0', of: required })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted', rows: { p: 1 } })
    expect(mesh.statements.some(sql => sql.includes('"meshwright before"."p"'))).toBe(false)
  })

  test('a new column that is required needs a value in rows of before', async () => {
    await begin()
    await publish({
      version: '1.1.0',
      of: [...plain, ...columns('x INTEGER required')],
      sql: 'select *, 1 as x from raw',
    })
    const run = await mesh.run('flights.p')
    expect(run.checks.filter(check => !check.passed)).toMatchObject([{ check: 'x.required', failedBefore: 2 }])
    expect(await shown()).toEqual(['1 null', '2 -5'])
  })

  test('a key that is new finds repetitions in rows of before', async () => {
    files.set('1.csv', 'id,v\n1,1\n1,2\n')
    await publish({ version: '1.0.0' })
    await mesh.run('flights.p')
    await publish({ version: '1.1.0', of: columns('id BIGINT key', 'v INTEGER') })
    const run = await mesh.run('flights.p')
    expect(run).toMatchObject({
      state: 'rejected',
      problem: { message: expect.stringContaining('1 row published before') },
    })
    expect((await mesh.runs.rejected(run.id, { limit: 5 })).rows).toHaveLength(2)
  })

  const rule = (query: string, severity: 'error' | 'warning' = 'error', value = '0'): Expectation => ({
    id: 'rule',
    severity,
    rule: { kind: 'sql', query, comparison: { op: '=', value } },
  })

  test('a rule that lets no row of a batch through lets none of before', async () => {
    await begin()
    await publish({ version: '1.1.0', expectations: [rule('select count(*) from {batch} where v < 0')] })
    const run = await mesh.run('flights.p')
    expect(run.checks.filter(check => !check.passed)).toMatchObject([{ check: 'rule', measured: '1', failedBefore: 1 }])
    expect((await mesh.runs.rejected(run.id, { limit: 1 })).rows).toEqual([['published before: rule', 2n, -5]])
  })

  test('a rule about a batch as such says nothing of rows of before', async () => {
    await begin()
    await publish({ version: '1.1.0', expectations: [rule('select count(*) from {batch}', 'error', '1')] })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted', rows: { p: 1 } })
  })

  test('a warning becomes an error for rows of before too', async () => {
    const query = 'select count(*) from {batch} where v is null'
    files.set('1.csv', 'id,v\n1,\n')
    await publish({ version: '1.0.0', expectations: [rule(query, 'warning')] })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted' })
    files.set('2.csv', 'id,v\n3,7\n')
    await publish({ version: '1.1.0', expectations: [rule(query)] })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'rejected' })
  })

  test('a table whose snapshot does not say what it was checked for is measured whole, once', async () => {
    await begin()
    const last = mesh.state().tables.get('flights.p')!.majors.get(1)!.snapshots[0]!
    const path = `${folder}/lake/${last.to}`
    const text = readFileSync(path, 'utf8')
    const without = text.replace(/"meshwright\.expectations":\s*"[^"]*",?/, '')
    expect(without).not.toBe(text)
    writeFileSync(path, without)
    // Another instance, which has read nothing yet.
    const { log } = mesh.world
    await mesh.runs.close()
    mesh = await smallMesh(folder, { start: events, log })
    await publish({ version: '1.0.0' })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted' })
    expect(mesh.statements.some(sql => sql.includes('view "meshwright before"."p"'))).toBe(true)
    mesh.statements.length = 0
    files.set('3.csv', 'id,v\n4,8\n')
    await publish({ version: '1.0.0' })
    expect(await mesh.run('flights.p')).toMatchObject({ state: 'promoted', rows: { p: 1 } })
    expect(mesh.statements.some(sql => sql.includes('"meshwright before"."p"'))).toBe(false)
  })
})

test('a backfill that mends the rows brings the stronger contract into force', async () => {
  const of = columns('id BIGINT required', 'v INTEGER')
  files.set('1.csv', 'id,v\n1,\n2,5\n')
  await publish({ version: '1.0.0', of, output: { watermark: 'id' } })
  await mesh.run('flights.p')
  files.set('1.csv', 'id,v\n1,3\n2,5\n')
  const stronger = columns('id BIGINT required', 'v INTEGER required')
  await publish({ version: '1.1.0', of: stronger, output: { watermark: 'id' } })
  expect(await mesh.run('flights.p')).toMatchObject({
    state: 'rejected',
    problem: { message: expect.stringContaining('meshwright run flights.p --from VALUE') },
  })
  expect(await mesh.run('flights.p', { from: '1', to: '2' })).toMatchObject({ state: 'promoted' })
  expect(await shown()).toEqual(['1 3', '2 5'])
})

const batches = array(
  array(record({ k: integer({ min: 0, max: 4 }), v: option(integer({ min: -2, max: 3 })) }), { maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 3,
  },
)

test(
  'whatever was published and however it is built: no snapshot breaks its own release',
  { timeout: 120_000 },
  async () => {
    const contracts: readonly (readonly Column[])[] = [plain, required, positive]
    const breaks = (of: readonly Column[], v: unknown) =>
      of === required ? v === null : of === positive && Number(v) < 0
    await assert(
      asyncProperty(
        constantFrom<Output['mode']>('append', 'merge', 'partition', 'full'),
        constantFrom(false, true),
        batches,
        array(constantFrom(0, 1, 2), { minLength: 3, maxLength: 3 }),
        async (mode, rejects, steps, chosen) => {
          const own = mkdtempSync(join(tmpdir(), 'law-'))
          const outer = mesh
          mesh = await smallMesh(own, { start: [domain('flights')] })
          files.clear()
          try {
            const releases = new Map<string, readonly Column[]>()
            for (const [i, batch] of steps.entries()) {
              files.set(
                `${i}.csv`,
                `id,v\n${batch.map(({ k, v }) => `${k + (mode === 'append' ? 10 * i : 0)},${v ?? ''}\n`).join('')}`,
              )
              const of = contracts[chosen[i]!]!
              releases.set(`1.${i}.0`, of)
              const output = { mode, key: ['id'], ...(rejects ? { rejects: 'bad' } : {}) }
              await publish({ version: `1.${i}.0`, of, output })
              const run = await mesh.run('flights.p')
              expect(['promoted', 'rejected']).toContain(run.state)
              const last = mesh.state().tables.get('flights.p')!.majors.get(1)!.snapshots.at(-1)
              if (last === undefined) continue
              const rows = await mesh.rows('flights.p')
              expect(rows.filter(row => breaks(releases.get(last.release)!, row['v']))).toEqual([])
            }
          } finally {
            await mesh.runs.close()
            mesh = outer
            rmSync(own, { recursive: true, force: true })
          }
        },
      ),
      { numRuns: 25 },
    )
  },
)
