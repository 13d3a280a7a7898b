import { describe, expect, it } from 'vitest'
import { principalOf } from '../../src/mesh/index.ts'
import type { Command } from '../../src/control/index.ts'
import { column, domain, policy, product, settings, table } from './nouns.ts'
import { trial, type Trial } from './trial.ts'

type Ask = Partial<Command & { kind: 'request-access' }>
const ask = (change: Ask = {}): Command => ({
  kind: 'request-access',
  for: 'leo',
  table: 'flights.departures',
  purpose: 'planning',
  ...change,
})
const answer = (id: string, said: 'approved' | 'rejected', reason?: string): Command => ({
  kind: 'answer-access',
  id,
  answer: said,
  ...(reason === undefined ? {} : { reason }),
})

function mesh(): Trial {
  const t = trial()
  t.publish('tariq', {
    mesh: settings({
      teams: { 'privacy-office': { members: ['greta'] }, planners: { members: ['leo', 'nia'] } },
      approve: { default: ['product-owner'], byClass: { personal: ['product-owner', 'team:privacy-office'] } },
      services: { dashboard: { sponsor: 'omar' } },
      agents: { bot: { sponsor: 'leo' } },
    }),
    domains: [
      domain('flights', { omar: ['product-owner'], ana: ['data-engineer'], olga: ['product-owner'] }),
      domain('sales', { raj: ['product-owner'] }),
    ],
    products: [
      product('flights.departures', { tables: [table('departures', 'id', 'delay')] }),
      product('flights.crew', {
        tables: [table('crew', 'id', column('name', { type: 'VARCHAR', class: 'personal' }))],
      }),
    ],
  })
  return t
}

describe('a request', () => {
  it('becomes access when the owner of the table’s domain says yes', () => {
    const t = mesh()
    const id = String(t.do('leo', ask()).result)
    expect(t.state.requests.get(id)).toMatchObject({ state: 'requested', chain: ['product-owner'], days: 180 })
    t.do('omar', answer(id, 'approved'))
    expect(t.state.requests.get(id)!.state).toBe('approved')
    expect([...t.state.grants.values()]).toMatchObject([
      { who: 'leo', table: 'flights.departures', major: 1, purpose: 'planning', until: '2027-05-23T10:00:00.000Z' },
    ])
  })

  it('waits for everybody in its chain', () => {
    const t = mesh()
    const id = String(t.do('leo', ask({ table: 'flights.crew' })).result)
    t.do('omar', answer(id, 'approved'))
    expect(t.state.grants.size).toBe(0)
    expect(t.no('olga', answer(id, 'approved')).fix).toContain('greta (team:privacy-office)')
    t.do('greta', answer(id, 'approved'))
    expect(t.state.grants.size).toBe(1)
  })

  it('without the personal column asks the owner alone', () => {
    const t = mesh()
    const id = String(t.do('leo', ask({ table: 'flights.crew', columns: ['ID'] })).result)
    expect(t.state.requests.get(id)).toMatchObject({ chain: ['product-owner'], columns: ['id'] })
  })

  it('is answered by nobody but who speaks for its chain', () => {
    const t = mesh()
    const id = String(t.do('leo', ask()).result)
    for (const who of ['leo', 'ana', 'raj', 'tariq', 'greta', 'mallory', 'dashboard', 'bot'])
      expect(t.no(who, answer(id, 'approved')).code).toBe('role.required')
    const agent = { ...principalOf(t.state, 'bot'), onBehalfOf: principalOf(t.state, 'omar') }
    expect(t.no(agent, answer(id, 'approved')).code).toBe('role.required')
    expect(t.state.grants.size).toBe(0)
  })

  it('of an owner is answered by another owner', () => {
    const t = mesh()
    const own = String(t.do('omar', ask({ for: 'omar' })).result)
    const team = String(t.do('omar', ask({ for: 'team:flights-team' })).result)
    const service = String(t.do('omar', ask({ for: 'dashboard' })).result)
    for (const id of [own, team, service])
      expect(t.no('omar', answer(id, 'approved')).message).toContain('of their own')
    t.do('olga', answer(own, 'approved'))
    expect(t.no('olga', answer(team, 'approved')).message).toContain('of their own')
  })

  it('needs a reason for a no, and one no ends it', () => {
    const t = mesh()
    const id = String(t.do('leo', ask()).result)
    expect(t.no('omar', answer(id, 'rejected')).code).toBe('request.invalid')
    expect(t.no('omar', answer(id, 'rejected', '  ')).code).toBe('request.invalid')
    t.do('omar', answer(id, 'rejected', 'Use punctuality.'))
    expect(t.state.requests.get(id)!.state).toBe('rejected')
    expect(t.no('omar', answer(id, 'approved')).code).toBe('request.conflict')
  })

  it('is for oneself, one’s team, and what one sponsors', () => {
    const t = mesh()
    for (const who of ['leo', 'team:planners', 'bot']) t.do('leo', ask({ for: who }))
    for (const who of ['nia', 'team:privacy-office', 'team:', 'dashboard', 'product:flights.departures', 'product:x'])
      expect(t.no('leo', ask({ for: who })).code).toBe('role.required')
    expect(t.no('bot', ask({ for: 'bot' })).code).toBe('role.required')
  })

  it('says what does not exist', () => {
    const t = mesh()
    expect(t.no('leo', ask({ purpose: 'planing' }))).toMatchObject({
      code: 'purpose.unknown',
      fix: 'Did you mean planning?',
    })
    for (const purpose of ['upkeep', 'product', '__proto__', 'constructor'])
      expect(t.no('leo', ask({ purpose })).code).toBe('purpose.unknown')
    expect(t.no('leo', ask({ columns: ['dely'] }))).toMatchObject({
      code: 'sql.column-not-found',
      fix: 'Did you mean delay?',
      details: { next: { command: 'meshwright access request flights.departures --columns delay --purpose planning' } },
    })
    const none = t.no('leo', ask({ columns: ['delay', 'nope', 'zz'] }))
    expect(none.message).toBe('flights.departures has no column "nope" and "zz".')
    expect(none.fix).toMatch(/^Its columns are .*delay.*\.$/)
    expect(none.details.next?.command).toContain('--columns delay --purpose planning')
    expect(t.no('leo', ask({ columns: ['nope'] })).details.next?.command).toBe('meshwright show flights.departures')
    expect(t.no('leo', ask({ columns: [] })).code).toBe('request.invalid')
    expect(t.no('leo', ask({ table: 'flights.arrivals' })).code).toBe('thing.not-found')
    expect(t.no('leo', ask({ table: 'departures' })).code).toBe('thing.not-found')
    expect(t.no('leo', ask({ major: 9 })).code).toBe('thing.not-found')
    for (const days of [0, -1, 1.5, Number.NaN, 1e9]) expect(t.no('leo', ask({ days })).code).toBe('request.invalid')
  })

  it('for a hidden table answers like one for no table', () => {
    const t = mesh()
    t.publish('tariq', {
      policies: [
        policy('secret', {
          select: { tables: "table.name == 'crew'" },
          onFind: [{ hide: true, reason: 'x', except: [] }],
        }),
      ],
    })
    const hidden = t.no('leo', ask({ table: 'flights.crew' }))
    const absent = t.no('leo', ask({ table: 'flights.nothing' }))
    expect(hidden.message).toBe(absent.message.replace('nothing', 'crew'))
    expect(hidden.code).toBe(absent.code)
  })

  it('bounds rows by a condition on the table’s own columns, which a person reads first', () => {
    const t = mesh()
    t.publish('omar', {
      policies: [policy('planners', { domain: 'flights', onRequest: [{ approve: 'true', except: [] }] })],
    })
    const id = String(t.do('leo', ask({ rows: 'delay > 15' })).result)
    expect(t.state.requests.get(id)).toMatchObject({ rows: 'delay > 15', state: 'requested', chain: ['product-owner'] })
    for (const rows of ['delay >', 'nothing = 1', '1', 'delay = 1; drop table x', 'exists in sales.x where a = row.id'])
      expect(t.no('leo', ask({ rows })).code).toBe('request.invalid')
  })

  it('bounds rows by no column that the reader would see masked', () => {
    const t = mesh()
    const mask = { mask: 'mask-to-fixed-value', except: [{ team: 'planners' }] } as const
    t.publish('omar', {
      policies: [policy('hide', { domain: 'flights', select: { columns: "column.name == 'delay'" }, onQuery: [mask] })],
    })
    expect(t.do('leo', ask({ rows: 'delay > 15' })).result).toBeDefined()
    expect(t.do('leo', ask({ rows: 'id > 15', for: 'bot' })).result).toBeDefined()
    const refusal = t.no('leo', ask({ rows: 'delay > 15', for: 'bot' }))
    expect([refusal.code, refusal.message]).toEqual(['request.invalid', expect.stringMatching(/delay.*bot.*masked/)])
  })

  it('for a team is asked by its full name, and one that was revoked says so', () => {
    const t = mesh()
    const refusal = t.no('omar', ask({ for: 'flights-team' }))
    expect([refusal.code, refusal.fix]).toEqual(['request.invalid', 'Ask with: --for team:flights-team'])
    const id = String(t.do('leo', ask()).result)
    t.do('omar', answer(id, 'approved'))
    expect(t.no('leo', { kind: 'withdraw-access', id }).message).toBe(`The request ${id} is approved already.`)
    t.do('omar', { kind: 'revoke-access', id: t.state.requests.get(id)!.grant! })
    expect(t.no('leo', { kind: 'withdraw-access', id }).message).toBe(`The request ${id} was granted and revoked.`)
  })

  it('is used again while it is open or its access valid', () => {
    const t = mesh()
    const id = t.do('leo', ask()).result
    expect(t.do('leo', ask({ reason: 'Again.' }))).toEqual({ events: [], result: id })
    t.do('omar', answer(String(id), 'approved'))
    expect(t.do('leo', ask()).result).toBe(id)
    expect(t.do('leo', ask({ columns: ['id'] })).result).not.toBe(id)
    t.at('2028-01-01')
    expect(t.do('leo', ask()).result).not.toBe(id)
  })

  it('is approved at once by a rule', () => {
    const t = mesh()
    t.publish('omar', {
      policies: [
        policy('planners', { domain: 'flights', onRequest: [{ approve: "purpose.id == 'planning'", except: [] }] }),
      ],
    })
    const id = String(t.do('leo', ask()).result)
    expect(t.state.requests.get(id)).toMatchObject({ state: 'approved', approvedByRule: 'flights/planners' })
    // A local rule speaks for its owner only.
    const crew = String(t.do('leo', ask({ table: 'flights.crew' })).result)
    expect(t.state.requests.get(crew)).toMatchObject({ state: 'requested', chain: ['team:privacy-office'] })
  })

  it('is withdrawn by who asked', () => {
    const t = mesh()
    const id = String(t.do('leo', ask()).result)
    expect(t.no('nia', { kind: 'withdraw-access', id }).code).toBe('role.required')
    t.do('leo', { kind: 'withdraw-access', id })
    expect(t.no('omar', answer(id, 'approved')).code).toBe('request.conflict')
  })
})

describe('access', () => {
  function granted(): { readonly t: Trial; readonly id: string } {
    const t = mesh()
    t.do('omar', answer(String(t.do('leo', ask()).result), 'approved'))
    return { t, id: [...t.state.grants.keys()][0]! }
  }

  it.each(['omar', 'olga', 'leo'])('is revoked by %s', who => {
    const { t, id } = granted()
    t.do(who, { kind: 'revoke-access', id, reason: 'Done.' })
    expect(t.state.grants.get(id)!.revoked).toMatchObject({ by: who, reason: 'Done.' })
    expect(t.no(who, { kind: 'revoke-access', id }).code).toBe('request.conflict')
  })

  it.each(['ana', 'raj', 'tariq', 'nia', 'bot'])('is not revoked by %s', who => {
    const { t, id } = granted()
    expect(t.no(who, { kind: 'revoke-access', id }).code).toBe('role.required')
  })

  it('of a service is given back by its sponsor', () => {
    const t = mesh()
    const id = String(t.do('omar', ask({ for: 'dashboard' })).result)
    t.do('olga', answer(id, 'approved'))
    t.do('omar', { kind: 'revoke-access', id: [...t.state.grants.keys()][0]! })
  })
})
