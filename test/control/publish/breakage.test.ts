import { describe, expect, it } from 'vitest'
import { consumersOf } from '../../../src/control/index.ts'
import { domain, product, table } from '../nouns.ts'
import { settings } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const lost = (version: string, contractVersion = version) =>
  product('flights.departures', { version, contractVersion, tables: [table('departures', 'id')] })

function withConsumer(columns?: readonly string[]): Trial {
  const t = trial()
  t.publish('tariq', { mesh: settings() })
  t.publish('omar', {
    domains: [domain('flights', { omar: ['product-owner'] })],
    products: [product('flights.departures')],
  })
  t.serve('flights.departures')
  const { result } = t.do('leo', {
    kind: 'request-access',
    for: 'leo',
    table: 'flights.departures',
    purpose: 'planning',
    ...(columns === undefined ? {} : { columns }),
  })
  t.do('omar', { kind: 'answer-access', id: String(result), answer: 'approved' })
  return t
}

it('refuses what breaks somebody, and says whom', () => {
  const no = withConsumer().refused('omar', { products: [lost('2.0.0', '1.1.0')] })
  expect(no.code).toBe('release.breaking')
  expect(no.message).toContain('leo (access for planning until 2027-05-23)')
  expect(no.details.context?.['consumers']).toEqual([
    { who: 'leo', table: 'flights.departures', why: 'access for planning until 2027-05-23' },
  ])
})

it('lets the next major stand beside the one that is used', () => {
  const t = withConsumer()
  const plan = t.publish('omar', { products: [lost('2.0.0')] })
  const stays = 'it stays on v1, which gets no more data once flights.departures 2.0.0 builds v2'
  expect(plan.items[0]).toMatchObject({
    change: 'breaking',
    consumers: [{ who: 'leo', why: `access for planning until 2027-05-23; ${stays}` }],
  })
})

it('counts nobody who cannot see the column that goes', () => {
  expect(withConsumer(['ID']).refused('omar', { products: [lost('2.0.0', '1.1.0')] }).code).toBe('release.version')
  expect(withConsumer(['amount']).refused('omar', { products: [lost('2.0.0', '1.1.0')] }).code).toBe('release.breaking')
})

it('counts nobody whose access has ended', () => {
  const t = withConsumer()
  t.at('2028-01-01')
  expect(t.refused('omar', { products: [lost('2.0.0', '1.1.0')] }).code).toBe('release.version')
  expect(consumersOf(t.state, 'flights.departures', new Date('2028-01-01'))).toEqual([])
})

it('protects builds that follow the newest major, unless they are adapted at once', () => {
  const t = withConsumer()
  const reader = (change = {}) => product('flights.punctuality', { reads: ['flights.departures'], ...change })
  t.publish('omar', { products: [reader()] })
  expect(consumersOf(t.state, 'flights.departures').map(c => c.who)).toEqual(['leo', 'product:flights.punctuality'])
  const no = t.refused('omar', { products: [lost('2.0.0')] })
  expect(no.code).toBe('release.breaking')
  expect(no.message).toContain('declared input of flights.punctuality')
  const adapted = reader({ version: '1.0.1', sql: 'select 2' })
  expect(t.publish('omar', { products: [adapted, lost('2.0.0')] }).items.map(i => i.id)).toEqual([
    'flights.departures',
    'flights.punctuality',
  ])
})

describe('the way out', () => {
  const reader = (change = {}) => product('flights.punctuality', { reads: ['flights.departures'], ...change })
  const pinned = reader({ version: '1.1.0', reads: [{ kind: 'table', table: 'flights.departures', major: 1 }] })

  it('of a change in place is the next major, with each build that follows the newest pinned first', () => {
    const t = withConsumer()
    t.publish('omar', { products: [reader()] })
    expect(t.refused('omar', { products: [lost('2.0.0', '1.1.0')] }).fix).toBe(
      'Keep what they use, or publish the change as version 2.0.0 of the contract and of flights.departures: ' +
        'v1 stays readable, and whoever has access stays on it. Before that, or together with it, ' +
        'write flights.departures: {table: flights.departures, major: 1} in the build.yaml of flights.punctuality and publish it as 1.1.0.',
    )
    t.publish('omar', { products: [pinned] })
    expect(t.publish('omar', { products: [lost('2.0.0')] }).allowed).toBe(true)
  })

  it('of the next major is to pin, before it or together with it', () => {
    for (const isTogether of [true, false]) {
      const t = withConsumer()
      t.publish('omar', { products: [reader()] })
      expect(t.refused('omar', { products: [lost('2.0.0')] }).fix).toMatch(
        /^Before this, or together with it, write .* and publish it as 1\.1\.0\.$/,
      )
      if (!isTogether) t.publish('omar', { products: [pinned] })
      expect(t.publish('omar', { products: [lost('2.0.0'), ...(isTogether ? [pinned] : [])] }).allowed).toBe(true)
    }
  })

  it('leads builds without a build.yaml to the name with its version', () => {
    const t = withConsumer()
    const derived = { ...reader(), build: { ...reader().build, derived: true } }
    t.publish('omar', { products: [derived] })
    expect(t.refused('omar', { products: [lost('2.0.0')] }).fix).toContain(
      'write flights.departures_v1 instead of flights.departures in the SQL of flights.punctuality',
    )
  })

  it('of a table that goes is its contract in the next major', () => {
    const t = withConsumer()
    const other = (version: string) => product('flights.departures', { version, tables: [table('cancelled', 'id')] })
    expect(t.refused('omar', { products: [other('1.1.0')] }).fix).toContain('version 2.0.0 of the contract')
    expect(t.publish('omar', { products: [other('2.0.0')] }).allowed).toBe(true)
    expect([...t.state.tables.get('flights.departures')!.majors.keys()]).toEqual([1])
    const u = withConsumer()
    const without = product('flights.departures', { version: '2.0.0', contractId: 'x', tables: [table('c', 'id')] })
    expect(u.refused('omar', { products: [without] }).fix).toContain('Keep the contract of flights.departures')
  })
})

it('lets two majors stand side by side, each with its own changes', () => {
  const t = withConsumer()
  const both = (version: string, ...contracts: readonly (readonly [string, ...string[]])[]) => {
    const made = product('flights.departures', { version })
    const [port] = made.ports
    const ports = contracts.map(([of, ...columns]) => ({
      ...port!,
      contract: { ...port!.contract, version: of, tables: [table('departures', ...columns)] },
    }))
    return { ...made, ports }
  }
  const second = both('2.0.0', ['2.0.0', 'id'], ['1.0.0', 'id', 'amount'])
  expect(t.publish('omar', { products: [second] }).items[0]).toMatchObject({ change: 'breaking', due: '2.0.0' })
  const third = both('2.1.0', ['2.1.0', 'id', 'x'], ['1.0.0', 'id', 'amount'])
  expect(t.publish('omar', { products: [third] }).items[0]).toMatchObject({ change: 'safe', due: '2.1.0' })
  const broken = both('3.0.0', ['2.1.0', 'id', 'x'], ['1.1.0', 'id'])
  expect(t.refused('omar', { products: [broken] }).message).toContain('leo')
})

it('lets a build that pins its major be', () => {
  const t = withConsumer()
  t.publish('omar', {
    products: [product('flights.punctuality', { reads: [{ kind: 'table', table: 'flights.departures', major: 1 }] })],
  })
  expect(t.publish('omar', { products: [lost('2.0.0')] }).allowed).toBe(true)
})
