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
