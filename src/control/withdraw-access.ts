import { MeshError } from '../base/index.ts'
import { requireOpen } from './access-request.ts'
import type { Command } from './command.ts'
import type { Decided, Situation } from './decided.ts'
import { sponsorOf } from './sponsor.ts'

/** By whoever asked, whom it is for, or the sponsor. */
export function withdrawAccess({ state, actor }: Situation, { id }: Command & { kind: 'withdraw-access' }): Decided {
  const request = requireOpen(state, id)
  const isTheirs = [request.requestedBy, request.who, sponsorOf(state.settings, request.who)].includes(actor.id)
  if (!isTheirs || actor.onBehalfOf !== undefined)
    throw new MeshError('role.required', `The request ${id} is for ${request.requestedBy} to withdraw.`)
  return { events: [{ kind: 'access.withdrawn', request: id }], result: undefined }
}
