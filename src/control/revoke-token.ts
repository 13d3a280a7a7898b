import { MeshError } from '../base/index.ts'
import type { Command } from './command.ts'
import type { Decided, Situation } from './decided.ts'
import { mayDo } from './rights.ts'
import { sponsorOf } from './sponsor.ts'

/** By whom it is for, who made it, its sponsor, or the platform engineer. Revoking twice changes nothing. */
export function revokeToken({ state, actor }: Situation, { id }: Command & { kind: 'revoke-token' }): Decided {
  const token = [...state.tokens.values()].find(t => t.id === id)
  const refusal = mayDo(state, actor, 'revoke-token', '')
  if (token === undefined) throw refusal ?? new MeshError('thing.not-found', `There is no token ${id}.`)
  const isTheirs = [token.who, token.createdBy, sponsorOf(state.settings, token.who)].includes(actor.id)
  if (refusal !== undefined && !(isTheirs && actor.onBehalfOf === undefined)) throw refusal
  return { events: token.revoked === undefined ? [{ kind: 'token.revoked', token: id }] : [], result: undefined }
}
