import {
  foldAscii,
  holds,
  newestMajor,
  type MeshState,
  type Principal,
  type Role,
  type TableVersion,
} from '../mesh/index.ts'
import { ConditionFailed, type Facts } from './compile-cel.ts'
import type { CompiledPolicy } from './compile-policy.ts'
import { isExcepted } from './exceptions.ts'
import { domainFact, meshFact, principalFact, productFact } from './facts.ts'
import { isActive, standingPurpose, whoOf } from './grants.ts'
import { livePolicies } from './policy-index.ts'
import { ruleState } from './rule-state.ts'
import { ask, select } from './selection.ts'
import { targetOf, type Subject } from './target.ts'

const finders = new WeakMap<MeshState['policies'], readonly CompiledPolicy[]>()

/**
 * Whether a principal may know that a product or a table exists. Everything is found unless a rule hides it; a global
 * `hide: false` forbids hiding; members of the owning domain, and whoever has access, always find it. For an id that
 * names both a product and a table, both must be found.
 */
export function mayDiscover(state: MeshState, principal: Principal, id: string, now: Date = new Date()): boolean {
  const policies = findersOf(state)
  if (policies.length === 0) return true
  const person = principal.onBehalfOf
  if (person !== undefined && !mayDiscover(state, person, id, now)) return false
  const table = state.tables.get(foldAscii(id))
  const product = state.products.get(id)
  const findsTable = table === undefined || findsVersion(state, policies, principal, newestMajor(table), now)
  return findsTable && (product === undefined || findsProduct(state, policies, principal, id, now))
}

/** Policies about finding; none where nothing hides. */
function findersOf(state: MeshState): readonly CompiledPolicy[] {
  const known = finders.get(state.policies)
  if (known !== undefined) return known
  const speaking = livePolicies(state).filter(policy => policy.onFind.length > 0)
  const found = speaking.some(policy => policy.onFind.some(({ rule }) => rule.hide)) ? speaking : []
  finders.set(state.policies, found)
  return found
}

/** A product is hidden by a rule that hides it, or by rules that hide each of its tables. */
function findsProduct(
  state: MeshState,
  policies: readonly CompiledPolicy[],
  principal: Principal,
  id: string,
  now: Date,
): boolean {
  const product = state.products.get(id)!.product
  if (isAtHome(principal, product.domain)) return true
  const tables = [...state.tables.values()].filter(table => table.product === id).map(newestMajor)
  if (tables.some(version => hasAccess(state, principal, version, now))) return true
  const domain = state.domains.get(product.domain)
  const facts: Facts = {
    mesh: meshFact(state),
    domain: domainFact(domain ?? { id: product.domain }),
    product: productFact(product),
  }
  const coarse = policies.filter(policy => policy.select.tables === undefined && policy.select.columns === undefined)
  const target: Subject = { version: { domain: product.domain, id }, facts, flat: [] }
  if (isHidden(coarse, principal, target, now)) return false
  return tables.length === 0 || tables.some(version => findsVersion(state, policies, principal, version, now))
}

function findsVersion(
  state: MeshState,
  policies: readonly CompiledPolicy[],
  principal: Principal,
  version: TableVersion,
  now: Date,
): boolean {
  if (isAtHome(principal, version.domain) || hasAccess(state, principal, version, now)) return true
  return !isHidden(policies, principal, targetOf(state, version, version.table.columns), now)
}

function isHidden(policies: readonly CompiledPolicy[], principal: Principal, target: Subject, now: Date): boolean {
  const matching = policies.filter(policy => ruleState(policy, now.getTime()) === 'binds')
  const says = (hide: boolean, of: readonly CompiledPolicy[]) => of.some(p => speaks(p, hide, principal, target, now))
  return (
    says(true, matching) &&
    !says(
      false,
      matching.filter(p => p.policy.domain === undefined),
    )
  )
}

/** Whether a policy hides (or forbids hiding) here. What has no answer hides, and forbids nothing. */
function speaks(policy: CompiledPolicy, hide: boolean, principal: Principal, target: Subject, now: Date): boolean {
  const selection = select(policy, target, now)
  if (selection === undefined) return false
  if (selection.fault !== undefined) return hide
  const facts: Facts = { ...target.facts, policy: policy.fact, principal: principalFact(principal) }
  return policy.onFind.some(({ rule, when }) => {
    if (rule.hide !== hide || isExcepted(rule.except, { principal, domain: target.version.domain })) return false
    if (when === undefined) return true
    try {
      return selection.columns === undefined
        ? ask(when, facts, now)
        : selection.columns.some(({ said }) => ask(when, { ...facts, column: said.fact }, now))
    } catch (thrown) {
      if (thrown instanceof ConditionFailed) return hide
      throw thrown
    }
  })
}

const homeRoles: readonly Role[] = ['product-owner', 'data-engineer', 'domain-expert']

const isAtHome = (principal: Principal, domain: string): boolean =>
  homeRoles.some(role => holds(principal, role, domain)) || standingPurpose(principal, { domain }) !== undefined

function hasAccess(state: MeshState, principal: Principal, version: TableVersion, now: Date): boolean {
  const who = new Set(whoOf(principal))
  const table = foldAscii(version.id)
  return [...state.grants.values()].some(
    grant => who.has(grant.who) && foldAscii(grant.table) === table && isActive(grant, now),
  )
}
