import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EngineError } from '../../src/query/index.ts'
import type { RunRecord } from '../../src/runs/index.ts'
import { openRuns } from '../../src/runs/index.ts'
import { columns, csv, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()
const by = 'ana@example.com'
const endless = 'select count(*) as a from range(100000000000) x, range(1000000) y'

const publish = (id: string, sql: string, version = '1.0.0') => {
  const name = id.split('.')[1]!
  mesh().publish(product(id, { version, tables: [table(name, columns('a BIGINT'))], outputs: { [name]: { sql } } }))
}

test('one run of a product at a time; another product goes on beside it', async () => {
  publish('flights.slow', endless)
  publish('flights.quick', 'select 1::bigint as a')
  const slow = await mesh().runs.start({ product: 'flights.slow', by })
  await expect(mesh().runs.start({ product: 'flights.slow', by })).rejects.toMatchObject({
    code: 'run.busy',
    message: expect.stringContaining(slow.id),
  })
  expect(await mesh().run('flights.quick')).toMatchObject({ state: 'promoted' })
  await mesh().runs.cancel(slow.id, by)
  const ended = await mesh().runs.wait(slow.id)
  expect(ended).toMatchObject({
    state: 'cancelled',
    problem: { code: 'run.cancelled', message: expect.stringContaining(by) },
  })
  expect(await mesh().rows('flights.slow')).toEqual([])
  expect(readdirSync(mesh().world.staging)).toEqual([])
  publish('flights.slow', 'select 1::bigint as a', '1.0.1')
  expect(await mesh().run('flights.slow')).toMatchObject({ state: 'promoted' })
})

test('a run that waits in the queue can be cancelled before it begins', async () => {
  for (const id of ['flights.x', 'flights.y', 'flights.z']) publish(id, endless)
  const runs = []
  for (const id of ['flights.x', 'flights.y', 'flights.z']) runs.push(await mesh().runs.start({ product: id, by }))
  await mesh().runs.cancel(runs[2]!.id, by)
  for (const run of runs.slice(0, 2)) await mesh().runs.cancel(run.id, by)
  expect(await mesh().runs.wait(runs[2]!.id)).toMatchObject({ state: 'cancelled', steps: [] })
  expect(await mesh().runs.wait(runs[0]!.id)).toMatchObject({ state: 'cancelled' })
})

test('whoever watches sees every change to the end', async () => {
  publish('flights.p', 'select 1::bigint as a')
  const { id } = await mesh().runs.start({ product: 'flights.p', by })
  const seen: RunRecord[] = []
  for await (const record of mesh().runs.watch(id)) seen.push(record)
  expect(seen.at(-1)).toMatchObject({ state: 'promoted', finishedAt: expect.any(String) })
  expect(new Set(seen.map(record => record.state))).toEqual(new Set(['queued', 'running', 'checking', 'promoted']))
  const after: RunRecord[] = []
  for await (const record of mesh().runs.watch(id)) after.push(record)
  expect(after).toEqual([seen.at(-1)])
})

test('a lost race is built again on what is there now', async () => {
  publish('flights.p', 'select 1::bigint as a')
  await mesh().run('flights.p')
  publish('flights.p', 'select 2::bigint as a', '1.0.1')
  let races = 0
  mesh().beforePromote = () => {
    if (races++ > 0) return
    const last = mesh().state().tables.get('flights.p')!.majors.get(1)!.snapshots.at(-1)!
    const promotion = {
      table: 'flights.p',
      major: 1,
      from: last.to,
      to: last.to.replace('.metadata', '-x.metadata'),
      snapshot: last.snapshot,
      rows: 1,
      sizeBytes: 1,
    }
    const file = `${mesh().folder}/lake/`
    writeFileSync(file + promotion.to, readFileSync(file + last.to))
    mesh().apply({
      kind: 'snapshot.promoted',
      product: 'flights.p',
      release: '1.0.1',
      run: 'other',
      tables: [promotion],
      lineage: [],
    })
  }
  const run = await mesh().run('flights.p')
  expect(run).toMatchObject({ state: 'promoted' })
  expect(races).toBe(2)
  expect(await mesh().rows('flights.p')).toEqual([{ a: 2n }])
})

test('a release that comes while a run builds is what gets promoted', async () => {
  publish('flights.p', 'select 1::bigint as a')
  const { id } = await mesh().runs.start({ product: 'flights.p', by })
  publish('flights.p', 'select 2::bigint as a', '1.1.0')
  expect(await mesh().runs.wait(id)).toMatchObject({ state: 'promoted', release: '1.1.0' })
  expect(await mesh().rows('flights.p')).toEqual([{ a: 2n }])
})

test('the ledger says no: nothing of the run is left in the lake', async () => {
  publish('flights.p', 'select 1::bigint as a')
  mesh().beforePromote = () => {
    mesh().apply({
      kind: 'release.activated',
      product: { ...mesh().state().products.get('flights.p')!.product, version: '9.0.0' },
      change: 'safe',
      bundle: '',
    })
  }
  const files = async () => (await mesh().world.lakeFiles.list('flights')).map(file => file.path)
  await mesh().run('flights.p')
  mesh().beforePromote = () => {
    throw new TypeError('the ledger is gone')
  }
  expect(await mesh().run('flights.p')).toMatchObject({ state: 'failed' })
  await mesh().world.log.put({ ...(await mesh().runs.list({ limit: 1 }))[0]!, state: 'running' })
  await mesh().runs.recover()
  const referenced = mesh().state().tables.get('flights.p')!.majors.get(1)!.snapshots.length
  expect((await files()).filter(path => path.endsWith('.parquet'))).toHaveLength(referenced)
})

test('an answer that was lost after the ledger took the event counts as promoted', async () => {
  publish('flights.p', 'select 1::bigint as a')
  const { control } = mesh().world
  const forgetful = {
    ...mesh().world,
    control: {
      ...control,
      execute: async (...call: Parameters<typeof control.execute>) => {
        await control.execute(...call)
        throw new Error('connection lost')
      },
    },
  }
  const runs = openRuns(forgetful)
  const { id } = await runs.start({ product: 'flights.p', by })
  expect(await runs.wait(id)).toMatchObject({ state: 'promoted', snapshots: { p: expect.any(String) } })
  expect(await mesh().rows('flights.p')).toEqual([{ a: 1n }])
})

test('recovery ends what a dead server left, by what the ledger says', async () => {
  publish('flights.p', 'select 1::bigint as a')
  const done = await mesh().run('flights.p')
  await mesh().world.log.put({ ...done, state: 'checking', snapshots: {} })
  const dead: RunRecord = {
    ...done,
    id: 'run_dead',
    state: 'running',
    steps: [{ name: 'read', state: 'running', startedAt: done.at }],
  }
  await mesh().world.log.put(dead)
  mkdirSync(`${mesh().world.staging}/run_dead`, { recursive: true })
  writeFileSync(`${mesh().world.staging}/run_dead/torn.parquet`, 'PAR1')
  writeFileSync(`${mesh().folder}/lake/flights/p/v1/data/run_dead-p-0.parquet`, 'PAR1')
  await new Promise(resolve => setTimeout(resolve, 5))
  await mesh().runs.recover()
  expect(await mesh().runs.get(done.id)).toMatchObject({ state: 'promoted', snapshots: done.snapshots })
  expect(await mesh().runs.get('run_dead')).toMatchObject({
    state: 'failed',
    problem: { code: 'run.failed' },
    steps: [{ state: 'failed' }],
  })
  expect(existsSync(`${mesh().world.staging}/run_dead`)).toBe(false)
  expect(existsSync(`${mesh().folder}/lake/flights/p/v1/data/run_dead-p-0.parquet`)).toBe(false)
  expect(await mesh().rows('flights.p')).toEqual([{ a: 1n }])
})

test('what was kept for its owners outlives a start', async () => {
  const file = await mesh().source('x.csv', 'a\n1\n1\n')
  mesh().publish(
    product('flights.p', {
      tables: [table('p', columns('a BIGINT key'))],
      inputs: { raw: csv('x.csv', [file]) },
      outputs: { p: { sql: 'from raw' } },
    }),
  )
  const run = await mesh().run('flights.p')
  expect(run.state).toBe('rejected')
  await mesh().runs.recover()
  expect((await mesh().runs.rejected(run.id, { limit: 1 })).rows).toEqual([['a is there more than once', 1n]])
  await expect(mesh().runs.rejected(run.id, { table: 'q', limit: 1 })).rejects.toMatchObject({
    code: 'thing.not-found',
  })
})

test('a closed room starts nothing and has stopped what ran', async () => {
  publish('flights.slow', endless)
  const { id } = await mesh().runs.start({ product: 'flights.slow', by })
  await mesh().runs.close()
  expect(await mesh().runs.get(id)).toMatchObject({ state: 'cancelled' })
  await expect(mesh().runs.start({ product: 'flights.slow', by })).rejects.toMatchObject({ code: 'busy.draining' })
})

test('orders that make no sense are refused at once', async () => {
  publish('flights.p', 'select 1::bigint as a')
  await expect(mesh().runs.start({ product: 'flights.none', by })).rejects.toMatchObject({ code: 'thing.not-found' })
  await expect(mesh().runs.start({ product: 'flights.p', by, sample: 0 })).rejects.toMatchObject({
    code: 'request.invalid',
  })
})

test.each([
  ['disk', 'storage.full'],
  ['memory', 'limit.memory'],
  ['time', 'limit.time'],
  ['crashed', 'engine.crashed'],
] as const)('when the engine ends for %s, readers keep what they have and nothing is left', async (kind, code) => {
  publish('flights.p', 'select 1::bigint as a')
  await mesh().run('flights.p')
  const { workshop } = mesh().world
  const failing = openRuns({
    ...mesh().world,
    workshop: {
      async open(request) {
        const session = await workshop.open(request)
        return {
          ...session,
          async execute(sql) {
            if (!sql.startsWith('copy')) return session.execute(sql)
            writeFileSync(`${request.write}/torn.parquet`, 'PAR1')
            throw new EngineError(kind, 'IO Error: Could not write file: No space left on device')
          },
        }
      },
    },
  })
  const { id } = await failing.start({ product: 'flights.p', by })
  expect(await failing.wait(id)).toMatchObject({ state: 'failed', problem: { code } })
  expect(readdirSync(mesh().world.staging)).toEqual([])
  expect(await mesh().rows('flights.p')).toEqual([{ a: 1n }])
})

test('a stored file that lost a byte fails the run, by the name of its table', async () => {
  const make = (version: string) =>
    mesh().publish(
      product('flights.p', {
        version,
        tables: [table('p', columns('a BIGINT key'))],
        inputs: { p: { kind: 'table', table: 'flights.p' } },
        outputs: { p: { sql: 'select count(*) + 1 as a from p', mode: 'append', watermark: 'a' } },
      }),
    )
  make('1.0.0')
  expect((await mesh().run('flights.p')).problem).toBeUndefined()
  const [file] = (await mesh().world.lakeFiles.list('flights')).filter(each => each.path.endsWith('.parquet'))
  const path = `${mesh().folder}/lake/${file!.path}`
  chmodSync(path, 0o644)
  truncateSync(path, file!.sizeBytes - 1)
  const run = await mesh().run('flights.p')
  expect(run).toMatchObject({ state: 'failed', problem: { code: 'storage.damaged' } })
  expect(run.problem!.message).toContain('flights.p')
  expect(run.problem!.message).not.toContain(mesh().folder)
})

test('a run that is over cannot be cancelled, and says so', async () => {
  publish('flights.p', 'select 1::bigint as a')
  const run = await mesh().run('flights.p')
  await expect(mesh().runs.cancel(run.id, by)).rejects.toMatchObject({
    code: 'request.conflict',
    message: `Run ${run.id} of flights.p is over: it was promoted at ${run.finishedAt}, and there is nothing to cancel.`,
  })
})

test('the fix of a run names its product', async () => {
  publish('flights.p', endless)
  const { id } = await mesh().runs.start({ product: 'flights.p', by })
  await mesh().runs.cancel(id, by)
  expect((await mesh().runs.wait(id)).problem).toMatchObject({
    code: 'run.cancelled',
    fix: 'Start it again: meshwright run flights.p',
  })
})
