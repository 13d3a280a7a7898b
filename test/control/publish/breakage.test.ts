import { expect, it } from 'vitest'
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

it('lets a build that pins its major be', () => {
  const t = withConsumer()
  t.publish('omar', {
    products: [product('flights.punctuality', { reads: [{ kind: 'table', table: 'flights.departures', major: 1 }] })],
  })
  expect(t.publish('omar', { products: [lost('2.0.0')] }).allowed).toBe(true)
})
