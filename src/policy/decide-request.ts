import { foldAscii, type Column, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'
import { ConditionFailed, type Facts } from './compile-cel.ts'
import type { CompiledPolicy } from './compile-policy.ts'
import { isExcepted } from './exceptions.ts'
import { fact, principalFact } from './facts.ts'
import { flatColumns } from './flat-columns.ts'
import { livePolicies } from './policy-index.ts'
import { ruleState } from './rule-state.ts'
import { ask, select, type Selection } from './selection.ts'
import { targetOf, type Target } from './target.ts'

/** Who decides on this access? */
export interface RequestQuestion {
  readonly state: MeshState
  /** Who asks. */
  readonly principal: Principal
  /** Who would get it; a team as `team:<id>`. */
  readonly for: Principal | string
  readonly version: TableVersion
  /** Absent: all. */
  readonly columns?: readonly string[]
  readonly rows?: string
  readonly purpose: string
  readonly days: number
  readonly now: Date
}

export interface RequestDecision {
  /** The rule that approves without a person; the chain is empty then. */
  readonly approvedByRule?: string
  /** Every entry must say yes: a role of the table's domain, or `team:<id>`. */
  readonly chain: readonly string[]
}

/** The chain of the mesh's settings, joined with those of rules, less the parts for which a rule approves. */
export function decideRequest(question: RequestQuestion): RequestDecision {
  const { state, version, now } = question
  const requested = requestedColumns(question)
  const target = targetOf(state, version, requested)
  const rulings = livePolicies(state)
    .filter(policy => policy.onRequest.length > 0 && ruleState(policy, now.getTime()) === 'binds')
    .map(policy => ({ policy, ruling: rulingOf(policy, target, question) }))
  const chain = unite([...chainOfSettings(question, requested), ...rulings.flatMap(({ ruling }) => ruling.chain)])
  const approving = rulings.filter(({ ruling }) => ruling.approves).map(({ policy }) => policy)
  const global = approving.find(policy => policy.policy.domain === undefined)
  if (global !== undefined) return { approvedByRule: global.name, chain: [] }
  const [local] = approving
  if (local === undefined) return { chain }
  // A domain speaks for its own product owner and for nobody else.
  const others = chain.filter(approver => approver !== 'product-owner')
  return others.length === 0 ? { approvedByRule: local.name, chain: [] } : { chain: others }
}

function requestedColumns({ version, columns }: RequestQuestion): readonly Column[] {
  if (columns === undefined) return version.table.columns
  const wanted = new Set(columns.map(foldAscii))
  return version.table.columns.filter(column => wanted.has(foldAscii(column.name)))
}

/** Each column asks the approvers of its class; a class without any asks those that the mesh names for all. */
function chainOfSettings({ state }: RequestQuestion, columns: readonly Column[]): readonly string[] {
  const { approve, defaultClass } = state.settings
  const classes = new Set(flatColumns(columns).map(({ column }) => column.class ?? defaultClass))
  if (classes.size === 0) return approve.default
  return [...classes].flatMap(id => (Object.hasOwn(approve.byClass, id) ? approve.byClass[id]! : approve.default))
}

interface Ruling {
  readonly approves: boolean
  readonly chain: readonly string[]
}

const silent: Ruling = { approves: false, chain: [] }

/** What has no answer approves nothing, and asks the rule's team to look. */
function rulingOf(policy: CompiledPolicy, target: Target, question: RequestQuestion): Ruling {
  const selection = select(policy, target, question.now)
  if (selection === undefined) return silent
  if (selection.fault !== undefined) return askTeam(policy)
  try {
    return rule(selection, target, question)
  } catch (thrown) {
    if (thrown instanceof ConditionFailed) return askTeam(policy)
    throw thrown
  }
}

const askTeam = (policy: CompiledPolicy): Ruling => ({ approves: false, chain: [`team:${policy.policy.team}`] })

/** An approval must hold for the one who asks and the one who gets, on every column; a chain for any of them. */
function rule({ policy, columns }: Selection, target: Target, question: RequestQuestion): Ruling {
  const { now, purpose } = question
  const people = [question.principal, typeof question.for === 'string' ? teamAsked(question.for) : question.for]
  const facts: Facts = { ...target.facts, policy: policy.fact, purpose, request: requestFact(question) }
  const each = columns?.map(({ said }): Facts => ({ ...facts, column: said.fact })) ?? [facts]
  const rulings = policy.onRequest.map(({ rule, when, approve }): Ruling => {
    const askers = people.filter(
      principal => !isExcepted(rule.except, { principal, purpose, domain: target.version.domain }),
    )
    const asked = askers.map(principal =>
      each
        .map((about): Facts => ({ ...about, principal: principalFact(principal) }))
        .filter(about => when === undefined || ask(when, about, now)),
    )
    const approves =
      approve !== undefined &&
      asked.length === people.length &&
      asked.every(abouts => abouts.length > 0 && abouts.every(about => ask(approve, about, now)))
    return { approves, chain: asked.some(abouts => abouts.length > 0) ? (rule.chain ?? []) : [] }
  })
  return { approves: rulings.some(r => r.approves), chain: rulings.flatMap(r => r.chain) }
}

const requestFact = ({ columns, rows, days, for: who, version }: RequestQuestion) =>
  fact({
    columns: columns ?? version.table.columns.map(column => column.name),
    rows,
    days,
    for: typeof who === 'string' ? who : who.id,
  })

/** A team as rules see it: a principal that is in that team and has no attributes. */
const teamAsked = (id: string): Principal => ({
  id,
  kind: 'person',
  teams: id.startsWith('team:') ? [id.slice('team:'.length)] : [],
  roles: {},
  attributes: {},
})

const unite = (approvers: readonly string[]): readonly string[] => [...new Set(approvers)].sort()
