import { ConditionFailed, celTimestamp, type CelCondition, type Facts } from './compile-cel.ts'
import type { CompiledPolicy } from './compile-policy.ts'
import type { Level } from './cel-names.ts'
import type { Subject, TargetColumn } from './target.ts'

/** What of a table a policy is about. */
export interface Selection {
  readonly policy: CompiledPolicy
  /** Each saying about a column that the policy selects; absent where it selects no columns but the table. */
  readonly columns?: readonly SelectedColumn[]
  /** Why it could not be told: whoever asks must refuse. */
  readonly fault?: string
}

export interface SelectedColumn {
  readonly column: TargetColumn
  readonly said: TargetColumn['said'][number]
}

/** Undefined where the policy does not concern the table. A local policy concerns its own domain's tables only. */
export function select(policy: CompiledPolicy, target: Subject, now: Date): Selection | undefined {
  if (policy.policy.domain !== undefined && policy.policy.domain !== target.version.domain) return undefined
  const facts: Facts = { ...target.facts, policy: policy.fact }
  try {
    if (!(['domains', 'products', 'tables'] as const).every(level => holds(policy, level, facts, now))) return undefined
    const { columns } = policy.select
    if (columns === undefined) return { policy }
    const selected = target.flat.flatMap(column =>
      column.said
        .filter(said => ask(columns, { ...facts, column: said.fact }, now))
        .map((said): SelectedColumn => ({ column, said })),
    )
    return selected.length === 0 ? undefined : { policy, columns: selected }
  } catch (thrown) {
    if (thrown instanceof ConditionFailed) return { policy, fault: thrown.message }
    throw thrown
  }
}

function holds(policy: CompiledPolicy, level: Level, facts: Facts, now: Date): boolean {
  const condition = policy.select[level]
  return condition === undefined || ask(condition, facts, now)
}

/** Asks a condition, with the time where it reads it. Throws ConditionFailed. */
export const ask = (condition: CelCondition, facts: Facts, now: Date): boolean =>
  condition.test(condition.reads.has('now') ? { ...facts, now: celTimestamp(now) } : facts)

/** Whether what a policy selects may change with the time alone. */
export const selectsByTime = (policy: CompiledPolicy): boolean =>
  Object.values(policy.select).some(condition => condition.reads.has('now'))
