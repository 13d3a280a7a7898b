import type { Allowed } from './decision.ts'
import type { Limit, Obligations } from './obligations.ts'

const kinds = ['rows', 'perMinute', 'exportRows', 'cost'] as const

/** The strictest of each limit that some rule sets on the statement; of equal ones, the rule that is first by name. */
export function limitsOf(demands: readonly Obligations[]): Pick<Allowed, 'rowLimit' | 'limits'> {
  const all = demands.flatMap(demand => demand.limits)
  if (all.length === 0) return {}
  const [rows, ...others] = kinds.map(kind => strictest(all, kind))
  const more = kinds.slice(1).flatMap((kind, i) => {
    const limit = others[i]
    return limit === undefined ? [] : [[kind, { most: limit.most, rule: limit.rule, team: limit.team }]]
  })
  return {
    ...(rows === undefined ? {} : { rowLimit: { rows: rows.most, rule: rows.rule, team: rows.team } }),
    ...(more.length === 0 ? {} : { limits: Object.fromEntries(more) as NonNullable<Allowed['limits']> }),
  }
}

function strictest(
  limits: Obligations['limits'],
  kind: keyof Limit,
): { readonly most: number; readonly rule: string; readonly team: string } | undefined {
  const [first] = limits
    .flatMap(({ policy, limit }) => {
      const most = limit[kind]
      return most === undefined ? [] : [{ most, rule: policy.name, team: policy.policy.team }]
    })
    .sort((a, b) => a.most - b.most || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))
  return first
}
