import { describe, expect, test } from 'vitest'
import type { Principal } from '../../src/mesh/index.ts'
import { callerOf, requirePerson } from '../../src/protocols/http/sign-in.ts'

const somebody = (id: string, kind: Principal['kind']): Principal => ({
  id,
  kind,
  teams: [],
  roles: {},
  attributes: {},
})
const known: Readonly<Record<string, { principal: Principal; purpose?: string; until?: string }>> = {
  kai: { principal: somebody('kai', 'person') },
  'kai-care': { principal: somebody('kai', 'person'), purpose: 'customer-care' },
  'kai-today': { principal: somebody('kai', 'person'), until: '2026-11-24T23:00:00.000Z' },
  'bot-now': { principal: somebody('bot', 'agent'), until: '2026-11-24T11:00:00.000Z' },
  bot: { principal: somebody('bot', 'agent') },
  'bot-rebooking': { principal: somebody('bot', 'agent'), purpose: 'rebooking' },
  dash: { principal: somebody('dash', 'service') },
}
const authenticate = (token: string) => (Object.hasOwn(known, token) ? known[token] : undefined)
const caller = (token: string, more: object = {}) =>
  callerOf(authenticate, { authorization: `Bearer ${token}`, ...more })

describe('who calls', () => {
  test('a token signs in, and the purpose that it is bound to goes with it', () => {
    expect(caller('kai-care')).toMatchObject({ principal: { id: 'kai' }, tokenPurpose: 'customer-care' })
    expect(caller('kai', { purpose: 'planning' })).toMatchObject({ headerPurpose: 'planning' })
  })

  test('what is made with a token knows when it ends, and for two of them the first end', () => {
    expect(caller('kai-today').tokenUntil).toBe('2026-11-24T23:00:00.000Z')
    expect(caller('bot', { onBehalfOf: 'kai-today' }).tokenUntil).toBe('2026-11-24T23:00:00.000Z')
    expect(caller('bot-now', { onBehalfOf: 'kai-today' }).tokenUntil).toBe('2026-11-24T11:00:00.000Z')
    expect(caller('bot', { onBehalfOf: 'kai' })).not.toHaveProperty('tokenUntil')
  })

  test.each([
    [undefined, 'auth.required'],
    ['', 'auth.invalid'],
    ['Bearer', 'auth.invalid'],
    ['Bearer nobody', 'auth.invalid'],
    ['Bearer kai kai', 'auth.invalid'],
    ['Basic a2Fp', 'auth.invalid'],
    ['Bearer __proto__', 'auth.invalid'],
    [`Bearer ${'x'.repeat(600)}`, 'auth.invalid'],
  ])('%j is refused with %s', (authorization, code) => {
    expect(() => callerOf(authenticate, { authorization })).toThrow(expect.objectContaining({ code }))
  })
})

describe('agents', () => {
  test('act for the person whose token they bring', () => {
    expect(caller('bot', { onBehalfOf: 'kai' }).principal).toMatchObject({ id: 'bot', onBehalfOf: { id: 'kai' } })
  })

  test.each([
    ['bot', 'nobody', 'auth.invalid'],
    ['bot', 'bot', 'auth.invalid'],
    ['bot', 'dash', 'auth.invalid'],
    ['kai', 'kai', 'auth.invalid'],
    ['dash', 'kai', 'auth.invalid'],
    ['bot-rebooking', 'kai-care', 'purpose.mismatch'],
  ])('%s for %s is refused with %s', (token, onBehalfOf, code) => {
    expect(() => caller(token, { onBehalfOf })).toThrow(expect.objectContaining({ code }))
  })

  test('a bound token of either binds both', () => {
    expect(caller('bot', { onBehalfOf: 'kai-care' }).tokenPurpose).toBe('customer-care')
    expect(caller('bot-rebooking', { onBehalfOf: 'kai' }).tokenPurpose).toBe('rebooking')
  })

  test('alone may do nothing that needs a person', () => {
    expect(() => requirePerson(caller('bot'))).toThrow(expect.objectContaining({ code: 'auth.required' }))
    requirePerson(caller('bot', { onBehalfOf: 'kai' }))
    requirePerson(caller('dash'))
  })
})
