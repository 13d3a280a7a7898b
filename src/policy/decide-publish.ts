import {
  foldAscii,
  type Contract,
  type LineageEdge,
  type MeshState,
  type PublishRule,
  type Product,
  type TableVersion,
} from '../mesh/index.ts'
import { ConditionFailed, type Facts } from './compile-cel.ts'
import type { Compiled, CompiledPolicy } from './compile-policy.ts'
import { contractFact, domainFact, fact, lineageFact, meshFact, productFact } from './facts.ts'
import { livePolicies } from './policy-index.ts'
import { ruleState } from './rule-state.ts'
import { ask, select } from './selection.ts'
import { targetOf, type Subject } from './target.ts'
import { fill } from './template.ts'

/** May this release exist? */
export interface PublishQuestion {
  readonly state: MeshState
  readonly product: Product
  /** Declared version; the product's own unless said. */
  readonly version?: string
  /** `first`, `breaking`, `risky`, `safe`. */
  readonly change: string
  /** Of its ports unless said. */
  readonly contracts?: readonly Contract[]
  readonly previous?: Product
  /** Of its last build unless said. */
  readonly lineage?: readonly LineageEdge[]
  readonly now: Date
}

export interface PublishDecision {
  readonly violations: readonly PublishViolation[]
}

export interface PublishViolation {
  readonly policy: string
  readonly team: string
  readonly message: string
  readonly fix?: string
  /** ISO date from which it will block; absent where it blocks now. */
  readonly grace?: string
}

/** How long a new domain has to come to terms with the rules for publication. */
const newDomainGraceDays = 30
const dayMs = 86_400_000

/** Every demand of a rule that the release does not meet. Those with `grace` warn, the others block. */
export function decidePublish(question: PublishQuestion): PublishDecision {
  const { state, product, now } = question
  const policies = livePolicies(state).filter(
    policy =>
      policy.onPublish.length > 0 && (policy.policy.domain === undefined || policy.policy.domain === product.domain),
  )
  if (policies.length === 0) return { violations: [] }
  const subjects = subjectsOf(question)
  const found = policies.flatMap(policy => {
    const grace = graceOf(policy, question)
    return violationsOf(policy, subjects, now).map(v => (grace === undefined ? v : { ...v, grace }))
  })
  return { violations: [...new Map(found.map(v => [JSON.stringify(v), v])).values()] }
}

/** The date from which a policy blocks, where it does not yet. */
function graceOf(policy: CompiledPolicy, { state, product, now }: PublishQuestion): string | undefined {
  if (ruleState(policy, now.getTime()) === 'warns') return policy.policy.from ?? 'the day on which it is enforced'
  if (policy.policy.domain !== undefined) return undefined
  const releases = [...state.products.values()]
    .filter(p => p.product.domain === product.domain)
    .flatMap(p => p.releases)
  const began = Math.min(now.getTime(), ...releases.map(release => Date.parse(release.at)))
  const until = began + newDomainGraceDays * dayMs
  return until > now.getTime() ? new Date(until).toISOString().slice(0, 10) : undefined
}

/** What rules may be asked about: the release as a whole with each contract, and each of its tables. */
interface Subjects {
  readonly whole: readonly Subject[]
  readonly tables: readonly Subject[]
}

function subjectsOf(question: PublishQuestion): Subjects {
  const { state, product, change } = question
  const contracts = question.contracts ?? product.ports.map(port => port.contract)
  const edges = question.lineage ?? state.products.get(product.id)?.lineage ?? []
  const shared: Facts = {
    mesh: meshFact(state),
    domain: domainFact(state.domains.get(product.domain) ?? { id: product.domain }),
    product: productFact(product),
    release: fact({ version: question.version ?? product.version, change }),
    lineage: lineageFact(edges),
  }
  const of = (contract: Contract | undefined, facts: Facts): Facts => ({
    ...facts,
    ...shared,
    contract: contract === undefined ? null : contractFact(contract),
  })
  const whole = contracts.length === 0 ? [undefined] : contracts
  return {
    whole: whole.map(contract => bare(product, of(contract, {}))),
    tables: contracts.flatMap(contract =>
      contract.tables.map(table => {
        const target = targetOf(stateless(state), versionOf(product, contract, table), table.columns)
        return { ...target, facts: of(contract, target.facts) }
      }),
    ),
  }
}

/** The release is judged by what it says itself, not by what other majors say of equal names. */
const stateless = (state: MeshState): MeshState => ({ ...state, tables: new Map() })

const bare = ({ domain, id }: Product, facts: Facts): Subject => ({ version: { domain, id }, facts, flat: [] })

function versionOf(product: Product, contract: Contract, table: TableVersion['table']): TableVersion {
  return {
    id: `${product.domain}.${table.name}`,
    domain: product.domain,
    name: table.name,
    product: product.id,
    major: Number.parseInt(contract.version, 10) || 0,
    table,
    contract,
    release: product.version,
    snapshots: [],
  }
}

function violationsOf(policy: CompiledPolicy, { whole, tables }: Subjects, now: Date): readonly PublishViolation[] {
  const perTable = policy.level === 'tables' || policy.level === 'columns'
  return (perTable ? tables : whole).flatMap(target => {
    const selection = select(policy, target, now)
    if (selection === undefined) return []
    if (selection.fault !== undefined) return [unanswered(policy, target, selection.fault)]
    const facts: Facts = { ...target.facts, policy: policy.fact }
    const each = selection.columns?.map(({ said }) => ({ ...facts, column: said.fact })) ?? [facts]
    return policy.onPublish.flatMap(rule => each.flatMap(about => judge(policy, rule, about, target, now)))
  })
}

function judge(
  policy: CompiledPolicy,
  rule: Compiled<PublishRule, 'require'>,
  facts: Facts,
  target: Subject,
  now: Date,
): readonly PublishViolation[] {
  try {
    if (rule.when !== undefined && !ask(rule.when, facts, now)) return []
    if (rule.require === undefined || ask(rule.require, facts, now)) return []
  } catch (thrown) {
    if (thrown instanceof ConditionFailed) return [unanswered(policy, target, thrown.message)]
    throw thrown
  }
  const message = rule.message === undefined ? `The rule ${policy.name} is not met.` : fill(rule.message, facts)
  const fix = rule.fix === undefined ? {} : { fix: fill(rule.fix, facts) }
  return [{ policy: policy.name, team: policy.policy.team, message, ...fix }]
}

/** What has no answer is not met: the rule fails closed, and says so. */
const unanswered = (policy: CompiledPolicy, target: Subject, why: string): PublishViolation => ({
  policy: policy.name,
  team: policy.policy.team,
  message: `The rule ${policy.name} of ${policy.policy.team} cannot be put in force on ${foldAscii(target.version.id)}: ${why}.`,
  fix: `Ask ${policy.policy.team} to mend the rule ${policy.name}.`,
})
