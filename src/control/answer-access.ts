import { MeshError } from '../base/index.ts'
import type { AccessAnswer, AccessRequest, MeshEvent } from '../mesh/index.ts'
import { domainOf, requireOpen } from './access-request.ts'
import { approversNamed, isOwn, openLinks, speaksFor } from './approvers.ts'
import type { Command } from './command.ts'
import type { Decided, Effects, Situation } from './decided.ts'
import { granted } from './grants.ts'

/** Answers every link of the chain that the actor speaks for; the last yes grants, the first no ends it. */
export function answerAccess(
  { state, actor, effects }: Situation,
  command: Command & { kind: 'answer-access' },
): Decided {
  const request = requireOpen(state, command.id)
  const domain = domainOf(request.table)
  const links = openLinks(request)
  const mine = links.filter(link => speaksFor(actor, link, domain))
  const waitsFor = approversNamed(state, links, domain)
  if (isOwn(actor, request))
    throw new MeshError('role.required', 'Nobody answers a request of their own.', { fix: `It waits for ${waitsFor}.` })
  if (mine.length === 0)
    throw new MeshError('role.required', `The request ${request.id} is not yours to answer.`, {
      fix: `It waits for ${waitsFor}.`,
    })
  const reason = command.reason?.trim()
  if (command.answer === 'rejected' && (reason === undefined || reason === ''))
    throw new MeshError('request.invalid', 'A no needs a reason.', {
      fix: `Say why: meshwright access reject ${request.id} --reason TEXT`,
    })
  return { events: answered(request, mine, { ...command, by: actor.id }, effects), result: request.id }
}

/** The answers of somebody who speaks for `links`, and the grant where none is left open. */
export function answered(
  request: AccessRequest,
  links: readonly string[],
  said: { readonly by: string; readonly answer: AccessAnswer['answer']; readonly reason?: string },
  effects: Effects,
): readonly MeshEvent[] {
  const events = links.map((approver): MeshEvent => ({
    kind: 'access.answered',
    request: request.id,
    answer: {
      approver,
      by: said.by,
      answer: said.answer,
      ...(said.reason === undefined ? {} : { reason: said.reason }),
      at: effects.now.toISOString(),
    },
  }))
  const isLast = openLinks(request).every(link => links.includes(link))
  return said.answer === 'approved' && isLast ? [...events, granted(request, effects)] : events
}
