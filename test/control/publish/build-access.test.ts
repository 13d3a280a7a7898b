import { describe, expect, it } from 'vitest'
import { planPublication } from '../../../src/control/index.ts'
import { principalOf } from '../../../src/mesh/index.ts'
import { domain, open, policy, product, settings, table } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const reader = product('marketing.reach', { reads: ['flights.departures'] })
const now = new Date('2026-11-24T10:00:00.000Z')

function mesh(): Trial {
  const t = trial()
  t.publish('tariq', { mesh: settings() })
  t.publish('omar', {
    domains: [domain('flights', { omar: ['product-owner'] })],
    products: [product('flights.departures')],
  })
  t.publish('mia', { domains: [domain('marketing', { mia: ['product-owner'], omar: ['data-engineer'] })] })
  return t
}

describe('a build that reads a table of another domain', () => {
  it('is asked for and refused until it is approved; a repeat uses the request again', () => {
    const t = mesh()
    const no = t.refused('mia', { products: [reader] })
    expect(no.code).toBe('access.required')
    const [request] = [...t.state.requests.values()]
    expect(request).toMatchObject({
      who: 'product:marketing.reach',
      requestedBy: 'mia',
      purpose: 'product',
      state: 'requested',
    })
    expect(no.details.context).toMatchObject({ request: request!.id, table: 'flights.departures' })
    expect(no.fix).toContain('omar (product-owner)')
    expect(t.state.products.has('marketing.reach')).toBe(false)

    expect(t.refused('mia', { products: [reader] }).details.context).toMatchObject({ request: request!.id })
    expect(t.state.requests.size).toBe(1)

    t.do('omar', { kind: 'answer-access', id: request!.id, answer: 'approved' })
    expect(t.publish('mia', { products: [reader] }).items[0]).toMatchObject({ action: 'create', requests: [] })
  })

  it('is approved at once where the publisher may approve', () => {
    const t = mesh()
    const plan = t.publish('omar', { products: [reader] })
    expect(plan.items[0]!.requests).toMatchObject([{ table: 'flights.departures', state: 'approved' }])
    expect([...t.state.grants.values()]).toMatchObject([{ who: 'product:marketing.reach', purpose: 'product' }])
  })

  it('is approved at once where a rule approves', () => {
    const t = mesh()
    t.publish('omar', {
      policies: [
        policy('builds', {
          domain: 'flights',
          onRequest: [{ approve: "purpose.id == 'product'", except: [] }],
        }),
      ],
    })
    expect(t.publish('mia', { products: [reader] }).allowed).toBe(true)
    expect([...t.state.requests.values()][0]).toMatchObject({ approvedByRule: 'flights/builds', state: 'approved' })
  })

  it('needs nothing where the table is open', () => {
    const t = mesh()
    t.publish('omar', { policies: [open('flights', "table.name == 'departures'")] })
    expect(t.publish('mia', { products: [reader] }).items[0]!.requests).toEqual([])
    expect(t.state.requests.size).toBe(0)
  })

  it('is not recorded when something else stands against the publication', () => {
    const t = mesh()
    t.refused('mia', { products: [reader, product('flights.stolen')] })
    expect(t.state.requests.size).toBe(0)
  })

  it('is only planned by a plan', () => {
    const t = mesh()
    const publication = { domains: [], policies: [], products: [reader], bundle: 'b' }
    const plan = planPublication(t.state, publication, principalOf(t.state, 'mia'), now)
    expect(plan.allowed).toBe(false)
    expect(plan.items[0]!.requests).toEqual([{ table: 'flights.departures', purpose: 'product', state: 'needed' }])
    expect(plan.refusals[0]!.fix).toContain('Publishing asks for it')
    expect(JSON.stringify(plan)).not.toContain('planned_')
  })

  it('pins the major that was granted', () => {
    const t = mesh()
    t.publish('omar', { products: [reader] })
    t.publish('omar', { products: [product('flights.departures', { version: '2.0.0' })] })
    expect(t.state.tables.get('flights.departures')!.majors.size).toBe(2)
    const again = product('marketing.reach', { version: '1.0.1', sql: 'select 2', reads: ['flights.departures'] })
    expect(t.publish('mia', { products: [again] }).items[0]!.requests).toEqual([])
  })
})

it('publishes a whole mesh in the order of its inputs, whatever the order of its files', () => {
  const t = trial()
  const plan = t.publish('omar', {
    domains: [domain('a', { omar: ['product-owner'] }), domain('b', { omar: ['product-owner'] })],
    products: [product('b.three', { reads: ['a.two'] }), product('a.two', { reads: ['a.one'] }), product('a.one')],
  })
  expect(plan.items.map(i => i.id)).toEqual(['a', 'b', 'a.one', 'a.two', 'b.three'])
  expect(plan.items.at(-1)!.requests).toMatchObject([{ table: 'a.two', state: 'approved' }])
})

it('puts what checks look up first where it can, and asks for access to it', () => {
  const looksUp = (id: string, other: string, reads: readonly string[] = []) => {
    const rule = { kind: 'reference', columns: ['id'], table: other, toColumns: ['id'] } as const
    const expectations = [{ id: 'known', severity: 'error', rule } as const]
    return product(id, { reads, tables: [{ ...table(id.split('.')[1]!, 'id'), expectations }] })
  }
  const t = trial()
  const plan = t.publish('omar', { products: [looksUp('a.one', 'b.two'), product('b.two')] })
  expect(plan.items.map(i => i.id)).toEqual(['a', 'b', 'b.two', 'a.one'])
  expect(plan.items.at(-1)!.requests).toMatchObject([{ table: 'b.two', state: 'approved' }])
  const mutual = t.publish('omar', {
    products: [looksUp('c.one', 'c.two'), looksUp('c.two', 'c.one', ['c.one']), looksUp('c.three', 'c.three')],
  })
  expect(mutual.items.map(i => i.id)).toEqual(['c', 'c.one', 'c.two', 'c.three'])
  expect(mutual.warnings).toContain('A check of c.one looks up c.two, which is not there yet.')
})

it('refuses circles, also through products that are published already', () => {
  const t = trial()
  t.publish('omar', { products: [product('a.one')] })
  t.publish('omar', { products: [product('a.two', { reads: ['a.one'] })] })
  const no = t.refused('omar', { products: [product('a.one', { version: '1.1.0', reads: ['a.two'] })] })
  expect(no.message).toContain('a.one reads a.two reads a.one')
  expect(t.refused('omar', { products: [product('a.self', { reads: ['a.self'] })] }).code).toBe('document.invalid')
})

it('says which table is not there', () => {
  const t = mesh()
  const no = t.refused('mia', { products: [product('marketing.reach', { reads: ['flights.departure'] })] })
  expect(no.code).toBe('sql.table-not-found')
  expect(no.fix).toBe('Did you mean flights.departures?')
})
