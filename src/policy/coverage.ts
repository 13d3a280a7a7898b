import type { MeshError } from '../base/index.ts'
import type { MeshState, Principal, TableVersion } from '../mesh/index.ts'
import type { Determinant } from './decision.ts'
import { askerNumber, demandsOf, type IndexedTarget, type PolicyIndex } from './policy-index.ts'
import { purposesOf, reachOf, type Reach } from './reach.ts'
import { accessRequired, knownPurposes, noCommonPurpose, purposeRequired, purposeUnknown } from './refusals.ts'

/** By what a table may be read at all. */
export type Cover =
  { readonly by: 'open'; readonly rules: readonly OpenRule[] } | { readonly by: 'grant'; readonly reach: Reach }
type OpenRule = Pick<Determinant, 'rule' | 'team'>

export interface Coverage {
  readonly purpose?: string
  readonly covers: readonly Cover[]
}

export interface Ask {
  readonly state: MeshState
  readonly principal: Principal
  readonly purpose?: string
  readonly door: string
  readonly now: Date
}

/**
 * The one purpose that covers all tables which are not open: the stated one, or the only one there is. A statement of
 * open tables needs none.
 */
export function coverageOf(index: PolicyIndex, ask: Ask, targets: readonly IndexedTarget[]): Coverage | MeshError {
  const { state, principal, now } = ask
  const stated = ask.purpose ?? (principal.kind === 'product' ? 'product' : undefined)
  if (stated !== undefined && !knownPurposes(state).includes(stated)) return purposeUnknown(state, stated)
  const covers = targets.map(target => coverOf(index, ask, target, stated))
  if (covers.every(cover => cover !== undefined))
    return { covers, ...(stated === undefined ? {} : { purpose: stated }) }
  const lacking = targets.filter((_, i) => covers[i] === undefined)
  const wanted = lacking.map(({ target: { version } }) => ({
    version,
    lacks: whoLacks(state, principal, version, stated, now),
    purposes: purposesOf(state, principal, version, now),
  }))
  if (stated !== undefined) return accessRequired(state, principal, stated, wanted)
  const candidates = knownPurposes(state).filter(purpose =>
    targets.every(target => coverOf(index, ask, target, purpose) !== undefined),
  )
  const [only] = candidates
  if (only !== undefined && candidates.length === 1)
    return { purpose: only, covers: targets.map(target => coverOf(index, ask, target, only)!) }
  if (only !== undefined) return purposeRequired(candidates)
  const without = wanted.filter(({ purposes }) => purposes.length === 0)
  return without.length > 0 || wanted.length === 1
    ? accessRequired(state, principal, commonPurpose(wanted), without.length > 0 ? without : wanted)
    : noCommonPurpose(state, principal, wanted)
}

/** The agent itself, unless it has what its person lacks. */
function whoLacks(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  purpose: string | undefined,
  now: Date,
): Principal {
  const { onBehalfOf, ...alone } = principal
  if (onBehalfOf === undefined) return principal
  const held = purposesOf(state, alone, version, now)
  const lacks = purpose === undefined ? held.length === 0 : !held.includes(purpose)
  return lacks ? principal : whoLacks(state, onBehalfOf, version, purpose, now)
}

/** What the other tables may be read for, where that is one purpose: the one to ask for. */
function commonPurpose(wanted: readonly { readonly purposes: readonly string[] }[]): string | undefined {
  const held = new Set(wanted.flatMap(({ purposes }) => purposes).filter(purpose => purpose !== 'upkeep'))
  return held.size === 1 ? [...held][0] : undefined
}

function coverOf(index: PolicyIndex, ask: Ask, indexed: IndexedTarget, purpose: string | undefined): Cover | undefined {
  const rules = openRules(index, ask, indexed, purpose)
  if (rules.length > 0) return { by: 'open', rules }
  if (purpose === undefined) return undefined
  const reach = reachOf(ask.state, ask.principal, indexed.target.version, purpose, ask.now)
  return reach === undefined ? undefined : { by: 'grant', reach }
}

/** Rules that open the table to the principal, and for an agent to its person as well. */
export function openRules(
  index: PolicyIndex,
  { principal, door, now }: Omit<Ask, 'purpose' | 'state'>,
  indexed: IndexedTarget,
  purpose: string | undefined,
): readonly OpenRule[] {
  const asker = { principal, door, now, ...(purpose === undefined ? {} : { purpose }) }
  const { opens } = demandsOf(index, indexed, askerKey(principal, purpose, door), asker)
  if (opens.length === 0) return []
  const person = principal.onBehalfOf
  if (person !== undefined && openRules(index, { principal: person, door, now }, indexed, purpose).length === 0)
    return []
  return opens.map(policy => ({ rule: policy.name, team: policy.policy.team }))
}

/** Everything about an asker that rules can ask for, but the time. */
export const askerKey = (principal: Principal, purpose: string | undefined, door: string): string =>
  `${askerNumber(principal)}|${door}|${purpose ?? ''}`
