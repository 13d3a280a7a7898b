import { digestOf, MeshError } from '../base/index.ts'
import { principalOf, type TokenRecord } from '../mesh/index.ts'
import type { Command } from './command.ts'
import { daysAfter, requireDays } from './days.ts'
import type { Decided, Situation } from './decided.ts'
import { requirePrincipalId } from './principal-id.ts'
import { requirePurpose } from './purpose.ts'
import { mayDo } from './rights.ts'
import { sponsorOf } from './sponsor.ts'

/** For oneself, for services and agents that one sponsors, and, where nobody signs people in, for others by the platform engineer. */
export function createToken(situation: Situation, command: Command & { kind: 'create-token' }): Decided {
  const { state, actor, effects } = situation
  const { for: who, boundTo } = command
  requirePrincipalId(who)
  requireMayCreate(situation, who)
  if (boundTo !== undefined && command.purpose !== undefined && command.purpose !== boundTo)
    throw new MeshError('purpose.mismatch', `Your own token is bound to the purpose ${boundTo}.`, {
      fix: 'Leave the purpose out, or sign in with a token that is not bound.',
    })
  const purpose = command.purpose ?? boundTo
  if (purpose !== undefined) requirePurpose(state.settings, purpose, ['upkeep'])
  const ends = endOf(command, effects.now)
  const secret = effects.newSecret('mw')
  const kind = principalOf(state, who).kind
  const token: TokenRecord = {
    id: effects.newId('tok'),
    digest: digestOf(secret),
    who,
    ...(kind === 'product' ? {} : { as: kind }),
    ...(purpose === undefined ? {} : { purpose }),
    createdBy: actor.id,
    at: effects.now.toISOString(),
    ...(ends === undefined ? {} : { until: ends }),
  }
  const { id, until } = token
  const result = { token: secret, id, ...(until === undefined ? {} : { until }) }
  return { events: [{ kind: 'token.created', token }], result }
}

/** As asked, and no later than the token that makes it: else one that ends would make one that does not. */
function endOf({ days, boundUntil }: Command & { kind: 'create-token' }, now: Date): string | undefined {
  const asked = days === undefined ? undefined : daysAfter(now, requireDays(days))
  if (asked === undefined || boundUntil === undefined) return asked ?? boundUntil
  return Date.parse(asked) < Date.parse(boundUntil) ? asked : boundUntil
}

function requireMayCreate({ state, actor, effects }: Situation, who: string): void {
  if (actor.onBehalfOf !== undefined || actor.kind === 'agent' || actor.kind === 'product')
    throw new MeshError('role.required', 'An agent makes no tokens.', { fix: 'Ask its sponsor.' })
  if (who === actor.id) return
  const sponsor = sponsorOf(state.settings, who)
  if (sponsor !== undefined) {
    if (sponsor === actor.id && actor.kind === 'person') return
    throw new MeshError('role.required', `A token for ${who} is its sponsor's to make.`, { fix: `Ask ${sponsor}.` })
  }
  if (effects.identityProvider)
    throw new MeshError('role.required', `${who} signs in with the identity provider; nobody makes a token for others.`)
  const refusal = mayDo(state, actor, 'create-token-for-person', '')
  if (refusal !== undefined) throw refusal
}
