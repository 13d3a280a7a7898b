import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqliteRunLog } from '../../src/adapters/sqlite/index.ts'
import { principalOf } from '../../src/mesh/index.ts'
import { handlers, type Caller, type Rooms } from '../../src/operations/index.ts'
import { run } from '../conformance/run-log.ts'
import { domain, product, table } from '../control/nouns.ts'
import { trial } from '../control/trial.ts'

test('the runs of others never crowd out those that somebody may look at', async () => {
  const t = trial()
  t.publish('omar', {
    domains: [domain('flights', { omar: ['product-owner'] })],
    products: [product('flights.departures', { tables: [table('departures', 'id')] })],
  })
  t.publish('sam', {
    domains: [domain('shop', { sam: ['product-owner'] })],
    products: [product('shop.orders', { tables: [table('orders', 'id')] })],
  })
  const log = sqliteRunLog(join(mkdtempSync(join(tmpdir(), 'meshwright-runs-')), 'runs.db'))
  await log.put(run('run_own', { product: 'flights.departures', at: '2026-01-01', state: 'promoted' }))
  for (let i = 0; i < 40; i++) {
    const at = `2026-02-01T00:00:${String(i).padStart(2, '0')}`
    await log.put(run(`run_${i}`, { product: 'shop.orders', at, state: 'promoted' }))
  }
  const rooms = {
    control: { state: () => t.state },
    runs: { list: (filter: Parameters<typeof log.list>[0]) => log.list(filter) },
  } as unknown as Rooms
  const listed = async (who: string, limit: number) => {
    const caller: Caller = { principal: principalOf(t.state, who), door: 'http' }
    return (await handlers.runs(rooms, { limit }, caller)).runs.map(({ id }) => id)
  }
  expect(await listed('omar', 20)).toEqual(['run_own'])
  expect(await listed('sam', 2)).toEqual(['run_39', 'run_38'])
  expect(await listed('nina', 500)).toEqual([])
  expect((await listed('tariq', 500)).length).toBe(41)
  log.close()
})
