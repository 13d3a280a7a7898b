import { countOf, MeshError } from '../base/index.ts'
import { columnsNow, type MaskName, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'
import type { Condition } from './condition.ts'
import { entitlementsOf } from './condition-parts.ts'
import { betrayed, closedToReader, type ClosedUse } from './closed-to-authors.ts'
import { askerKey, coverageOf, type Ask, type Cover, type Coverage } from './coverage.ts'
import type { Allowed, Denied, Determinant, QueryDecision, QueryQuestion, TableDecision } from './decision.ts'
import { groupBy } from './group-by.ts'
import { limitsOf } from './limits-of.ts'
import { unite, type Obligations } from './obligations.ts'
import { demandsOf, indexedTarget, policyIndex, type IndexedTarget, type PolicyIndex } from './policy-index.ts'
import { betrayal } from './may-look-up.ts'
import { ownerOf, policyDenied, policyUnenforceable, rowsBetray } from './refusals.ts'
import { recall, remember, type Looking } from './remembered-decisions.ts'
import { seenColumns } from './seen-columns.ts'
import { warningsOf } from './warnings-of.ts'

/**
 * May this principal see these tables, for this purpose, now, and what of them? All tables of one statement together.
 * Denied by default; what cannot be told is refused, naming the rule and its team.
 */
export function decideQuery(question: QueryQuestion): QueryDecision {
  const { state } = question
  const index = policyIndex(state)
  const targets = question.tables.map(({ version, columns }) => indexedTarget(index, state, version, columns))
  return recall(index, question, targets) ?? decideAnew(index, question, targets)
}

function decideAnew(index: PolicyIndex, question: QueryQuestion, targets: readonly IndexedTarget[]): QueryDecision {
  const coverage = coverageOf(index, question, targets)
  if (coverage instanceof MeshError) return { verdict: 'deny', error: coverage, determinedBy: [] }
  const demands = targets.map(target => allDemands(index, question, coverage, target))
  const refused = refusal(question, targets, demands) ?? betrayedRows(question, coverage, targets, demands)
  if (refused !== undefined) return refused
  const allowed = allowance(question, coverage, targets, demands)
  remember(index, question, targets, allowed, demands.flatMap(lookingOf))
  return allowed
}

/**
 * What is demanded of an agent and of its person alike: it may do what both may. A build answers to the rules of every
 * purpose that its outputs serve.
 */
function allDemands(index: PolicyIndex, ask: Ask, coverage: Coverage, indexed: IndexedTarget): Obligations {
  const { door, now } = ask
  const serves = [...new Set(coverage.covers.flatMap(cover => (cover.by === 'grant' ? cover.reach.serves : [])))]
  const purposes = serves.length > 0 ? serves : [coverage.purpose]
  return unite(
    subjectsOf(ask.principal).flatMap(principal =>
      purposes.map(purpose => {
        const asker = { principal, door, now, ...(purpose === undefined ? {} : { purpose }) }
        return demandsOf(index, indexed, askerKey(principal, purpose, door), asker)
      }),
    ),
  )
}

const subjectsOf = (principal: Principal): readonly Principal[] =>
  principal.onBehalfOf === undefined ? [principal] : [principal, ...subjectsOf(principal.onBehalfOf)]

function refusal(
  { state, now }: QueryQuestion,
  targets: readonly IndexedTarget[],
  demands: readonly Obligations[],
): Denied | undefined {
  for (const [i, demand] of demands.entries()) {
    const table = targets[i]!.target.version.id
    const fault = demand.faults[0] ?? betrayingFilter(state, targets[i]!, demand, now)
    if (fault === undefined) continue
    const { policy } = fault
    const determined = { rule: policy.name, team: policy.policy.team, effect: 'unenforceable', table }
    return { verdict: 'deny', error: policyUnenforceable(policy, table, fault.why), determinedBy: [determined] }
  }
  const denies = demands.flatMap(({ denies }, i) =>
    denies.map(deny => ({ ...deny, table: targets[i]!.target.version.id })),
  )
  // The same refusal whatever the order of the rules.
  const [first] = [...denies].sort((a, b) => (a.policy.name < b.policy.name ? -1 : 1))
  if (first === undefined) return undefined
  const determinedBy = denies.map(({ policy, table }) => ({
    rule: policy.name,
    team: policy.policy.team,
    effect: 'deny',
    table,
  }))
  return {
    verdict: 'deny',
    error: policyDenied(first.policy, first.table, first.message),
    determinedBy: distinct(determinedBy),
  }
}

/** A filter that would tell its author more than they may see. The reader, who may see less, is told no name. */
function betrayingFilter(
  state: MeshState,
  governed: IndexedTarget,
  { filters }: Obligations,
  now: Date,
): Obligations['faults'][number] | undefined {
  for (const { policy, written } of filters) {
    const found = betrayal(state, policy.policy, written, governed, now)
    if (found === undefined) continue
    const why =
      'table' in found
        ? 'its filter looks up a table that is not there or is closed to it'
        : 'its filter reads a column whose values a rule keeps from its author'
    return { policy, why }
  }
  return undefined
}

/** Rows that were bounded by a column which the reader sees masked would tell its values. */
function betrayedRows(
  { state }: QueryQuestion,
  { covers }: Coverage,
  targets: readonly IndexedTarget[],
  demands: readonly Obligations[],
): Denied | undefined {
  for (const [i, cover] of covers.entries()) {
    const { version } = targets[i]!.target
    for (const { rule, condition } of cover.by === 'grant' ? cover.reach.rows : []) {
      const found = betrayed(condition, closedToReader(demands[i]!), () => ({ columns: [] }))
      if (found === undefined) continue
      const team = ownerOf(state, version)
      const determined = { rule, team, effect: 'unenforceable', table: version.id }
      return { verdict: 'deny', error: rowsBetray(version.id, team, rule, found), determinedBy: [determined] }
    }
  }
  return undefined
}

/** The column that rows bounded by such a condition would betray to a reader who sees it masked. */
export function rowsWouldBetray(
  { state, principal, purpose, door, now }: Ask & { readonly purpose: string },
  version: TableVersion,
  rows: Condition,
): ClosedUse | undefined {
  const index = policyIndex(state)
  const asker = { principal, purpose, door, now }
  const indexed = indexedTarget(index, state, version, columnsNow(version))
  const demands = demandsOf(index, indexed, askerKey(principal, purpose, door), asker)
  return betrayed(rows, closedToReader(demands), () => ({ columns: [] }))
}

/** The filters that look tables up: what they may, others can change. */
const lookingOf = ({ filters }: Obligations, i: number): readonly Looking[] =>
  filters
    .filter(({ written }) => entitlementsOf(written).length > 0)
    .map(({ policy, written }) => ({ policy: policy.policy, written, target: i }))

function allowance(
  question: QueryQuestion,
  coverage: Coverage,
  targets: readonly IndexedTarget[],
  demands: readonly Obligations[],
): Allowed {
  const tables = targets.map((indexed, i) => decideTable(indexed, coverage.covers[i]!, demands[i]!))
  const determinedBy = targets.flatMap((indexed, i) =>
    determinants(question, indexed, coverage.covers[i]!, demands[i]!),
  )
  const warnings = warningsOf(demands)
  return {
    verdict: 'allow',
    ...(coverage.purpose === undefined ? {} : { purpose: coverage.purpose }),
    determinedBy: distinct(determinedBy),
    tables,
    ...limitsOf(demands),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}

function decideTable({ target }: IndexedTarget, cover: Cover, demands: Obligations): TableDecision {
  const reach = cover.by === 'grant' ? cover.reach : undefined
  const group = demands.groups.reduce<Obligations['groups'][number] | undefined>(
    (strictest, one) => (strictest === undefined || one.people > strictest.people ? one : strictest),
    undefined,
  )
  const ruled = demands.filters.map(({ policy, condition }) => ({ rule: policy.name, condition }))
  return {
    table: target.version.id,
    major: target.version.major,
    columns: seenColumns(target, reach?.columns, demands.masks),
    filters: distinct([...(reach?.rows ?? []), ...ruled]),
    ...(group === undefined
      ? {}
      : { minimumGroup: { people: group.people, rule: group.policy.name, team: group.policy.policy.team } }),
  }
}

function determinants(
  question: QueryQuestion,
  { target: { version } }: IndexedTarget,
  cover: Cover,
  demands: Obligations,
): readonly Determinant[] {
  const table = version.id
  const team = ownerOf(question.state, version)
  const access =
    cover.by === 'open'
      ? cover.rules.map(rule => ({ ...rule, effect: 'open', table }))
      : cover.reach.grants.map(rule => ({ rule, team, effect: 'grant', table }))
  const by = (policy: { name: string; policy: { team: string } }, effect: string) => ({
    rule: policy.name,
    team: policy.policy.team,
    effect,
    table,
  })
  return [
    ...access,
    ...demands.filters.map(({ policy }) => by(policy, 'filter')),
    ...strictestByColumn(demands.masks).map(({ policy, mask, path }) => ({
      ...by(policy, `mask ${mask}`),
      column: path,
    })),
    ...demands.groups.map(({ policy, people }) => by(policy, `minimum group ${people}`)),
    ...demands.limits.flatMap(({ policy, limit }) =>
      limit.rows === undefined ? [] : [by(policy, `limit ${countOf(limit.rows, 'row')}`)],
    ),
  ]
}

/** One entry for each rule, column and mask. */
function strictestByColumn(masks: Obligations['masks']): readonly {
  readonly policy: Obligations['masks'][number]['policy']
  readonly mask: MaskName
  readonly path: string
}[] {
  const groups = groupBy(masks, ({ policy, mask, column }) => `${policy.name}|${mask}|${column.path}`)
  return [...groups.values()].map(([first]) => ({ ...first!, path: first!.column.path }))
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return items.length < 2 ? items : [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}
