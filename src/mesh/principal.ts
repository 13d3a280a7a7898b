import type { Role } from './domain.ts'
import type { MeshState } from './state.ts'

/** Who acts, with what rules may ask about. */
export interface Principal {
  readonly id: string
  readonly kind: 'person' | 'service' | 'agent' | 'product'
  readonly teams: readonly string[]
  /** Domain → roles held there. The federation's and the installation's roles stand under `''`. */
  readonly roles: Readonly<Record<string, readonly Role[]>>
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Whom an agent acts for. Its rights are the intersection of both. */
  readonly onBehalfOf?: Principal
}

/** The principal that an id names now; a person needs no entry anywhere to exist. */
export function principalOf(state: MeshState, id: string): Principal {
  const teams = teamsOf(state, id)
  const kind = kindOf(state, id)
  return {
    id,
    kind,
    teams,
    roles: rolesOf(state, id, kind, teams),
    attributes: (Object.hasOwn(state.settings.people, id) ? state.settings.people[id]!.attributes : undefined) ?? {},
  }
}

function kindOf(state: MeshState, id: string): Principal['kind'] {
  if (Object.hasOwn(state.settings.services, id)) return 'service'
  if (Object.hasOwn(state.settings.agents, id)) return 'agent'
  return id.startsWith('product:') ? 'product' : 'person'
}

/** Teams by `mesh.yaml`, and the team of each domain that the person is a member of. */
function teamsOf(state: MeshState, id: string): readonly string[] {
  const named = Object.entries(state.settings.teams)
    .filter(([, team]) => team.members.includes(id))
    .map(([team]) => team)
  const owning = [...state.domains.values()]
    .filter(d => d.members.some(m => m.person === id && m.roles.some(r => r !== 'consumer')))
    .map(d => d.team)
  return [...new Set([...named, ...owning])].sort()
}

function rolesOf(state: MeshState, id: string, kind: Principal['kind'], teams: readonly string[]): Principal['roles'] {
  if (kind !== 'person') return {}
  const roles: [domain: string, roles: readonly Role[]][] = []
  for (const domain of state.domains.values()) {
    const held = domain.members.filter(m => m.person === id).flatMap(m => m.roles)
    if (held.length > 0) roles.push([domain.id, [...new Set(held)]])
  }
  const installation: Role[] = []
  if (state.platformEngineers.includes(id)) installation.push('platform-engineer')
  if (state.settings.governance.team !== undefined && teams.includes(state.settings.governance.team))
    installation.push('governance-member')
  if (installation.length > 0) roles.push(['', installation])
  // Not by assignment: a domain may be called `__proto__` by somebody who tries.
  return Object.fromEntries(roles)
}

/** Whether a role is held in a domain (or, with `''`, in the federation or installation). For an agent both must hold it. */
export function holds(principal: Principal, role: Role, domain: string): boolean {
  const person = principal.onBehalfOf
  const own = Object.hasOwn(principal.roles, domain) && principal.roles[domain]!.includes(role)
  return person === undefined ? own : own && holds(person, role, domain)
}

/** Everyone whom the mesh knows by name: people, services, agents, members. */
export function knownPrincipals(state: MeshState): readonly string[] {
  const { people, services, agents, teams } = state.settings
  const members = [...state.domains.values()].flatMap(d => d.members.map(m => m.person))
  const inTeams = Object.values(teams).flatMap(t => t.members)
  const signedIn = [...state.tokens.values()].map(t => t.who)
  return [
    ...new Set([
      ...Object.keys(people),
      ...Object.keys(services),
      ...Object.keys(agents),
      ...members,
      ...inTeams,
      ...state.platformEngineers,
      ...signedIn,
    ]),
  ].sort()
}

/** The full id for a full id or for the local part of an e-mail that is unique in the mesh; else the text itself. */
export function resolvePrincipal(state: MeshState, text: string): string {
  const known = knownPrincipals(state)
  if (known.includes(text) || text.includes('@')) return text
  const matches = known.filter(id => id.startsWith(`${text}@`))
  return matches.length === 1 ? matches[0]! : text
}
