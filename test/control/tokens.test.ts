import { describe, expect, it } from 'vitest'
import { authenticate, type Command } from '../../src/control/index.ts'
import { principalOf } from '../../src/mesh/index.ts'
import { domain, settings } from './nouns.ts'
import { trial, type Trial } from './trial.ts'

const now = new Date('2026-11-24T10:00:00.000Z')
const create = (who: string, change: Partial<Command & { kind: 'create-token' }> = {}): Command => ({
  kind: 'create-token',
  for: who,
  ...change,
})
const agents = { bot: { sponsor: 'leo' } }

function mesh(options = {}): Trial {
  const t = trial(options)
  t.publish('tariq', {
    mesh: settings({ services: { dashboard: { sponsor: 'omar' } }, agents }),
    domains: [domain('flights', { omar: ['product-owner'] })],
  })
  return t
}
const made = (t: Trial, who: string, command: Command) =>
  t.do(who, command).result as { token: string; id: string; until?: string }

describe('a token', () => {
  it('stands for who it was made for, until it ends', () => {
    const t = mesh()
    const { token, id, until } = made(t, 'leo', create('leo', { purpose: 'planning', days: 2 }))
    expect(until).toBe('2026-11-26T10:00:00.000Z')
    expect(authenticate(t.state, token, now)).toEqual({ principal: 'leo', purpose: 'planning', until, tokenId: id })
    expect(authenticate(t.state, token, new Date('2026-11-26T10:00:00.000Z'))).toBeUndefined()
    expect(authenticate(t.state, `${token}x`, now)).toBeUndefined()
  })

  it('ends no later than the one that made it, for whomever it is', () => {
    const t = mesh()
    const boundUntil = '2026-11-26T10:00:00.000Z'
    const ends = (who: string, command: Command) => made(t, who, command).until
    expect(ends('leo', create('leo', { boundUntil }))).toBe(boundUntil)
    expect(ends('leo', create('leo', { boundUntil, days: 3650 }))).toBe(boundUntil)
    expect(ends('leo', create('bot', { boundUntil }))).toBe(boundUntil)
    expect(ends('tariq', create('leo', { boundUntil, days: 30 }))).toBe(boundUntil)
    expect(ends('dashboard', create('dashboard', { boundUntil }))).toBe(boundUntil)
    expect(ends('leo', create('leo', { boundUntil, days: 1 }))).toBe('2026-11-25T10:00:00.000Z')
    expect(ends('leo', create('leo'))).toBeUndefined()
  })

  it('is never in an event, only its digest', () => {
    const t = mesh()
    const { events, result } = t.do('leo', create('leo'))
    expect(JSON.stringify(events)).not.toContain((result as { token: string }).token)
  })

  it('is for oneself, what one sponsors, and for others by the platform engineer', () => {
    const t = mesh()
    for (const [who, whom] of [
      ['leo', 'leo'],
      ['leo', 'bot'],
      ['omar', 'dashboard'],
      ['tariq', 'leo'],
      ['dashboard', 'dashboard'],
    ] as const)
      t.do(who, create(whom))
    for (const [who, whom] of [
      ['leo', 'omar'],
      ['omar', 'leo'],
      ['leo', 'dashboard'],
      ['tariq', 'dashboard'],
      ['bot', 'bot'],
      ['dashboard', 'bot'],
    ] as const)
      expect(t.no(who, create(whom)).code).toBe('role.required')
    expect([...t.state.tokens.values()].find(token => token.createdBy === 'tariq')).toMatchObject({ who: 'leo' })
    const agent = { ...principalOf(t.state, 'bot'), onBehalfOf: principalOf(t.state, 'leo') }
    for (const whom of ['bot', 'leo']) expect(t.no(agent, create(whom)).code).toBe('role.required')
  })

  it('for somebody else is nobody’s where an identity provider signs people in', () => {
    const t = mesh({ identityProvider: true })
    expect(t.no('tariq', create('leo')).code).toBe('role.required')
    t.do('omar', create('dashboard'))
  })

  it('gives no more than the one that made it', () => {
    const t = mesh()
    expect(t.no('leo', create('leo', { boundTo: 'planning', purpose: 'marketing' })).code).toBe('purpose.mismatch')
    const { token } = made(t, 'leo', create('leo', { boundTo: 'planning' }))
    expect(authenticate(t.state, token, now)?.purpose).toBe('planning')
  })

  it('names somebody who can be, and a purpose that is', () => {
    const t = mesh()
    for (const who of ['', ' ', 'a\nb', 'a\u001b[31m', 'x'.repeat(129), 'team:x', 'product:a.b', 'a\u2028b'])
      expect(t.no('tariq', create(who)).code).toBe('request.invalid')
    expect(t.no('leo', create('leo', { purpose: 'nothing' })).code).toBe('purpose.unknown')
    expect(t.no('leo', create('leo', { days: 0 })).code).toBe('request.invalid')
  })

  it('of a service that the mesh no longer knows does not become a person’s', () => {
    const t = mesh()
    const { token } = made(t, 'leo', create('bot'))
    expect(authenticate(t.state, token, now)?.principal).toBe('bot')
    t.publish('tariq', { mesh: settings({ agents: {} }) })
    expect(authenticate(t.state, token, now)).toBeUndefined()
  })

  it.each(['leo', 'tariq'])('is revoked by %s', who => {
    const t = mesh()
    const { token, id } = made(t, 'leo', create('bot'))
    expect(t.no('omar', { kind: 'revoke-token', id }).code).toBe('role.required')
    t.do(who, { kind: 'revoke-token', id })
    expect(authenticate(t.state, token, now)).toBeUndefined()
    expect(t.do(who, { kind: 'revoke-token', id }).events).toEqual([])
  })
})

it('is founded once', () => {
  expect(trial().no('mallory', { kind: 'found', platformEngineer: 'mallory' }).code).toBe('request.conflict')
})
