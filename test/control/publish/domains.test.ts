import { describe, expect, it } from 'vitest'
import { principalOf } from '../../../src/mesh/index.ts'
import { domain, policy, product, settings, table } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const flights = domain('flights', { omar: ['product-owner'], ana: ['data-engineer'] })
const departures = product('flights.departures')

function mesh(): Trial {
  const t = trial()
  t.publish('tariq', { mesh: settings() })
  t.publish('omar', { domains: [flights], products: [departures] })
  return t
}

describe('a domain that is not there', () => {
  it('is made by a product alone, and its publisher becomes product owner', () => {
    const t = trial()
    const plan = t.publish('omar', { products: [departures] })
    expect(plan.warnings).toContain('omar becomes product owner of flights, since nobody else is named.')
    expect(principalOf(t.state, 'omar').roles).toEqual({ flights: ['product-owner'] })
    expect(t.publish('omar', { domains: [domain('flights')] }).items[0]!.action).toBe('update') // the team differs
    expect(principalOf(t.state, 'omar').roles).toEqual({ flights: ['product-owner'] })
    expect(t.publish('omar', { domains: [domain('flights')] }).items[0]!.action).toBe('unchanged')
  })

  it('that names others is for one of them or a platform engineer to create', () => {
    const t = trial()
    expect(t.refused('mallory', { domains: [flights] }).code).toBe('role.required')
    expect(t.refused('ana', { domains: [flights] }).code).toBe('role.required')
    expect(t.publish('tariq', { domains: [flights], products: [departures] }).allowed).toBe(true)
    expect(principalOf(t.state, 'tariq').roles).toEqual({ '': ['platform-engineer'] })
  })

  it('cannot have a name that means something to an engine', () => {
    for (const id of ['main', 'Information_Schema', 'mesh', 'a b', '../x', "o'rders", 'f*'])
      expect(trial().refused('omar', { domains: [domain(id)] }).code).toBe('document.invalid')
  })
})

describe('a platform engineer', () => {
  it('publishes the first releases of a domain and from then on none', () => {
    const t = trial()
    t.publish('tariq', { domains: [flights] })
    t.publish('tariq', { products: [departures] })
    expect(t.refused('tariq', { products: [product('flights.more')] }).code).toBe('role.required')
    expect(t.refused('tariq', { domains: [{ ...flights, title: 'Mine' }] }).code).toBe('role.required')
  })
})

describe('a domain that is there', () => {
  it('is published by its product owner only; a data engineer publishes its products', () => {
    const t = mesh()
    const renamed = { ...flights, title: 'Flight operations' }
    expect(t.refused('ana', { domains: [renamed] }).code).toBe('role.required')
    expect(t.publish('ana', { domains: [flights], products: [product('flights.more')] }).allowed).toBe(true)
    expect(t.publish('omar', { domains: [renamed] }).allowed).toBe(true)
  })

  it('is not taken over by a document that names oneself', () => {
    const t = mesh()
    const mine = domain('flights', { mallory: ['product-owner'] })
    const publication = { domains: [mine], products: [product('flights.mine')] }
    const no = t.refused('mallory', publication)
    expect(no.code).toBe('role.required')
    expect(no.details.issues).toHaveLength(2)
    expect(t.state.domains.get('flights')).toEqual(flights)
  })

  it('keeps its product owners where a document names none', () => {
    const t = mesh()
    t.publish('omar', { domains: [domain('flights', { ana: ['data-engineer'] })] })
    expect(principalOf(t.state, 'omar').roles).toEqual({ flights: ['product-owner'] })
  })
})

describe('the team of a domain', () => {
  it('is no way into a team that means something elsewhere', () => {
    const t = trial()
    const teams = { 'privacy-office': { members: ['greta'] } }
    t.publish('tariq', { mesh: settings({ teams, governance: { team: 'federation', quorum: 1, objectDays: 0 } }) })
    t.publish('tariq', {
      policies: [policy('hr-only', { onQuery: [{ mask: 'keyed-hash', except: [{ team: 'hr' }] }] })],
    })
    t.publish('omar', { domains: [flights] })
    for (const team of ['privacy-office', 'federation', 'hr', 'flights-team']) {
      const no = t.refused('mallory', { domains: [{ ...domain('mine', { mallory: ['product-owner'] }), team }] })
      expect(no.message).toContain(`The team ${team} is more than`)
    }
    expect(principalOf(t.state, 'mallory').teams).toEqual([])
    expect(t.publish('greta', { domains: [{ ...domain('privacy'), team: 'privacy-office' }] }).allowed).toBe(true)
  })
})

describe('the parent of a domain', () => {
  it('is for its own product owners or a platform engineer to consent to', () => {
    const t = mesh()
    const crew = domain('crew', { ann: ['product-owner'] })
    const below = { ...crew, parent: 'flights' }
    expect(t.refused('ann', { domains: [below] }).code).toBe('role.required')
    t.publish('ann', { domains: [crew] })
    expect(t.refused('ann', { domains: [below] }).fix).toContain('omar or a platform engineer')
    t.publish('tariq', { domains: [domain('planes', { ann: ['product-owner'], omar: ['product-owner'] })] })
    const planes = t.state.domains.get('planes')!
    t.publish('omar', { domains: [{ ...planes, parent: 'flights' }] })
    expect(t.publish('ann', { domains: [{ ...planes, parent: 'flights', title: 'Fleet' }] }).allowed).toBe(true)
    const both = [
      domain('rail', { ann: ['product-owner'] }),
      { ...domain('trams', { ann: ['product-owner'] }), parent: 'rail' },
    ]
    expect(t.publish('ann', { domains: both }).allowed).toBe(true)
  })
})

describe('the team of a policy', () => {
  it('is that of the domain or one of its publisher’s', () => {
    const t = trial()
    t.publish('tariq', { mesh: settings({ teams: { privacy: { members: ['pia'] }, ops: { members: ['omar'] } } }) })
    t.publish('omar', { domains: [flights], products: [departures] })
    const of = (team: string) => policy('p', { domain: 'flights', team })
    const refusal = t.refused('omar', { policies: [of('privacy')] })
    expect([refusal.code, refusal.fix]).toEqual([
      'role.required',
      'Write team: flights-team, or have a member of privacy or a platform engineer publish it.',
    ])
    for (const team of ['flights-team', 'ops']) expect(t.publish('omar', { policies: [of(team)] }).allowed).toBe(true)
    // Who enacted it for another team can still take it back.
    expect(t.publish('omar', { policies: [{ ...of('privacy'), status: 'withdrawn' }] }).allowed).toBe(true)
  })
})

describe('policies', () => {
  const hash = (domainId?: string) =>
    policy('hash', {
      select: { columns: "column.name == 'amount'" },
      onQuery: [{ mask: 'replace-with-null', except: [] }],
      ...(domainId === undefined ? {} : { domain: domainId }),
    })

  it('of a domain are its product owner’s, global ones the platform engineer’s', () => {
    const t = mesh()
    expect(t.refused('ana', { policies: [hash('flights')] }).code).toBe('role.required')
    expect(t.refused('tariq', { policies: [hash('flights')] }).code).toBe('role.required')
    expect(t.refused('omar', { policies: [hash()] }).code).toBe('role.required')
    t.publish('omar', { policies: [hash('flights')] })
    t.publish('tariq', { policies: [hash()] })
    expect([...t.state.policies.keys()].sort()).toEqual(['/hash', 'flights/hash'])
  })

  it('cannot be removed by an owner whom they bind', () => {
    const t = mesh()
    t.publish('tariq', { policies: [hash()] })
    expect(t.refused('omar', { policies: [{ ...hash(), status: 'withdrawn' }] }).code).toBe('role.required')
    t.publish('omar', { policies: [{ ...hash('flights'), status: 'withdrawn' }] })
    expect([...t.state.policies.keys()]).toEqual(['/hash'])
    t.publish('tariq', { policies: [{ ...hash(), status: 'withdrawn' }] })
    expect(t.state.policies.size).toBe(0)
    expect(t.publish('tariq', { policies: [{ ...hash(), status: 'withdrawn' }] }).items[0]!.action).toBe('unchanged')
  })

  it('that cannot be put in force are not enacted', () => {
    const t = mesh()
    const broken = policy('broken', {
      select: { columns: 'colum.name == 1' },
      onQuery: [{ mask: 'keyed-hash', except: [] }],
    })
    const no = t.refused('tariq', { policies: [broken] })
    expect(no.code).toBe('policy.invalid')
    expect(no.details.issues![0]).toMatchObject({ file: 'broken.policy.yaml' })
  })

  it('stop a release, with the rule and its team; in grace they warn', () => {
    const t = mesh()
    const owned = (change = {}) =>
      policy('owned', {
        onPublish: [{ require: "product.name != 'nameless'", message: 'Name it.', except: [] }],
        domain: 'flights',
        ...change,
      })
    t.publish('omar', { policies: [owned()] })
    const no = t.refused('omar', { products: [product('flights.nameless')] })
    expect(no).toMatchObject({ code: 'policy.denied', details: { rule: 'flights/owned', team: 'flights-team' } })
    t.publish('omar', { policies: [owned({ status: 'grace', from: '2027-01-01' })] })
    const plan = t.publish('omar', { products: [product('flights.nameless')] })
    expect(plan.items[0]!.violations).toMatchObject([{ grace: '2027-01-01' }])
    expect(plan.warnings[0]).toContain('blocks from 2027-01-01 on')
  })
})

describe('names', () => {
  it('of tables are unique in their domain', () => {
    const t = mesh()
    const clash = product('flights.other', { tables: [table('Departures', 'id')] })
    expect(t.refused('omar', { products: [clash] }).code).toBe('table.name-clash')
    const twice = product('flights.other', { tables: [table('x', 'id'), table('X', 'id')] })
    expect(t.refused('omar', { products: [twice] }).code).toBe('table.name-clash')
    const both = [product('flights.a', { tables: [table('t')] }), product('flights.b', { tables: [table('t')] })]
    expect(t.refused('omar', { products: both }).code).toBe('table.name-clash')
  })

  it('that mean something else are refused', () => {
    const t = mesh()
    for (const name of ['orders_v2', '../x', 'f*', "o'rders", 'x'.repeat(300), ''])
      expect(t.refused('omar', { products: [product('flights.x', { tables: [table(name)] })] }).code).toBe(
        'document.invalid',
      )
  })

  it('of contracts stay with their product', () => {
    const t = mesh()
    const stolen = product('flights.other', { contractId: 'flights.departures' })
    expect(t.refused('omar', { products: [stolen] }).message).toContain('belongs to flights.departures')
  })

  it('are there once in a publication', () => {
    const t = mesh()
    const x = product('flights.x')
    expect(t.refused('omar', { products: [x, x] }).message).toContain('is there twice')
  })
})
