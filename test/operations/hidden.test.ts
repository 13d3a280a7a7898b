import { describe, expect, it } from 'vitest'
import { principalOf, type MeshState } from '../../src/mesh/index.ts'
import { handlers, type Caller, type Rooms } from '../../src/operations/index.ts'
import { receiptFor } from '../../src/query/receipt.ts'
import { domain, open, policy, product, settings, table } from '../control/nouns.ts'
import { trial, type Trial } from '../control/trial.ts'

/**
 * `hr.payroll` is hidden as a whole, `shop.orders` has a table that is; both are joined to what everybody sees. Every
 * operation is asked by somebody from elsewhere, and nothing of what is hidden may be told, not even that it is there.
 */
function mesh(): Trial {
  const t = trial()
  t.publish('tariq', {
    mesh: settings({
      agents: { bot: { sponsor: 'eve' } },
      identifiers: { person: { is: 'hr.secret.person_id', person: true } },
    }),
  })
  t.publish('sam', {
    domains: [domain('shop', { sam: ['product-owner'] })],
    products: [product('shop.orders', { tables: [table('orders', 'id'), table('secretive', 'id', 'margin')] })],
    policies: [open('shop', "table.name == 'orders'")],
  })
  t.publish('hana', {
    domains: [domain('hr', { hana: ['product-owner'] })],
    products: [product('hr.payroll', { tables: [table('secret', 'id', 'salary')], reads: ['shop.orders'] })],
  })
  t.publish('sam', {
    products: [product('shop.more', { reads: ['shop.secretive'] })],
  })
  t.publish('tariq', {
    policies: [
      policy('hidden', { select: { tables: "table.name.startsWith('secret')" }, onFind: [{ hide: true, except: [] }] }),
    ],
  })
  return t
}

const roomsOf = (t: Trial): Rooms =>
  ({
    control: {
      state: (): MeshState => t.state,
      execute: (command: never, actor: never) =>
        Promise.resolve().then(() => ({ entries: [], ...t.do(actor, command) })),
    },
    runs: { list: () => Promise.resolve([]) },
    clock: () => new Date('2026-11-24T10:00:00.000Z'),
    url: () => 'http://mesh',
    version: '1',
    ledger: { stateAt: () => t.state, read: () => [] },
  }) as unknown as Rooms

const as = (t: Trial, who: string): Caller => ({ principal: principalOf(t.state, who), door: 'http' })
const answer = async (of: () => unknown): Promise<string> => {
  try {
    return JSON.stringify(await of())
  } catch (thrown) {
    const { code, message, fix, details } = thrown as { code: string; message: string; fix: string; details: unknown }
    return JSON.stringify({ code, message, fix, details })
  }
}

describe('what is hidden', () => {
  it('is not counted', async () => {
    const t = mesh()
    const counted = async (who: string) => {
      const { counts, domains } = await handlers.mesh(roomsOf(t), {}, as(t, who))
      return [counts.products, counts.tables, ...domains.map(d => `${d.id} ${d.products}`)]
    }
    expect(await counted('eve')).toEqual([2, 2, 'shop 2', 'hr 0'])
    expect(await counted('hana')).toEqual([3, 3, 'shop 2', 'hr 1'])
    expect(await counted('sam')).toEqual([2, 3, 'shop 2', 'hr 0'])
  })

  it('is in no answer to somebody from elsewhere', async () => {
    const t = mesh()
    const rooms = roomsOf(t)
    const eve = as(t, 'eve')
    const all = await Promise.all([
      ...['', 'secret', 'salary', 'margin', 'payroll'].map(q =>
        answer(() => handlers.find(rooms, { q, limit: 50 }, eve)),
      ),
      answer(() => handlers.mesh(rooms, {}, eve)),
      ...['shop', 'hr'].map(id => answer(() => handlers.domain(rooms, { id }, eve))),
      ...['shop.orders', 'shop.more'].map(id => answer(() => handlers.product(rooms, { id }, eve))),
      answer(() => handlers.table(rooms, { id: 'shop.orders' }, eve)),
      answer(() => handlers.lineage(rooms, { id: 'shop.orders', depth: 5 }, eve)),
      answer(() => handlers.policies(rooms, {}, eve)),
      answer(() => handlers.accessRequests(rooms, { state: 'all' }, eve)),
    ])
    for (const text of all) expect(text).not.toMatch(/secret|salary|margin|payroll/)
    expect(await answer(() => handlers.product(rooms, { id: 'shop.orders' }, as(t, 'sam')))).toMatch('secretive')
  })

  it('answers by its name like what is not there', async () => {
    const t = mesh()
    const rooms = roomsOf(t)
    const eve = as(t, 'eve')
    const asked = (id: string) =>
      Promise.all([
        answer(() => handlers.table(rooms, { id }, eve)),
        answer(() => handlers.product(rooms, { id }, eve)),
        answer(() => handlers.lineage(rooms, { id, depth: 5 }, eve)),
        answer(() => handlers.why(rooms, { of: id }, eve)),
        answer(() => handlers.connect(rooms, { id }, eve)),
        answer(() => handlers.requestAccess(rooms, { table: id, purpose: 'planning' }, eve)),
      ])
    const there = await asked('hr.secret')
    expect(there.join('\n').replaceAll('hr.secret', 'hr.decret').replaceAll('hr secret', 'hr decret')).toBe(
      (await asked('hr.decret')).join('\n'),
    )
  })
})

it('a platform engineer runs what a rule hides from them; others cannot tell that it is there', async () => {
  const t = mesh()
  const started: string[] = []
  const rooms = {
    ...roomsOf(t),
    runs: {
      list: () => Promise.resolve([]),
      start: ({ product }: { product: string }) => {
        started.push(product)
        return Promise.resolve({ id: 'run_1', product, steps: [], checks: [], rows: {}, kept: {}, snapshots: {} })
      },
    },
  } as unknown as Rooms
  const run = (who: string, product: string) => answer(() => handlers.startRun(rooms, { product }, as(t, who)))
  expect(await answer(() => handlers.product(rooms, { id: 'hr.payroll' }, as(t, 'tariq')))).toMatch('thing.not-found')
  expect(await run('tariq', 'hr.payroll')).toMatch('run_1')
  expect(await answer(() => handlers.runs(rooms, { product: 'hr.payroll', limit: 1 }, as(t, 'tariq')))).toMatch(
    '"runs"',
  )
  expect((await run('eve', 'hr.payroll')).replaceAll('payroll', 'payrott')).toBe(await run('eve', 'hr.payrott'))
  expect(started).toEqual(['hr.payroll'])
})

describe('a request for access', () => {
  it('is not there for whom it does not concern, whatever they do with it', async () => {
    const t = mesh()
    const rooms = roomsOf(t)
    const id = String(
      t.do('lea', { kind: 'request-access', for: 'lea', table: 'shop.orders', purpose: 'planning' }).result,
    )
    const eve = as(t, 'eve')
    const tries = (of: string) =>
      Promise.all([
        answer(() => handlers.accessRequest(rooms, { id: of }, eve)),
        answer(() => handlers.answerAccess(rooms, { id: of, answer: 'approve' }, eve)),
        answer(() => handlers.answerAccess(rooms, { id: of, answer: 'reject', reason: 'x' }, eve)),
        answer(() => handlers.answerAccess(rooms, { id: of, answer: 'withdraw' }, eve)),
        answer(() => handlers.revokeAccess(rooms, { id: of }, eve)),
      ])
    const mine = await tries(id)
    for (const text of mine) expect(text).toBe(mine[0])
    expect(mine[0]).toMatch('thing.not-found')
    expect(mine[0].replaceAll(id, 'req_none')).toBe((await tries('req_none'))[0])
    expect(await answer(() => handlers.answerAccess(rooms, { id, answer: 'approve' }, as(t, 'sam')))).toMatch(
      '"approved"',
    )
  })
})

describe('who could see a hidden table', () => {
  it('is told to auditors and to the owner of the table, with the rows that they see', async () => {
    const t = mesh()
    t.publish('sam', {
      policies: [
        policy('mine', {
          domain: 'shop',
          select: { tables: "table.name == 'secretive'" },
          onQuery: [{ filter: 'id > 7', except: [] }],
        }),
      ],
    })
    const rooms = roomsOf(t)
    const asked = (who: string, of: string) => answer(() => handlers.auditWho(rooms, { of, on: 'today' }, as(t, who)))
    for (const who of ['tariq', 'sam']) {
      const text = await asked(who, 'shop.secretive.margin')
      expect(JSON.parse(text)).toMatchObject({
        who: [
          {
            who: 'sam',
            purpose: 'upkeep',
            seen: 'as it is',
            rows: ['rows where "id" > 7 by shop/mine'],
          },
        ],
      })
    }
    const refused = await asked('eve', 'shop.secretive')
    expect(refused).toMatch('role.required')
    for (const of of ['hr.secret', 'hr.nonono', 'shop.secretive']) expect(await asked('eve', of)).toBe(refused)
    for (const of of ['hr.secret', 'hr.nonono']) expect(await asked('sam', of)).toBe(refused)
    expect(await asked('tariq', 'hr.nonono')).toMatch('thing.not-found')
  })
})

it('a receipt shows owners of one of its tables nothing of the hidden ones', () => {
  const t = mesh()
  const kept = {
    id: 'r',
    at: '2026-11-24T10:00:00.000Z',
    who: 'hana',
    sql: 'select salary from hr.secret join shop.orders using (id)',
    tables: [
      { table: 'shop.orders', release: '1.0.0', snapshot: '1' },
      { table: 'hr.secret', release: '1.0.0', snapshot: '2' },
    ],
    rules: [{ rule: 'upkeep', team: 'hr-team', effect: 'grant', table: 'hr.secret' }],
    columns: [{ name: 'salary', type: 'BIGINT' }],
    limitations: [],
  } as unknown as Parameters<typeof receiptFor>[0]
  const shown = (who: string) => JSON.stringify(receiptFor(kept, principalOf(t.state, who), t.state))
  expect(shown('sam')).toMatch('shop.orders')
  expect(shown('sam')).not.toMatch(/secret|salary|hr-team/)
  for (const who of ['hana', 'tariq']) expect(shown(who)).toMatch(/hr\.secret.*salary|salary.*hr\.secret/)
})
