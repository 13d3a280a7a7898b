import type { PolicyWarning } from './decision.ts'
import type { Obligations } from './obligations.ts'

/** What policies that are not in force yet would do here, one line for each. */
export function warningsOf(demands: readonly Obligations[]): readonly PolicyWarning[] {
  const policies = new Map(demands.flatMap(d => d.warns).map(policy => [policy.name, policy]))
  return [...policies.values()].map(({ name, policy }) => ({
    rule: name,
    team: policy.team,
    ...(policy.from === undefined ? {} : { from: policy.from }),
    message: `The rule ${name} of ${policy.team} will change this answer${policy.from === undefined ? '' : ` from ${policy.from}`}.`,
  }))
}
