import { expect, it } from 'vitest'
import { planPublication, type Publication } from '../../../src/control/index.ts'
import { principalOf } from '../../../src/mesh/index.ts'
import { domain, policy, product, settings } from '../nouns.ts'
import { trial } from '../trial.ts'

/** `hr` is hidden from everybody outside; eve keeps a shop of her own. */
function mesh() {
  const t = trial()
  t.publish('tariq', { mesh: settings() })
  t.publish('hana', { domains: [domain('hr', { hana: ['product-owner'] })], products: [product('hr.salaries')] })
  t.publish('eve', { domains: [domain('shop', { eve: ['product-owner'] })], products: [product('shop.orders')] })
  t.publish('tariq', {
    policies: [policy('hidden', { select: { domains: "domain.id == 'hr'" }, onFind: [{ hide: true, except: [] }] })],
  })
  return t
}

/** Everything that a plan says to eve. */
const told = (change: Partial<Publication>): string => {
  const { state } = mesh()
  const publication = { domains: [], policies: [], products: [], bundle: 'b', ...change }
  const plan = planPublication(state, publication, principalOf(state, 'eve'), new Date('2026-11-24T10:00:00.000Z'))
  return JSON.stringify({ ...plan, refusals: plan.refusals.map(r => [r.code, r.message, r.fix, r.details]) })
}

const peek = (id: string, change: object) =>
  policy(id, { onQuery: [{ filter: 'exists in hr.salaries where nope = 1', except: [] }], ...change })

it('a rule that somebody may not publish says nothing of the tables that it names', () => {
  for (const rule of [peek('global', {}), peek('local', { domain: 'hr' }), peek('own', { domain: 'shop' })]) {
    const text = told({ policies: [rule] })
    expect(text).toMatch(/role\.required|policy\.invalid/)
    expect(text).not.toMatch(/amount|has no column/)
  }
})

it('a product that somebody may not publish is not compared with the one that is there', () => {
  const text = told({ products: [product('hr.salaries', { tables: [] })] })
  expect(text).toMatch('role.required')
  expect(text).not.toMatch(/amount|breaking/)
  const other = told({ products: [product('hr.nothing', { tables: [] })] })
  expect(other.replaceAll('hr.nothing', 'hr.salaries')).toBe(text)
})

it('documents of others, planned along, make nothing known', () => {
  const reads = product('shop.more', { reads: ['hr.salaris'] })
  const before = told({ products: [reads] })
  expect(before).toMatch('shop.more reads hr.salaris, which does not exist.')
  expect(before).not.toMatch('salaries')
  const finds = policy('found', { onFind: [{ hide: false, except: [] }] })
  const tagged = domain('hr', { eve: ['product-owner'] })
  expect(told({ policies: [finds], products: [reads] })).not.toMatch('salaries')
  expect(told({ domains: [tagged], policies: [finds], products: [reads] })).not.toMatch('salaries')
  const clash = product('shop.orders', { version: '2.0.0', contractId: 'hr.salaries' })
  expect(told({ products: [clash] })).toMatch('The contract hr.salaries belongs to another product.')
})

it('checks name hidden tables like those that are not there, and ask for access to the others', () => {
  const looking = product('shop.more')
  const says = (table: string) => told({ products: [looking], lookedUp: new Map([['shop.more', [table]]]) })
  expect(says('hr.salaries').replaceAll('hr.salaries', 'hr.nonono')).toBe(says('hr.nonono'))
  const t = mesh()
  t.publish('ann', { domains: [domain('crew', { ann: ['product-owner'] })], products: [product('crew.people')] })
  const lookedUp = new Map([['shop.more', ['crew.people', 'shop.orders', 'shop.more']]])
  const refusal = t.refused('eve', { products: [looking], lookedUp })
  expect([refusal.code, refusal.details.context?.['table']]).toEqual(['access.required', 'crew.people'])
  expect(t.state.requests.get(String(refusal.details.context?.['request']))?.who).toBe('product:shop.more')
})
