import { canonicalJson } from '../base/index.ts'
import {
  emptyState,
  type Column,
  type MeshSettings,
  type Policy,
  type PolicyTest,
  type Principal,
} from '../mesh/index.ts'
import { ConditionFailed, type Facts } from './compile-cel.ts'
import { compilePolicy, type CompiledPolicy } from './compile-policy.ts'
import { isExcepted } from './exceptions.ts'
import { columnFact, domainFact, fact, input, meshFact, principalFact, productFact } from './facts.ts'
import { fitMask } from './fit-mask.ts'
import { joinMasks } from './mask-order.ts'
import { obligationsOf } from './obligations.ts'
import { ask, select } from './selection.ts'
import type { Target } from './target.ts'
import { fill } from './template.ts'

export interface PolicyTestResult {
  readonly name: string
  readonly passed: boolean
  readonly message: string
}

/**
 * Runs the tests that a policy brings. `given` names facts as conditions see them (`column`, `table`, `product`,
 * `principal`, `purpose`, `request`, …), what is left out is absent; `expect` names effects: `selected`, `require`,
 * `message`, `open`, `deny`, `mask`, `filter`, `minimumGroup`, `limit`, `approve`, `chain`, `hide`. The mask `none`, and
 * `null` for any other effect, expect that there is none. The policy is tested as if it were enforced.
 */
export function testPolicy(policy: Policy, settings: MeshSettings): readonly PolicyTestResult[] {
  const { from: _, ...rest } = policy
  const compiled = compilePolicy({ ...rest, status: 'enforced' })
  const broken = compiled.problems[0]
  return policy.tests.map((test, i) => {
    const name = test.name ?? `test ${i + 1}`
    if (broken !== undefined) return { name, passed: false, message: `${broken.path} ${broken.message}` }
    return { name, ...run(compiled, test, settings) }
  })
}

function run(policy: CompiledPolicy, test: PolicyTest, settings: MeshSettings): Omit<PolicyTestResult, 'name'> {
  try {
    const found = effectsOf(policy, test.given, settings)
    const wrong = Object.entries(test.expect).filter(
      ([effect, expected]) => canonicalJson(found[effect] ?? null) !== canonicalJson(expectedOf(effect, expected)),
    )
    const message = wrong
      .map(([effect, expected]) => `${effect}: expected ${shown(expected)}, found ${shown(found[effect] ?? null)}`)
      .join('; ')
    return { passed: wrong.length === 0, message: message === '' ? 'as expected' : message }
  } catch (thrown) {
    if (!(thrown instanceof ConditionFailed)) throw thrown
    return { passed: false, message: thrown.message }
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value))

/** How no effect may be written. */
function expectedOf(effect: string, expected: unknown): unknown {
  if (effect === 'mask' && expected === 'none') return null
  const yesOrNo = effect === 'open' || effect === 'approve' || effect === 'hide'
  return !yesOrNo && effect !== 'selected' && effect !== 'require' && expected === false ? null : expected
}

type Given = PolicyTest['given']

function effectsOf(policy: CompiledPolicy, given: Given, settings: MeshSettings): Readonly<Record<string, unknown>> {
  const now = new Date(typeof given['now'] === 'string' ? given['now'] : 0)
  const target = targetGiven(policy, given, settings)
  const selection = select(policy, target, now)
  if (selection?.fault !== undefined) throw new ConditionFailed('of the selection', selection.fault)
  if (selection === undefined) return { selected: false, open: false, approve: false, hide: false, require: true }
  const principal = principalGiven(given['principal'])
  const purpose = textOf(given['purpose'])
  const door = textOf(given['door']) ?? 'http'
  const demands = obligationsOf(settings, [selection], target, {
    principal,
    door,
    now,
    ...(purpose === undefined ? {} : { purpose }),
  })
  const [fault] = demands.faults
  if (fault !== undefined) throw new ConditionFailed('of a rule', fault.why)
  const column = selection.columns?.[0]
  const facts: Facts = {
    ...target.facts,
    ...rawFacts(given, ['release', 'contract', 'lineage', 'request']),
    policy: policy.fact,
    principal: principalFact(principal),
    person: principalFact(principal),
    purpose: purpose ?? null,
    door,
    ...(column === undefined ? {} : { column: column.said.fact }),
  }
  const excepted = { principal, door, domain: target.version.domain, ...(purpose === undefined ? {} : { purpose }) }
  const applies = (rule: {
    rule: { except: Policy['onFind'][number]['except'] }
    when?: CompiledPolicy['onFind'][number]['when']
  }) => !isExcepted(rule.rule.except, excepted) && (rule.when === undefined || ask(rule.when, facts, now))
  const unmet = policy.onPublish.filter(
    rule => applies(rule) && rule.require !== undefined && !ask(rule.require, facts, now),
  )
  const requests = policy.onRequest.filter(applies)
  const mask = joinMasks(...demands.masks.map(m => m.mask))
  return {
    selected: true,
    require: unmet.length === 0,
    message: unmet[0]?.message === undefined ? null : fill(unmet[0].message, facts),
    open: demands.opens.length > 0,
    deny: demands.denies[0]?.message ?? null,
    mask: mask === undefined || column === undefined ? (mask ?? null) : fitMask(column.column.column, mask),
    filter: policy.onQuery.find(rule => rule.filter !== undefined && applies(rule))?.rule.filter ?? null,
    minimumGroup: demands.groups[0]?.people ?? null,
    limit: demands.limits[0]?.limit ?? null,
    approve: requests.some(rule => rule.approve !== undefined && ask(rule.approve, facts, now)),
    chain: requests.flatMap(rule => rule.rule.chain ?? []),
    hide: policy.onFind.some(rule => rule.rule.hide && applies(rule)),
  }
}

/** A table made of the facts that are given; filters are not bound to it. */
function targetGiven(policy: CompiledPolicy, given: Given, settings: MeshSettings): Target {
  const column = columnGiven(given['column'])
  const domain = membersOf(given['domain'])
  const path = textOf(membersOf(given['column'])['path']) ?? column.name
  const table = { tags: [], columns: [], ...membersOf(given['table']) }
  return {
    version: { id: 'given.table', domain: textOf(domain['id']) ?? policy.policy.domain ?? 'given' },
    columns: [column],
    unbound: true,
    facts: {
      mesh: meshFact({ ...emptyState, settings }),
      domain: domainFact(domain),
      product: productFact(membersOf(given['product'])),
      table: fact(table),
    },
    flat: [
      {
        path,
        top: column.name,
        below: [],
        column,
        said: [{ column, fact: columnFact(column, path, settings.defaultClass) }],
      },
    ],
  } as unknown as Target
}

const rawFacts = (given: Given, names: readonly string[]): Facts =>
  Object.fromEntries(names.map(name => [name, input(given[name] ?? {})]))

function principalGiven(given: unknown): Principal {
  const { id, kind, teams, roles, domains: _, ...attributes } = membersOf(given)
  return {
    id: textOf(id) ?? 'somebody',
    kind: (textOf(kind) ?? 'person') as Principal['kind'],
    teams: Array.isArray(teams) ? teams.map(String) : [],
    roles: membersOf(roles) as Principal['roles'],
    attributes: attributes as Principal['attributes'],
  }
}

/** Logical types of ODCS and the type of the engine that each is by default. */
const engineTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  array: 'VARCHAR[]',
  object: 'STRUCT',
}

function columnGiven(given: unknown): Column {
  const { name, type, ...rest } = membersOf(given)
  const logicalType = textOf(type) ?? 'string'
  const known: Partial<Column> = rest
  return {
    required: false,
    unique: false,
    tags: [],
    examples: [],
    options: {},
    ...known,
    name: textOf(name) ?? 'given',
    logicalType,
    type: engineTypes[logicalType] ?? logicalType,
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
