import { foldAscii, newestMajor, type MeshState, type Policy, type Principal } from '../mesh/index.ts'
import { askerKey, coverageOf } from './coverage.ts'
import { demandsOf, indexedTarget, policyIndex } from './policy-index.ts'
import { purposesOf } from './reach.ts'

/**
 * Whether the filters of a policy may look a table up. Whoever writes a filter learns from its answers what stands in the
 * table, so a local rule reaches no further than its domain: its own tables, and those of others that its team sees whole,
 * open or granted, with no mask, filter or other bound. Global rules are the federation's and look up any table.
 */
export function mayLookUp(
  state: MeshState,
  { domain }: Pick<Policy, 'domain'>,
  table: string,
  now: Date = new Date(state.at),
): boolean {
  const found = state.tables.get(foldAscii(table))
  if (found === undefined) return false
  if (domain === undefined || found.domain === domain) return true
  if (found.majors.size === 0) return false
  const version = newestMajor(found)
  const team = teamOf(state, domain)
  const columns = version.snapshots.at(-1)?.columns ?? version.table.columns
  const index = policyIndex(state)
  const indexed = indexedTarget(index, state, version, columns)
  const purposes = [undefined, ...purposesOf(state, team, version, now)]
  return purposes.some(purpose => doors.every(door => seesWhole(purpose, door)))

  function seesWhole(stated: string | undefined, door: string): boolean {
    const asked = { principal: team, door, now }
    const coverage = coverageOf(index, { state, ...asked, ...purposeOf(stated) }, [indexed])
    if (!('covers' in coverage)) return false
    const [cover] = coverage.covers
    if (cover?.by === 'grant' && (cover.reach.columns !== undefined || cover.reach.rows.length > 0)) return false
    const { purpose } = coverage
    const { faults, denies, masks, filters, groups, limits } = demandsOf(
      index,
      indexed,
      askerKey(team, purpose, door),
      { ...asked, ...purposeOf(purpose) },
    )
    const bounds = faults.length + denies.length + masks.length + filters.length + groups.length
    return bounds === 0 && limits.every(({ limit }) => limit.rows === undefined)
  }
}

/** A filter holds at every door, so what it looks up must be seen at each. */
const doors = ['http', 'build']

/** A domain as a reader: nothing but a member of its team. */
function teamOf(state: MeshState, domain: string): Principal {
  const team = state.domains.get(domain)?.team
  return { id: `policy:${domain}`, kind: 'person', teams: team === undefined ? [] : [team], roles: {}, attributes: {} }
}

const purposeOf = (purpose: string | undefined) => (purpose === undefined ? {} : { purpose })
