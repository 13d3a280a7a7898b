import { unreachable } from '../base/index.ts'
import { holds, principalOf, type AccessRequest, type MeshState, type Principal, type Role } from '../mesh/index.ts'
import { holdersOf, isFederalRole } from './rights.ts'

/** Links of the chain that nobody answered yet. */
export const openLinks = (request: AccessRequest): readonly string[] =>
  request.chain.filter(link => !request.answers.some(answer => answer.approver === link))

/** Whether somebody can speak for a link: a role of the table's domain, or `team:<id>`. Only people answer. */
export function speaksFor(actor: Principal, link: string, domain: string): boolean {
  if (actor.kind !== 'person' || actor.onBehalfOf !== undefined) return false
  const to = linkOf(link)
  switch (to.kind) {
    case 'team':
      return actor.teams.includes(to.team)
    case 'role':
      return to.role !== 'platform-engineer' && holds(actor, to.role, isFederalRole(to.role) ? '' : domain)
    default:
      return unreachable(to)
  }
}

/** Nobody approves what they asked for, or what would be theirs. */
export const isOwn = (actor: Principal, request: Pick<AccessRequest, 'who' | 'requestedBy'>): boolean =>
  request.requestedBy === actor.id ||
  request.who === actor.id ||
  (request.who.startsWith('team:') && actor.teams.includes(request.who.slice('team:'.length)))

/** Names for messages: `omar@skyways.example (product-owner)`. */
export function approversNamed(state: MeshState, links: readonly string[], domain: string): string {
  return links.map(link => `${peopleOf(state, link, domain).join(' or ') || 'nobody'} (${link})`).join(', ')
}

function peopleOf(state: MeshState, link: string, domain: string): readonly string[] {
  const to = linkOf(link)
  if (to.kind === 'role') return holdersOf(state, [to.role], domain)
  const named = state.settings.teams[to.team]?.members ?? []
  const members = [...state.domains.values()].flatMap(d => d.members.map(m => m.person))
  return [...new Set([...named, ...members.filter(id => principalOf(state, id).teams.includes(to.team))])]
}

type LinkTo = { readonly kind: 'team'; readonly team: string } | { readonly kind: 'role'; readonly role: Role }
const linkOf = (link: string): LinkTo =>
  link.startsWith('team:') ? { kind: 'team', team: link.slice('team:'.length) } : { kind: 'role', role: link as Role }
