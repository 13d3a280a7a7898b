import { expect, it } from 'vitest'
import { consumersOf, stoppedInputs } from '../../../src/control/index.ts'
import { domain, product, table } from '../nouns.ts'
import { trial } from '../trial.ts'

const made = (version: string) => product('flights.a', { version, tables: [table('a', 'id')] })
const pinned = (major: number) =>
  product('flights.b', { version: `1.${major}.0`, reads: [{ kind: 'table', table: 'flights.a', major }] })

it('tells a build that reads a major for which no newer data comes, until it reads the next one', () => {
  const t = trial()
  const flights = domain('flights', { omar: ['product-owner'] })
  expect(t.publish('omar', { domains: [flights], products: [made('1.0.0'), pinned(1)] }).warnings).toEqual([])
  t.publish('omar', { products: [made('2.0.0')] })
  const message = 'flights.b reads v1 of flights.a, for which no newer data comes: its build makes v2 now.'
  expect(t.publish('omar', { products: [pinned(1)] }).warnings).toEqual([message])
  const of = () => stoppedInputs(t.state, t.state.products.get('flights.b')!.product, new Date())
  expect(of().map(stopped => stopped.message)).toEqual([message])
  expect(t.publish('omar', { products: [pinned(2)] }).warnings).toEqual([])
  expect(of()).toEqual([])
})

it('counts no product among the consumers of its own tables', () => {
  const t = trial()
  const own = product('flights.a', { tables: [table('a', 'id'), table('c', 'id')], reads: ['flights.a'] })
  t.publish('omar', { domains: [domain('flights', { omar: ['product-owner'] })], products: [own, pinned(1)] })
  expect(consumersOf(t.state, 'flights.a').map(({ who }) => who)).toEqual(['product:flights.b'])
})
