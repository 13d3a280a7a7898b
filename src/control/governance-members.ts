import type { MeshState } from '../mesh/index.ts'

/** Members of the federation's team. Empty: the platform engineer governs. */
export function governanceMembers(state: MeshState): readonly string[] {
  const { team } = state.settings.governance
  if (team === undefined) return []
  const named = state.settings.teams[team]?.members ?? []
  const owning = [...state.domains.values()]
    .filter(domain => domain.team === team)
    .flatMap(domain => domain.members.filter(m => m.roles.some(role => role !== 'consumer')).map(m => m.person))
  return [...new Set([...named, ...owning])].sort()
}
