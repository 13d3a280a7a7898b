import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memoryLedger } from '../../src/adapters/files/index.ts'
import { sqliteLedger } from '../../src/adapters/sqlite/index.ts'
import { MeshError } from '../../src/base/index.ts'
import { authenticate, openControl, stateAt, type Control, type Ledger } from '../../src/control/index.ts'
import { emptyState, evolve, principalOf, stateToJson } from '../../src/mesh/index.ts'
import { temporaryFolder } from '../adapters/temporary-folder.ts'
import { product } from './nouns.ts'

const system = { id: 'system', kind: 'person', teams: [], roles: {}, attributes: {} } as const
const as = (control: Control, who: string) => principalOf(control.state(), who)
const token = (who: string) => ({ kind: 'create-token', for: who }) as const
const publication = (...ids: readonly string[]) =>
  ({
    kind: 'publish',
    publication: { domains: [], policies: [], products: ids.map(id => product(id)), bundle: 'b' },
  }) as const

async function founded(ledger: Ledger, options = {}): Promise<Control> {
  const control = await openControl({ ledger, ...options })
  await control.execute({ kind: 'found', platformEngineer: 'tariq' }, system)
  return control
}

/** Counts how often a ledger is appended to. */
function counting(ledger: Ledger): { readonly ledger: Ledger; appends: number } {
  const counted = {
    appends: 0,
    ledger: {
      ...ledger,
      append: (...args: Parameters<Ledger['append']>) => {
        counted.appends++
        return ledger.append(...args)
      },
    },
  }
  return counted
}

describe('commands', () => {
  it('answer with their own entries, and readers see the new state at once', async () => {
    const control = await founded(memoryLedger())
    const { entries, result } = await control.execute(token('leo'), as(control, 'leo'))
    expect(entries.map(e => [e.seq, e.actor, e.event.kind])).toEqual([[2, 'leo', 'token.created']])
    expect(authenticate(control.state(), (result as { token: string }).token, new Date())?.principal).toBe('leo')
  })

  it('that come at once are decided one after the other and written together', async () => {
    const counted = counting(memoryLedger())
    const control = await founded(counted.ledger)
    const before = counted.appends
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) => control.execute(token(`p${i}`), as(control, `p${i}`))),
    )
    expect(counted.appends - before).toBeLessThanOrEqual(2)
    expect(all.map(o => o.entries[0]!.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2))
  })

  it('see what the one before them did', async () => {
    const control = await founded(memoryLedger())
    const actor = as(control, 'leo')
    const [first, second] = await Promise.allSettled([
      control.execute(publication('flights.departures'), actor),
      control.execute(publication('flights.departures'), as(control, 'mallory')),
    ])
    expect(first.status).toBe('fulfilled')
    expect(second.status === 'fulfilled' && second.value.entries).toEqual([]) // unchanged: nothing to allow
    expect(
      control
        .state()
        .domains.get('flights')!
        .members.map(m => m.person),
    ).toEqual(['leo'])
  })

  it('that are refused leave the others of their group alone', async () => {
    const control = await founded(memoryLedger())
    const [no, yes] = await Promise.allSettled([
      control.execute(token('omar'), as(control, 'leo')),
      control.execute(token('leo'), as(control, 'leo')),
    ])
    expect(no).toMatchObject({ status: 'rejected', reason: { code: 'role.required' } })
    expect(yes.status).toBe('fulfilled')
  })

  it('are all refused when the ledger cannot be written, and go on when it can', async () => {
    const ledger = memoryLedger()
    let isFull = false
    const control = await founded({
      ...ledger,
      append: async (...args) => {
        if (isFull) throw new MeshError('storage.full', 'Full.')
        return ledger.append(...args)
      },
    })
    isFull = true
    const before = control.state()
    await expect(control.execute(token('leo'), as(control, 'leo'))).rejects.toMatchObject({ code: 'storage.full' })
    expect(control.state()).toBe(before)
    isFull = false
    expect((await control.execute(token('leo'), as(control, 'leo'))).entries).toHaveLength(1)
  })

  it('of an agent name both in the ledger', async () => {
    const control = await founded(memoryLedger())
    const agent = { ...as(control, 'bot'), onBehalfOf: as(control, 'kai') }
    const head = 'a'.repeat(64)
    const { entries } = await control.execute({ kind: 'record-queries', count: 1, head }, agent)
    expect(entries[0]!.actor).toBe('bot for kai')
  })
})

it('lets every acknowledged command of two processes stand exactly once', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const first = await founded(sqliteLedger(path))
  const second = await openControl({ ledger: sqliteLedger(path) })
  const each = 40
  const done = await Promise.all(
    [first, second].flatMap((control, which) =>
      Array.from({ length: each }, async (_, i) => {
        for (let turn = 0; turn < i % 7; turn++) await new Promise(resolve => setImmediate(resolve))
        return control.execute(token(`p${which}-${i}`), as(control, `p${which}-${i}`))
      }),
    ),
  )
  const seqs = done.flatMap(o => o.entries.map(e => e.seq))
  expect(new Set(seqs).size).toBe(2 * each)
  const ledger = sqliteLedger(path)
  const holders = [...ledger.read(1)].map(e => e.event.kind === 'token.created' && e.event.token.who)
  expect(new Set(holders).size).toBe(2 * each)
  expect(await ledger.verify()).toEqual([])
})

it('starts from its snapshot and gives the same state as the whole ledger', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const first = await founded(sqliteLedger(path), { snapshotEvery: 3 })
  await first.execute(publication('flights.departures'), as(first, 'omar'))
  for (const who of ['a', 'b', 'c']) await first.execute(token(who), as(first, who))
  await first.close()
  await expect(first.execute(token('d'), as(first, 'd'))).rejects.toMatchObject({ code: 'busy.draining' })

  const ledger = sqliteLedger(path)
  expect((await ledger.loadSnapshot())?.seq).toBe(first.state().seq)
  let reads = 0
  const second = await openControl({ ledger: { ...ledger, read: after => ((reads = after), ledger.read(after)) } })
  expect(reads).toBe(first.state().seq)
  expect(second.state()).toEqual(first.state())
  expect(stateToJson([...ledger.read(0)].reduce(evolve, emptyState))).toBe(stateToJson(second.state()))
})

it('tells listeners of each change, whatever one of them throws', async () => {
  const troubles: unknown[] = []
  const control = await founded(memoryLedger(), { onTrouble: (thrown: unknown) => troubles.push(thrown) })
  const seen: number[] = []
  control.onChange(() => {
    throw new Error('mine')
  })
  const end = control.onChange(state => seen.push(state.seq))
  await control.execute(token('leo'), as(control, 'leo'))
  end()
  await control.execute(token('leo'), as(control, 'leo'))
  expect(seen).toEqual([2])
  expect(troubles).toHaveLength(2)
})

it('goes by the order of entries when the clock is set back, and revives nothing', async () => {
  let now = '2026-11-24T10:00:00.000Z'
  const ledger = memoryLedger()
  const control = await founded(ledger, { clock: () => new Date(now) })
  now = '2026-11-24T09:00:00.000Z'
  const { entries, result } = await control.execute({ kind: 'create-token', for: 'leo', days: 1 }, as(control, 'leo'))
  expect(entries[0]!.at).toBe('2026-11-24T10:00:00.000Z')
  expect((result as { until: string }).until).toBe('2026-11-25T10:00:00.000Z')
  expect(stateAt(ledger, new Date('2026-11-24T10:00:00.000Z')).seq).toBe(2)
  expect(stateAt(ledger, new Date('2026-11-24T09:59:59.000Z')).seq).toBe(0)
})

it('promotes only what was built for the active release, and only where nothing moved', async () => {
  const control = await founded(memoryLedger())
  await control.execute(publication('flights.departures'), as(control, 'omar'))
  const promote = (who: string, from?: string, release = '1.0.0') =>
    control.execute(
      {
        kind: 'promote',
        product: 'flights.departures',
        release,
        run: 'run_1',
        tables: [
          {
            table: 'flights.departures',
            major: 1,
            to: `${from ?? ''}+`,
            snapshot: '1',
            rows: 1,
            sizeBytes: 1,
            ...(from === undefined ? {} : { from }),
          },
        ],
        lineage: [],
      },
      as(control, who),
    )
  await expect(promote('leo')).rejects.toMatchObject({ code: 'role.required' })
  await expect(promote('omar', undefined, '0.9.0')).rejects.toMatchObject({ code: 'request.conflict' })
  await promote('omar')
  await expect(promote('omar')).rejects.toMatchObject({ code: 'request.conflict' })
  await promote('product:flights.departures', '+')
  await expect(promote('product:flights.others', '++')).rejects.toMatchObject({ code: 'role.required' })
  expect(
    control
      .state()
      .tables.get('flights.departures')!
      .majors.get(1)!
      .snapshots.map(s => s.to),
  ).toEqual(['+', '++'])
})
