import { MeshError } from '../base/index.ts'
import type { Grant, MeshState, Principal } from '../mesh/index.ts'
import { domainOf } from './access-request.ts'
import type { Command } from './command.ts'
import type { Decided, Situation } from './decided.ts'
import { isValid } from './grants.ts'
import { mayDo } from './rights.ts'
import { sponsorOf } from './sponsor.ts'

/** By the domain's product owner, or given back by who holds it. It ends with the next statement of every open session. */
export function revokeAccess(
  { state, actor, effects }: Situation,
  { id, reason }: Command & { kind: 'revoke-access' },
): Decided {
  const grant = state.grants.get(id)
  if (grant === undefined) throw new MeshError('thing.not-found', `There is no access ${id}.`)
  const refusal = mayDo(state, actor, 'revoke-access', domainOf(grant.table))
  if (refusal !== undefined && !isTheirs(state, actor, grant)) throw refusal
  if (!isValid(grant, effects.now)) throw new MeshError('request.conflict', `The access ${id} has ended already.`)
  const event = { kind: 'access.revoked' as const, grant: id, ...(reason === undefined ? {} : { reason }) }
  return { events: [event], result: undefined }
}

function isTheirs(state: MeshState, actor: Principal, grant: Grant): boolean {
  const asked = state.requests.get(grant.request)?.requestedBy
  return actor.onBehalfOf === undefined && [grant.who, asked, sponsorOf(state.settings, grant.who)].includes(actor.id)
}
