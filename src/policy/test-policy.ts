import { canonicalJson } from '../base/index.ts'
import type { Exception, MeshSettings, Policy, PolicyTest } from '../mesh/index.ts'
import { ConditionFailed, type CelCondition, type Facts } from './compile-cel.ts'
import { compilePolicy, type CompiledPolicy } from './compile-policy.ts'
import { isExcepted } from './exceptions.ts'
import { principalFact } from './facts.ts'
import { fitMask } from './fit-mask.ts'
import { principalGiven, rawFacts, targetGiven, textOf, type Given } from './given-facts.ts'
import { joinMasks } from './mask-order.ts'
import { obligationsOf, type Obligations } from './obligations.ts'
import { ask, select } from './selection.ts'
import { fill } from './template.ts'

export interface PolicyTestResult {
  readonly name: string
  readonly passed: boolean
  readonly message: string
}

/**
 * Runs the tests that a policy brings. `given` names facts as conditions see them (`column`, `table`, `product`,
 * `principal`, `purpose`, `request`, …), what is left out is absent; `expect` names effects: `selected`, `require` (or
 * `publish`), `message`, `open`, `deny`, `mask`, `filter`, `minimumGroup`, `limit`, `approve`, `chain`, `hide`. The mask `none`, and
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
    const wrong = Object.entries(test.expect).flatMap(([effect, expected]) => {
      const known = Object.hasOwn(found, effect) ? found[effect] : undefined
      if (known === undefined) return [`${effect}: there is no such effect; there are ${Object.keys(found).join(', ')}`]
      const value = known() ?? null
      const equal = canonicalJson(value) === canonicalJson(expectedOf(effect, expected))
      return equal ? [] : [`${effect}: expected ${shown(expected)}, found ${shown(value)}`]
    })
    return { passed: wrong.length === 0, message: wrong.length === 0 ? 'as expected' : wrong.join('; ') }
  } catch (thrown) {
    if (!(thrown instanceof ConditionFailed)) throw thrown
    return { passed: false, message: thrown.message }
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value))

const yesOrNo = ['selected', 'require', 'publish', 'open', 'approve', 'hide']

/** No effect may be written as null, as false, and for a mask as none. */
function expectedOf(effect: string, expected: unknown): unknown {
  if (yesOrNo.includes(effect)) return expected
  return expected === false || (effect === 'mask' && expected === 'none') ? null : expected
}

/** Each effect is found out only when it is expected: a test gives no more facts than it is about. */
type Effects = Readonly<Record<string, () => unknown>>

function effectsOf(policy: CompiledPolicy, given: Given, settings: MeshSettings): Effects {
  const now = new Date(typeof given['now'] === 'string' ? given['now'] : 0)
  const target = targetGiven(policy, given, settings)
  const selection = select(policy, target, now)
  if (selection?.fault !== undefined) throw new ConditionFailed('of the selection', selection.fault)
  if (selection === undefined) return nothing
  const principal = principalGiven(given['principal'])
  const purpose = textOf(given['purpose'])
  const door = textOf(given['door']) ?? 'http'
  const asked = { principal, door, now, ...(purpose === undefined ? {} : { purpose }) }
  const demands = (): Obligations => {
    const found = obligationsOf(settings, [selection], target, asked)
    const [fault] = found.faults
    if (fault !== undefined) throw new ConditionFailed('of a rule', fault.why)
    return found
  }
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
  const applies = ({ rule, when }: { readonly rule: { readonly except: readonly Exception[] }; when?: CelCondition }) =>
    !isExcepted(rule.except, { ...asked, domain: target.version.domain }) &&
    (when === undefined || ask(when, facts, now))
  const unmet = () =>
    policy.onPublish.find(rule => applies(rule) && rule.require !== undefined && !ask(rule.require, facts, now))
  const message = () => unmet()?.message
  return {
    selected: () => true,
    require: () => unmet() === undefined,
    publish: () => unmet() === undefined,
    message: () => message() && fill(message()!, facts),
    open: () => demands().opens.length > 0,
    deny: () => demands().denies[0]?.message,
    mask: () => {
      const mask = joinMasks(...demands().masks.map(m => m.mask))
      return mask === undefined || column === undefined ? mask : fitMask(column.column.column, mask)
    },
    filter: () => policy.onQuery.find(rule => rule.filter !== undefined && applies(rule))?.rule.filter,
    minimumGroup: () => demands().groups[0]?.people,
    limit: () => demands().limits[0]?.limit,
    approve: () =>
      policy.onRequest.some(rule => rule.approve !== undefined && applies(rule) && ask(rule.approve, facts, now)),
    chain: () => policy.onRequest.filter(applies).flatMap(({ rule }) => rule.chain ?? []),
    hide: () => policy.onFind.some(rule => rule.rule.hide && applies(rule)),
  }
}

/** What a policy does to what it is not about. */
const nothing: Effects = {
  selected: () => false,
  require: () => true,
  publish: () => true,
  message: () => null,
  open: () => false,
  deny: () => null,
  mask: () => null,
  filter: () => null,
  minimumGroup: () => null,
  limit: () => null,
  approve: () => false,
  chain: () => [],
  hide: () => false,
}
