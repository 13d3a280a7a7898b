import { foldAscii, type Grant, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'
import { bindCondition } from './bind-condition.ts'
import type { Condition } from './condition.ts'
import { ConditionError } from './condition-error.ts'
import { entitlementsOf } from './condition-parts.ts'
import { grantsOf, standingPurpose } from './grants.ts'
import { groupBy } from './group-by.ts'
import { parseCondition } from './parse-condition.ts'
import { printCondition } from './print-condition.ts'

/** How far somebody's access to a table goes, for one purpose. */
export interface Reach {
  /** Folded names; absent: all. */
  readonly columns?: ReadonlySet<string>
  readonly rows: readonly { readonly rule: string; readonly condition: Condition }[]
  /** Ids of the grants, or the purpose of a standing one. */
  readonly grants: readonly string[]
  /** Of builds: the purposes that their outputs serve. */
  readonly serves: readonly string[]
}

/** Undefined without access. An agent reaches what both it and its person reach, each under access for this purpose. */
export function reachOf(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  purpose: string,
  now: Date,
): Reach | undefined {
  const own = ownReach(state, principal, version, purpose, now)
  const person = principal.onBehalfOf
  if (own === undefined || person === undefined) return own
  const other = reachOf(state, person, version, purpose, now)
  return other === undefined ? undefined : both(own, other)
}

/** Purposes for which there is access to the table. */
export function purposesOf(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  now: Date,
): readonly string[] {
  const standing = standingPurpose(principal, version)
  const granted = grantsOf(state, principal, version.id, version.major, now).map(grant => grant.purpose)
  const own = [...new Set([...granted, ...(standing === undefined ? [] : [standing])])].sort()
  const person = principal.onBehalfOf
  if (person === undefined) return own
  const others = purposesOf(state, person, version, now)
  return own.filter(purpose => others.includes(purpose))
}

function ownReach(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  purpose: string,
  now: Date,
): Reach | undefined {
  if (standingPurpose(principal, version) === purpose) return { rows: [], grants: [purpose], serves: [] }
  const grants = grantsOf(state, principal, version.id, version.major, now).filter(grant => grant.purpose === purpose)
  if (grants.length === 0) return undefined
  const serves = [...new Set(grants.flatMap(grant => grant.serves ?? []))].sort()
  return { ...together(grants.map((grant, age) => boundsOf(grant, age, principal))), serves }
}

interface Bounds {
  readonly ids: readonly string[]
  /** Place among the grants, oldest first; of several, that of the newest. */
  readonly age: number
  readonly columns?: ReadonlySet<string>
  /** The bound condition as text; empty for all rows. */
  readonly rows: string
  readonly condition?: Condition
}

function boundsOf(grant: Grant, age: number, principal: Principal): Bounds {
  const condition = grant.rows === undefined ? undefined : bindCondition(rowsOf(grant.rows), principal)
  return {
    ids: [grant.id],
    age,
    ...(grant.columns === undefined ? {} : { columns: new Set(grant.columns.map(foldAscii)) }),
    rows: condition === undefined ? '' : printCondition(condition),
    ...(condition === undefined ? {} : { condition }),
  }
}

/** Rows that cannot be understood are no rows; access looks nothing up, since no rule answers for it. */
function rowsOf(text: string): Condition {
  try {
    const rows = parseCondition(text)
    return entitlementsOf(rows).length === 0 ? rows : { kind: 'never' }
  } catch (thrown) {
    if (thrown instanceof ConditionError) return { kind: 'never' }
    throw thrown
  }
}

/**
 * Several grants for one purpose. Equal rows: the columns of all. One that includes the others: that one. Equal columns:
 * the rows of all. Otherwise a table cannot be both at once, and the newest holds.
 */
function together(grants: readonly Bounds[]): Omit<Reach, 'serves'> {
  const merged = [...groupBy(grants, grant => grant.rows).values()].map(mergeColumns).sort((a, b) => a.age - b.age)
  const largest = merged.filter(one => !merged.some(other => other !== one && includes(other, one)))
  const [first] = largest
  if (first !== undefined && largest.every(one => sameColumns(one, first))) return mergeRows(largest)
  return mergeRows(largest.slice(-1))
}

function mergeColumns(grants: readonly Bounds[]): Bounds {
  const { columns: _, ...newest } = grants.at(-1)!
  const ids = grants.flatMap(grant => grant.ids)
  if (grants.some(grant => grant.columns === undefined)) return { ...newest, ids }
  return { ...newest, ids, columns: new Set(grants.flatMap(grant => [...grant.columns!])) }
}

function mergeRows(grants: readonly Bounds[]): Omit<Reach, 'serves'> {
  const ids = grants.flatMap(grant => grant.ids)
  const parts = grants.map(grant => grant.condition ?? { kind: 'always' as const })
  const condition: Condition = parts.length === 1 ? parts[0]! : { kind: 'or', parts }
  const columns = grants[0]?.columns
  return {
    ...(columns === undefined ? {} : { columns }),
    rows: condition.kind === 'always' ? [] : [{ rule: ids.join(', '), condition }],
    grants: ids,
  }
}

const includes = (a: Bounds, b: Bounds): boolean =>
  (a.rows === '' || a.rows === b.rows) &&
  (a.columns === undefined || (b.columns !== undefined && [...b.columns].every(name => a.columns!.has(name))))

const sameColumns = (a: Bounds, b: Bounds): boolean =>
  a.columns === undefined || b.columns === undefined
    ? a.columns === b.columns
    : a.columns.size === b.columns.size && [...a.columns].every(name => b.columns!.has(name))

function both(a: Reach, b: Reach): Reach {
  const columns = a.columns === undefined ? b.columns : narrow(a.columns, b.columns)
  return {
    ...(columns === undefined ? {} : { columns }),
    rows: [...a.rows, ...b.rows],
    grants: [...new Set([...a.grants, ...b.grants])],
    serves: [...new Set([...a.serves, ...b.serves])],
  }
}

const narrow = (a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): ReadonlySet<string> =>
  b === undefined ? a : new Set([...a].filter(name => b.has(name)))
