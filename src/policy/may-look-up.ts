import {
  columnsNow,
  foldAscii,
  newestMajor,
  type MeshState,
  type Policy,
  type Principal,
  type TableState,
  type TableVersion,
} from '../mesh/index.ts'
import { betrayed, closedBy, type Closed, type ClosedUse } from './closed-to-authors.ts'
import type { Condition } from './condition.ts'
import { entitlementsOf } from './condition-parts.ts'
import { indexedTarget, policyIndex, selectionsOf, type IndexedTarget } from './policy-index.ts'
import { purposesOf, reachOf } from './reach.ts'
import { ruleState } from './rule-state.ts'

type Author = Pick<Policy, 'domain'>

/**
 * Whether the filters of a policy may look a table up. Whoever writes a filter learns from its answers what stands in the
 * table, so a local rule reaches no further than its domain: its own tables, and those of others that are open to
 * everybody or granted to its team whole; and none whose rows a rule keeps from anybody. Global rules are the
 * federation's and look up any table.
 */
export function mayLookUp(
  state: MeshState,
  { domain }: Author,
  table: string,
  now: Date = new Date(state.at),
): boolean {
  const found = state.tables.get(foldAscii(table))
  if (found === undefined) return false
  if (domain === undefined) return true
  if (found.majors.size === 0) return found.domain === domain
  const indexed = indexedTable(state, found)
  if (closedTo(state, domain, indexed, now).rows !== undefined) return false
  const { version } = indexed.target
  return found.domain === domain || isOpenToAll(indexed, now) || isGrantedWhole(state, domain, version, now)
}

/**
 * What a filter of a local rule, as it was written, would betray to its author: a table that it may not look up, or a
 * column that a rule keeps from somebody. A rule of the domain itself is no bound to it.
 */
export function betrayal(
  state: MeshState,
  author: Author,
  written: Condition,
  governed: IndexedTarget,
  now: Date,
): { readonly table: string } | ClosedUse | undefined {
  const { domain } = author
  const closedTable = entitlementsOf(written).find(
    ({ schema, table }) => !mayLookUp(state, author, `${schema}.${table}`, now),
  )
  if (closedTable !== undefined) return { table: `${closedTable.schema}.${closedTable.table}` }
  if (domain === undefined) return undefined
  return betrayed(written, closedTo(state, domain, governed, now), ({ schema, table }) => {
    const found = state.tables.get(foldAscii(`${schema}.${table}`))
    return found === undefined || found.majors.size === 0
      ? { columns: [] }
      : closedTo(state, domain, indexedTable(state, found), now)
  })
}

const closedTo = (state: MeshState, domain: string, indexed: IndexedTarget, now: Date): Closed =>
  closedBy(policyIndex(state), indexed, now, indexed.target.version.domain === domain ? 'global' : 'all')

function indexedTable(state: MeshState, table: TableState): IndexedTarget {
  const version = newestMajor(table)
  return indexedTarget(policyIndex(state), state, version, columnsNow(version))
}

/** Whoever asks, for whatever, at whichever door. */
const isOpenToAll = (indexed: IndexedTarget, now: Date): boolean =>
  selectionsOf(indexed, now).some(
    ({ policy, columns, fault }) =>
      fault === undefined &&
      columns === undefined &&
      ruleState(policy, now.getTime()) === 'binds' &&
      policy.onQuery.some(({ rule }) => rule.open === true && rule.when === undefined && rule.except.length === 0),
  )

function isGrantedWhole(state: MeshState, domain: string, version: TableVersion, now: Date): boolean {
  const team = teamOf(state, domain)
  return purposesOf(state, team, version, now).some(purpose => {
    const reach = reachOf(state, team, version, purpose, now)
    return reach !== undefined && reach.columns === undefined && reach.rows.length === 0
  })
}

/** A domain as the holder of grants: nothing but a member of its team. */
function teamOf(state: MeshState, domain: string): Principal {
  const team = state.domains.get(domain)?.team
  return { id: `policy:${domain}`, kind: 'person', teams: team === undefined ? [] : [team], roles: {}, attributes: {} }
}
