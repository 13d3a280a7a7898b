import type { FindRule, Policy, PublishRule, QueryRule, RequestRule } from '../mesh/index.ts'
import { compileCel, ConditionFailed, CelError, type CelCondition, type Facts } from './compile-cel.ts'
import { levelOf, pointNames, selectionNames, type Level, type Names, type Point } from './cel-names.ts'
import type { Condition } from './condition.ts'
import { ConditionError } from './condition-error.ts'
import { policyFact } from './facts.ts'
import { parseCondition } from './parse-condition.ts'
import { ruleName } from './rule-name.ts'
import { compileTemplate, type Template } from './template.ts'

/** A policy with every text compiled. What does not compile throws when it is asked, so that it can only refuse. */
export interface CompiledPolicy {
  readonly policy: Policy
  readonly name: string
  /** Milliseconds since 1970 from which it binds. */
  readonly fromMs: number
  readonly level: Level | undefined
  readonly fact: Facts[string]
  readonly select: Readonly<Partial<Record<Level, CelCondition>>>
  readonly onPublish: readonly Compiled<PublishRule, 'require'>[]
  readonly onQuery: readonly CompiledQueryRule[]
  readonly onRequest: readonly Compiled<RequestRule, 'approve'>[]
  readonly onFind: readonly Compiled<FindRule, never>[]
  readonly problems: readonly TextProblem[]
}

export type Compiled<Rule, Conditions extends string> = {
  readonly rule: Rule
  readonly when?: CelCondition
  readonly message?: Template
  readonly fix?: Template
} & { readonly [condition in Conditions]?: CelCondition }

export interface CompiledQueryRule extends Compiled<QueryRule, never> {
  readonly filter?: Condition | Broken
}

/** A filter that does not parse. */
export interface Broken {
  readonly kind: 'broken'
  readonly why: string
}

export interface TextProblem {
  /** Where in the policy, as `onQuery[0].filter`. */
  readonly path: string
  /** Offset into the text at that path. */
  readonly at: number
  readonly message: string
  readonly fix: string
}

const compiled = new WeakMap<Policy, CompiledPolicy>()

/** Compiles a policy once in its life. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const known = compiled.get(policy)
  if (known !== undefined) return known
  const fresh = compile(policy)
  compiled.set(policy, fresh)
  return fresh
}

function compile(policy: Policy): CompiledPolicy {
  const problems: TextProblem[] = []
  const level = levelOf(policy.select)
  const text = (path: string, source: string | undefined, names: Names) =>
    source === undefined ? undefined : (attempt(path, problems, () => compileCel(source, names)) ?? broken(source))
  const message = (path: string, source: string | undefined, names: Names) =>
    source === undefined
      ? undefined
      : (attempt(path, problems, () => compileTemplate(source, names)) ?? { parts: [source] })
  const rules = <R extends { readonly when?: string }, C>(
    point: Point,
    more: (rule: R, path: string, names: Names) => C,
  ) => {
    const names = pointNames(point, level)
    return (policy[point] as unknown as readonly R[]).map((rule, i) => {
      const path = `${point}[${i}]`
      return defined({ rule, when: text(`${path}.when`, rule.when, names), ...more(rule, path, names) })
    })
  }
  return {
    policy,
    name: ruleName(policy),
    fromMs: policy.from === undefined ? -Infinity : Date.parse(policy.from),
    level,
    fact: policyFact(policy),
    select: defined({
      domains: text('domains', policy.select.domains, selectionNames('domains')),
      products: text('products', policy.select.products, selectionNames('products')),
      tables: text('tables', policy.select.tables, selectionNames('tables')),
      columns: text('columns', policy.select.columns, selectionNames('columns')),
    }),
    onPublish: rules<PublishRule, object>('onPublish', (rule, path, names) => ({
      require: text(`${path}.require`, rule.require, names),
      message: message(`${path}.message`, rule.message, names),
      fix: message(`${path}.fix`, rule.fix, names),
    })),
    onQuery: rules<QueryRule, object>('onQuery', (rule, path, names) => ({
      message: message(`${path}.deny.message`, rule.deny?.message, names),
      filter: rule.filter === undefined ? undefined : filter(`${path}.filter`, rule.filter, problems),
    })),
    onRequest: rules<RequestRule, object>('onRequest', (rule, path, names) => ({
      approve: text(`${path}.approve`, rule.approve, names),
    })),
    onFind: rules<FindRule, object>('onFind', () => ({})),
    problems,
  }
}

function filter(path: string, source: string, problems: TextProblem[]): Condition | Broken {
  const found = attempt(path, problems, () => parseCondition(source))
  return found ?? { kind: 'broken', why: problems.at(-1)?.message ?? 'it does not parse' }
}

function attempt<T>(path: string, problems: TextProblem[], make: () => T): T | undefined {
  try {
    return make()
  } catch (thrown) {
    if (!(thrown instanceof CelError) && !(thrown instanceof ConditionError)) throw thrown
    problems.push({ path, at: thrown.at, message: thrown.message, fix: thrown.fix })
    return undefined
  }
}

function broken(text: string): CelCondition {
  const fail = (): never => {
    throw new ConditionFailed(text, 'it does not compile')
  }
  return { text, reads: new Set(), test: fail, print: fail }
}

/** Without members that are undefined, so that absent means absent. */
const defined = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
