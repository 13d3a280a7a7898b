import { describe, expect, it } from 'vitest'
import {
  documentsDigest,
  emptyState,
  evolve,
  fold,
  principalOf,
  stateFromJson,
  stateToJson,
  type Entry,
  type MeshEvent,
  type MeshState,
} from '../../src/mesh/index.ts'
import { domain, policy, product, settings, table } from '../control/nouns.ts'

const folded = (...events: readonly MeshEvent[]): MeshState => {
  const state = events.reduce(after, emptyState)
  expect(
    fold(
      emptyState,
      events.map((event, i) => entry(i + 1, event)),
    ),
  ).toEqual(state)
  return state
}
const after = (state: MeshState, event: MeshEvent): MeshState => evolve(state, entry(state.seq + 1, event))
const entry = (seq: number, event: MeshEvent): Entry => ({
  seq,
  at: `2026-11-24T10:00:${String(seq).padStart(2, '0')}.000Z`,
  actor: 'omar',
  event,
  hash: '',
})

const release = (version: string, ...columns: readonly string[]): MeshEvent => ({
  kind: 'release.activated',
  product: product('flights.departures', { version, tables: [table('Departures', ...columns)] }),
  change: 'first',
  bundle: `bundle ${version}`,
})
const promotion = (to: string, major = 1): MeshEvent => ({
  kind: 'snapshot.promoted',
  product: 'flights.departures',
  release: '1.0.0',
  run: 'run_1',
  tables: [{ table: 'flights.Departures', major, to, snapshot: '9007199254740993', rows: 1, sizeBytes: 2 }],
  lineage: [{ to: 'flights.Departures.id', from: 'file:raw.id', how: 'value' }],
})

describe('a release', () => {
  it('is found under its table’s name in lower case, spelled as the contract does', () => {
    const { tables } = folded(release('1.0.0', 'id'))
    expect([...tables.keys()]).toEqual(['flights.departures'])
    expect(tables.get('flights.departures')).toMatchObject({ id: 'flights.Departures', product: 'flights.departures' })
  })

  it('of the same major keeps what was promoted, with the columns of that time', () => {
    const state = folded(release('1.0.0', 'id'), promotion('a'), release('1.1.0', 'id', 'x'), promotion('b'))
    const version = state.tables.get('flights.departures')!.majors.get(1)!
    expect(version.table.columns.map(c => c.name)).toEqual(['id', 'x'])
    expect(version.snapshots.map(s => [s.to, s.seq, s.columns.length])).toEqual([
      ['a', 2, 1],
      ['b', 4, 2],
    ])
    expect(state.products.get('flights.departures')!.releases.map(r => [r.version, r.bundle, r.by])).toEqual([
      ['1.0.0', 'bundle 1.0.0', 'omar'],
      ['1.1.0', 'bundle 1.1.0', 'omar'],
    ])
  })

  it('of a new major begins without data beside the old one', () => {
    const { majors } = folded(release('1.0.0', 'id'), promotion('a'), release('2.0.0', 'x')).tables.get(
      'flights.departures',
    )!
    expect(majors.get(1)!.snapshots).toHaveLength(1)
    expect(majors.get(2)!.snapshots).toHaveLength(0)
  })
})

it('leaves the state before as it was', () => {
  const before = folded(release('1.0.0', 'id'))
  const text = stateToJson(before)
  after(after(before, promotion('a')), release('2.0.0', 'x'))
  fold(before, [entry(2, promotion('a')), entry(3, promotion('b')), entry(4, release('2.0.0', 'x'))])
  expect(stateToJson(before)).toBe(text)
})

it('counts as a change of rules what can change a decision, and nothing else', () => {
  const governed: readonly MeshEvent[] = [
    { kind: 'mesh.published', mesh: settings(), bundle: 'b' },
    { kind: 'domain.published', domain: domain('flights'), bundle: 'b' },
    { kind: 'policy.published', policy: policy('p'), bundle: 'b' },
    { kind: 'policy.withdrawn', id: 'p' },
    release('1.0.0', 'id'),
  ]
  expect(folded(...governed).policyVersion).toBe(governed.length)
  const state = folded(...governed)
  expect(after(state, promotion('a')).policyVersion).toBe(state.policyVersion)
  expect(after(state, { kind: 'queries.recorded', count: 1, head: '' }).policyVersion).toBe(state.policyVersion)
})

it('is total: an event about what is not there changes nothing but the number', () => {
  const strangers: readonly MeshEvent[] = [
    { kind: 'access.answered', request: 'x', answer: { approver: 'a', by: 'b', answer: 'approved', at: '' } },
    { kind: 'access.withdrawn', request: 'x' },
    { kind: 'access.revoked', grant: 'x' },
    { kind: 'token.revoked', token: 'x' },
    { kind: 'sources.changed', product: 'x.y', inputs: {}, bundle: 'b' },
    promotion('a'),
  ]
  for (const event of strangers) {
    const { seq, at, ...rest } = folded(event)
    const { seq: _seq, at: _at, ...empty } = emptyState
    expect([seq, at]).toEqual([1, '2026-11-24T10:00:01.000Z'])
    expect(rest).toEqual(empty)
  }
})

it('does not count source files as documents', () => {
  const of = (digest: string) =>
    product('a.b', {
      reads: [
        {
          kind: 'file',
          path: '*.csv',
          format: 'csv',
          options: {},
          files: [{ path: 'x', sizeBytes: 1, at: { digest } }],
        },
      ],
    })
  expect(documentsDigest(of('1'))).toBe(documentsDigest(of('2')))
  expect(documentsDigest(of('1'))).not.toBe(documentsDigest(product('a.b')))
})

describe('a state as JSON', () => {
  it('comes back equal, maps within maps and odd keys included', () => {
    const people = { $map: { attributes: { $map: ['x'], $$: 'y', ['__proto__']: 'z' } } }
    const odd: MeshEvent = { kind: 'mesh.published', mesh: settings({ people }), bundle: 'b' }
    const state = folded(odd, release('1.0.0', 'id'), promotion('a'))
    const back = stateFromJson(stateToJson(state))
    expect(back).toEqual(state)
    expect(stateToJson(back)).toBe(stateToJson(state))
  })
})

describe('a principal', () => {
  it('holds no role that a name of every object would give', () => {
    const state = folded({
      kind: 'domain.published',
      domain: domain('__proto__', { mallory: ['product-owner'] }),
      bundle: 'b',
    })
    for (const id of ['__proto__', 'constructor', 'toString']) expect(principalOf(state, id).roles).toEqual({})
    const { roles } = principalOf(state, 'mallory')
    expect(Object.keys(roles)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(roles)).toBe(Object.prototype)
  })
})
