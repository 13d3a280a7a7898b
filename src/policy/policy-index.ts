import type { Column, MeshSettings, MeshState, Policy, Principal, TableVersion } from '../mesh/index.ts'
import { compilePolicy, type CompiledPolicy } from './compile-policy.ts'
import { groupBy } from './group-by.ts'
import { obligationsOf, type Asker, type Obligations } from './obligations.ts'
import { select, selectsByTime, type Selection } from './selection.ts'
import { targetOf, type Target } from './target.ts'

/**
 * The policies of one state, compiled, with what was already found out: which of them concern a table depends on the
 * state alone, and what they demand on who asks, for what and at which door. Both are remembered as long as they hold.
 */
export interface PolicyIndex {
  readonly settings: MeshSettings
  /** By domain; the global ones under the empty name. Each domain's are compiled when it is first asked for. */
  readonly onQuery: ReadonlyMap<string, readonly Policy[]>
  readonly targets: WeakMap<TableVersion, WeakMap<readonly Column[], IndexedTarget>>
}

export interface IndexedTarget {
  /** Unlike that of any other. */
  readonly number: number
  readonly target: Target
  /** Absent where a selection depends on the time, so that it is made anew each time. */
  readonly selections?: readonly Selection[]
  readonly policies: readonly CompiledPolicy[]
  /** Whether a condition of a selected policy reads the time. */
  readonly timeless: boolean
  /** Milliseconds at which a selected policy begins to bind, in order. */
  readonly turns: readonly number[]
  readonly known: Map<string, { readonly obligations: Obligations; readonly epoch: number }>
}

/** How many askers are remembered for one table. */
const askersMax = 2_000

const indexes = new WeakMap<MeshState['policies'], WeakMap<MeshSettings, PolicyIndex>>()

export function policyIndex(state: MeshState): PolicyIndex {
  let bySettings = indexes.get(state.policies)
  if (bySettings === undefined) indexes.set(state.policies, (bySettings = new WeakMap()))
  let index = bySettings.get(state.settings)
  if (index === undefined) {
    const live = [...state.policies.values()].filter(p => p.onQuery.length > 0 && isLive(p))
    index = { settings: state.settings, onQuery: groupBy(live, p => p.domain ?? ''), targets: new WeakMap() }
    bySettings.set(state.settings, index)
  }
  return index
}

/** Policies that bind or warn. */
export const livePolicies = (state: Pick<MeshState, 'policies'>): readonly CompiledPolicy[] =>
  compiledByName([...state.policies.values()].filter(isLive))

/** By name: no result may depend on the order in which rules were enacted. */
const compiledByName = (policies: readonly Policy[]): readonly CompiledPolicy[] =>
  policies.map(compilePolicy).sort((a, b) => (a.name < b.name ? -1 : 1))

const isLive = (policy: Policy): boolean => policy.status === 'enforced' || policy.status === 'grace'

/** The table as rules see it, with the policies that concern it. */
export function indexedTarget(
  index: PolicyIndex,
  state: MeshState,
  version: TableVersion,
  columns: readonly Column[],
): IndexedTarget {
  let byColumns = index.targets.get(version)
  if (byColumns === undefined) index.targets.set(version, (byColumns = new WeakMap()))
  const known = byColumns.get(columns)
  if (known !== undefined && isCurrent(known.target, state, version)) return known
  const fresh = indexTarget(index, targetOf(state, version, columns))
  byColumns.set(columns, fresh)
  return fresh
}

let targetsMade = 0

function isCurrent(target: Target, state: MeshState, version: TableVersion): boolean {
  return (
    target.domain === state.domains.get(version.domain) &&
    target.product === state.products.get(version.product)?.product &&
    target.named === state.tables.get(target.id)
  )
}

function indexTarget(index: PolicyIndex, target: Target): IndexedTarget {
  const { domain } = target.version
  const policies = compiledByName([...(index.onQuery.get('') ?? []), ...(index.onQuery.get(domain) ?? [])])
  const byTime = policies.some(selectsByTime)
  const selections = byTime ? undefined : selectAll(policies, target, new Date(0))
  const concerned = selections?.map(s => s.policy) ?? policies
  return {
    number: ++targetsMade,
    target,
    ...(selections === undefined ? {} : { selections }),
    policies,
    timeless: !byTime && !concerned.some(policy => policy.onQuery.some(rule => rule.when?.reads.has('now') === true)),
    turns: concerned
      .map(policy => policy.fromMs)
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
    known: new Map(),
  }
}

const selectAll = (policies: readonly CompiledPolicy[], target: Target, now: Date): readonly Selection[] =>
  policies.map(policy => select(policy, target, now)).filter(selection => selection !== undefined)

/** What all rules demand of the asker. `key` names everything about the asker but the time. */
export function demandsOf(index: PolicyIndex, indexed: IndexedTarget, key: string, asker: Asker): Obligations {
  const { target, known, turns } = indexed
  const epoch = epochOf(turns, asker.now.getTime())
  const found = known.get(key)
  if (found !== undefined && found.epoch === epoch) return found.obligations
  const obligations = obligationsOf(index.settings, selectionsOf(indexed, asker.now), target, asker)
  if (!indexed.timeless) return obligations
  if (known.size >= askersMax) known.clear()
  known.set(key, { obligations, epoch })
  return obligations
}

/** The policies that concern the table, and what of it. */
export const selectionsOf = ({ selections, policies, target }: IndexedTarget, now: Date): readonly Selection[] =>
  selections ?? selectAll(policies, target, now)

/** How many turns have passed: between two of them time changes nothing. */
function epochOf(turns: readonly number[], nowMs: number): number {
  let epoch = 0
  while (epoch < turns.length && turns[epoch]! <= nowMs) epoch++
  return epoch
}

const askers = new WeakMap<Principal, number>()
const askersByContent = new Map<string, number>()
let askersKnown = 0

/** JSON writes NaN and the infinities alike; a rule can tell them apart. */
const distinguishable = (_name: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value

/** A short number for a principal: the same for equal ones, whoever made them. */
export function askerNumber(principal: Principal): number {
  const known = askers.get(principal)
  if (known !== undefined) return known
  const content = JSON.stringify(principal, distinguishable)
  if (askersByContent.size >= 100_000) askersByContent.clear()
  const number = askersByContent.get(content) ?? ++askersKnown
  askersByContent.set(content, number)
  askers.set(principal, number)
  return number
}
