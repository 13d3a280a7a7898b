import {
  columnsNow,
  newestMajor,
  type MeshState,
  type Principal,
  type TableState,
  type TableVersion,
} from '../mesh/index.ts'
import { openRules } from './coverage.ts'
import { standingPurpose } from './grants.ts'
import { indexedTarget, policyIndex } from './policy-index.ts'
import { purposesOf } from './reach.ts'

/**
 * The version that a table's name means to a principal. A pinned major is that one, or none. Unpinned, it is the newest
 * that was granted, so that a new major never moves anybody's query; owners and readers of open tables follow the newest.
 * Where nothing was granted it is the newest too, and the decision refuses.
 */
export function versionFor(
  state: MeshState,
  principal: Principal,
  table: TableState,
  options: { readonly major?: number; readonly purpose?: string; readonly door?: string; readonly now: Date },
): TableVersion | undefined {
  const { major, purpose, door = 'http', now } = options
  if (major !== undefined) return table.majors.get(major)
  if (table.majors.size === 0) return undefined
  const newest = newestMajor(table)
  if (table.majors.size === 1) return newest
  if (isOpen(state, principal, newest, purpose, door, now)) return newest
  const standing = standingPurpose(principal, newest)
  if (standing !== undefined && (purpose === undefined || purpose === standing)) return newest
  const granted = [...table.majors.values()]
    .filter(version => {
      const purposes = purposesOf(state, principal, version, now)
      return purpose === undefined ? purposes.length > 0 : purposes.includes(purpose)
    })
    .sort((a, b) => b.major - a.major)
  return granted[0] ?? newest
}

function isOpen(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  purpose: string | undefined,
  door: string,
  now: Date,
): boolean {
  const index = policyIndex(state)
  const indexed = indexedTarget(index, state, version, columnsNow(version))
  return openRules(index, { principal, door, now }, indexed, purpose).length > 0
}
