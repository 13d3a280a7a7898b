import type { AccessRequestShape } from '../api/index.ts'
import { MeshError } from '../base/index.ts'
import { approversNamed, isOwn, openLinks, speaksFor } from '../control/index.ts'
import { holds, resolvePrincipal, type AccessRequest, type MeshState, type Principal } from '../mesh/index.ts'
import type { Handlers } from './handler.ts'
import { notFound, tableNamed } from './lookup.ts'

export const accessHandlers: Pick<
  Handlers,
  'requestAccess' | 'accessRequests' | 'accessRequest' | 'answerAccess' | 'revokeAccess'
> = {
  async requestAccess({ control }, input, { principal }) {
    const state = control.state()
    const { table, major } = tableNamed(state, principal, input.table)
    const outcome = await control.execute(
      {
        kind: 'request-access',
        for: input.for === undefined ? principal.id : resolvePrincipal(state, input.for),
        table: table.id,
        ...(major === undefined ? {} : { major }),
        ...(input.columns === undefined ? {} : { columns: input.columns }),
        ...(input.rows === undefined ? {} : { rows: input.rows }),
        purpose: input.purpose,
        ...(input.days === undefined ? {} : { days: input.days }),
        ...(input.reason === undefined ? {} : { reason: input.reason }),
      },
      principal,
    )
    const request = requestOf(control.state(), String(outcome.result), principal)
    return { ...shown(control.state(), request, principal), ...(outcome.entries.length === 0 ? { stood: true } : {}) }
  },

  accessRequests({ control }, { state: wanted }, { principal }) {
    const state = control.state()
    const requests = [...state.requests.values()]
      .filter(request => maySee(state, principal, request))
      .filter(request => isIn(state, request, wanted))
      .sort((a, b) => (a.at < b.at ? 1 : -1))
    return { requests: requests.map(request => shown(state, request, principal)) }
  },

  accessRequest({ control }, { id }, { principal }) {
    const state = control.state()
    return shown(state, requestOf(state, id, principal), principal)
  },

  async answerAccess({ control }, { id, answer, reason }, { principal }) {
    requestOf(control.state(), id, principal)
    if (answer === 'withdraw') await control.execute({ kind: 'withdraw-access', id }, principal)
    else {
      const said = answer === 'approve' ? ('approved' as const) : ('rejected' as const)
      await control.execute(
        { kind: 'answer-access', id, answer: said, ...(reason === undefined ? {} : { reason }) },
        principal,
      )
    }
    return shown(control.state(), requestOf(control.state(), id, principal), principal)
  },

  async revokeAccess({ control }, { id, reason }, { principal }) {
    const request = requestOf(control.state(), id, principal)
    if (request.grant === undefined)
      throw new MeshError('thing.not-found', `Request ${id} was not granted, so there is nothing to revoke.`)
    await control.execute(
      { kind: 'revoke-access', id: request.grant, ...(reason === undefined ? {} : { reason }) },
      principal,
    )
    return shown(control.state(), requestOf(control.state(), request.id, principal), principal)
  },
}

/** By the request's id or by the id of the grant that it became; to who may not see it, it is not there. */
function requestOf(state: MeshState, id: string, asker: Principal): AccessRequest {
  const request = state.requests.get(id) ?? state.requests.get(state.grants.get(id)?.request ?? '')
  if (request === undefined || !maySee(state, asker, request)) throw notFound('request', id, [])
  return request
}

function maySee(state: MeshState, asker: Principal, request: AccessRequest): boolean {
  const domain = request.table.split('.')[0]!
  const { services, agents } = state.settings
  const involved =
    [request.who, request.requestedBy, (services[request.who] ?? agents[request.who])?.sponsor].includes(asker.id) ||
    (request.who.startsWith('team:') && asker.teams.includes(request.who.slice(5)))
  const answers =
    holds(asker, 'product-owner', domain) ||
    request.chain.some(
      link => speaksFor(asker, link, domain) || (link.startsWith('team:') && asker.teams.includes(link.slice(5))),
    )
  return involved || answers || holds(asker, 'governance-member', '') || state.platformEngineers.includes(asker.id)
}

/** An approved request whose access was ended is `revoked`. */
function isIn(state: MeshState, request: AccessRequest, wanted: string): boolean {
  const isRevoked = request.grant !== undefined && state.grants.get(request.grant)?.revoked !== undefined
  if (wanted === 'revoked') return isRevoked
  return wanted === 'all' || (request.state === wanted && !(wanted === 'approved' && isRevoked))
}

export function shown(state: MeshState, request: AccessRequest, asker: Principal): AccessRequestShape {
  const grant = request.grant === undefined ? undefined : state.grants.get(request.grant)
  const domain = request.table.split('.')[0]!
  const waitsFor = request.state === 'requested' ? openLinks(request) : []
  return {
    id: request.id,
    state: request.state,
    who: request.who,
    requestedBy: request.requestedBy,
    table: request.table,
    major: request.major,
    ...(request.columns === undefined ? {} : { columns: [...request.columns] }),
    ...(request.rows === undefined ? {} : { rows: request.rows }),
    purpose: request.purpose,
    days: request.days,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    at: request.at,
    waitsFor: [...waitsFor],
    ...(waitsFor.length === 0
      ? {}
      : {
          waitsForPeople: approversNamed(state, waitsFor, domain),
          mayAnswer: !isOwn(asker, request) && waitsFor.some(link => speaksFor(asker, link, domain)),
        }),
    answers: request.answers.map(a => ({ ...a })),
    ...(request.approvedByRule === undefined ? {} : { approvedByRule: request.approvedByRule }),
    ...(grant === undefined
      ? {}
      : {
          grant: {
            id: grant.id,
            from: grant.from,
            until: grant.until,
            ...(grant.revoked === undefined ? {} : { revoked: grant.revoked.at }),
          },
        }),
  }
}
