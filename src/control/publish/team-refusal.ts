import { MeshError } from '../../base/index.ts'
import { holds, type Domain, type MeshState } from '../../mesh/index.ts'
import type { Drafting } from './drafting.ts'

/**
 * A domain's people are members of its team. So nobody may give a domain a team that means something elsewhere and so make
 * themselves its members: one of `mesh.yaml`, of another domain, or one that rules and approvals trust.
 */
export function teamRefusal({ base, actor }: Drafting, { id, team, members }: Domain): MeshError | undefined {
  if (base.domains.get(id)?.team === team || !trustedTeams(base, id).has(team)) return undefined
  if (holds(actor, 'platform-engineer', '')) return undefined
  const known = base.settings.teams[team]?.members ?? []
  const people = members.filter(m => m.roles.some(role => role !== 'consumer')).map(m => m.person)
  if (people.every(person => known.includes(person))) return undefined
  return new MeshError(
    'role.required',
    `The team ${team} is more than the team of ${id}, whose members would join it.`,
    {
      fix: `Give ${id} a team of its own, or have a platform engineer publish the domain.`,
    },
  )
}

function trustedTeams(state: MeshState, domain: string): ReadonlySet<string> {
  const { teams, governance, approve } = state.settings
  const chains = [approve.default, ...Object.values(approve.byClass)].flat()
  const rules = [...state.policies.values()].flatMap(policy => {
    const points = [...policy.onPublish, ...policy.onQuery, ...policy.onRequest, ...policy.onFind]
    const excepted = points.flatMap(rule => rule.except.map(exception => exception.team))
    const asked = policy.onRequest.flatMap(rule => rule.chain ?? []).map(teamOf)
    return [policy.team, ...excepted, ...asked]
  })
  const owning = [...state.domains.values()].filter(other => other.id !== domain).map(other => other.team)
  const all = [...Object.keys(teams), governance.team, ...chains.map(teamOf), ...rules, ...owning]
  const granted = [...state.grants.values()].map(grant => teamOf(grant.who))
  return new Set([...all, ...granted].filter(team => team !== undefined))
}

const teamOf = (link: string): string | undefined => (link.startsWith('team:') ? link.slice('team:'.length) : undefined)
