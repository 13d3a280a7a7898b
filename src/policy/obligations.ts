import type { MaskName, MeshSettings, Principal } from '../mesh/index.ts'
import { bindCondition } from './bind-condition.ts'
import { classMask } from './class-mask.ts'
import { ConditionFailed, type Facts } from './compile-cel.ts'
import type { CompiledPolicy, CompiledQueryRule } from './compile-policy.ts'
import type { Condition } from './condition.ts'
import { isExcepted } from './exceptions.ts'
import { principalFact } from './facts.ts'
import { filterFault } from './filter-fault.ts'
import { ruleState } from './rule-state.ts'
import { ask, type SelectedColumn, type Selection } from './selection.ts'
import type { Demanded, Subject, TargetColumn } from './target.ts'
import { fill } from './template.ts'

/** What the rules that match a table demand of one principal, for one purpose, at one door. */
export interface Obligations {
  readonly faults: readonly { readonly policy: CompiledPolicy; readonly why: string }[]
  readonly denies: readonly { readonly policy: CompiledPolicy; readonly message: string }[]
  readonly opens: readonly CompiledPolicy[]
  readonly masks: readonly { readonly column: TargetColumn; readonly mask: MaskName; readonly policy: CompiledPolicy }[]
  /** `written`: before the reader's attributes were put in. */
  readonly filters: readonly {
    readonly policy: CompiledPolicy
    readonly condition: Condition
    readonly written: Condition
  }[]
  readonly groups: readonly { readonly policy: CompiledPolicy; readonly people: number }[]
  readonly limits: readonly { readonly policy: CompiledPolicy; readonly limit: Limit }[]
  /** Policies that would do something here, were they in force already. */
  readonly warns: readonly CompiledPolicy[]
}

export type Limit = NonNullable<CompiledQueryRule['rule']['limit']>

export interface Asker {
  readonly principal: Principal
  readonly purpose?: string
  readonly door: string
  readonly now: Date
}

export const noObligations: Obligations = {
  faults: [],
  denies: [],
  opens: [],
  masks: [],
  filters: [],
  groups: [],
  limits: [],
  warns: [],
}

/** Rules are asked one by one and only ever add: their order cannot matter. */
export function obligationsOf(
  settings: MeshSettings,
  selections: readonly Selection[],
  target: Demanded,
  asker: Asker,
): Obligations {
  const { principal } = asker
  const facts: Facts = {
    ...target.facts,
    principal: principalFact(principal),
    person: principalFact(principal.onBehalfOf ?? principal),
    purpose: asker.purpose ?? null,
    door: asker.door,
  }
  return unite(selections.map(selection => demand(settings, selection, target, asker, facts)))
}

/** All of them hold together. */
export function unite(all: readonly Obligations[]): Obligations {
  const [only, ...more] = all
  if (only !== undefined && more.length === 0) return only
  return {
    faults: all.flatMap(o => o.faults),
    denies: all.flatMap(o => o.denies),
    opens: all.flatMap(o => o.opens),
    masks: all.flatMap(o => o.masks),
    filters: all.flatMap(o => o.filters),
    groups: all.flatMap(o => o.groups),
    limits: all.flatMap(o => o.limits),
    warns: all.flatMap(o => o.warns),
  }
}

function demand(
  settings: MeshSettings,
  selection: Selection,
  target: Demanded,
  asker: Asker,
  facts: Facts,
): Obligations {
  const { policy } = selection
  const state = ruleState(policy, asker.now.getTime())
  if (state === 'silent') return noObligations
  try {
    if (selection.fault !== undefined) throw new Unenforceable(selection.fault)
    const rules = policy.onQuery.map(rule => demandOf(settings, selection, rule, target, asker, facts))
    const all = unite([noObligations, ...rules])
    if (state === 'binds') return all
    return { ...noObligations, warns: isEmpty(all) ? [] : [policy] }
  } catch (thrown) {
    if (!(thrown instanceof ConditionFailed) && !(thrown instanceof Unenforceable)) throw thrown
    return state === 'binds' ? { ...noObligations, faults: [{ policy, why: thrown.message }] } : noObligations
  }
}

class Unenforceable extends Error {}

function demandOf(
  settings: MeshSettings,
  { policy, columns }: Selection,
  { rule, when, message, filter }: CompiledQueryRule,
  target: Demanded,
  asker: Asker,
  facts: Facts,
): Obligations {
  const { principal, now } = asker
  if (isExcepted(rule.except, { ...asker, domain: target.version.domain })) return noObligations
  const own: Facts = { ...facts, policy: policy.fact }
  const matching = columns?.filter(
    selected => when === undefined || ask(when, { ...own, column: selected.said.fact }, now),
  )
  if (matching === undefined ? when !== undefined && !ask(when, own, now) : matching.length === 0) return noObligations
  const fault = filter === undefined ? undefined : filterFault(filter, target)
  if (fault !== undefined) throw new Unenforceable(fault)
  const [first] = matching ?? []
  const said: Facts = first === undefined ? own : { ...own, column: first.said.fact }
  return {
    faults: [],
    denies: message === undefined ? [] : [{ policy, message: fill(message, said) }],
    // A rule about columns says nothing of the others, so it opens no table.
    opens: rule.open === true && columns === undefined ? [policy] : [],
    masks: masksOf(settings, rule.mask, matching ?? wholeTable(target, rule.mask)).map(m => ({ ...m, policy })),
    filters:
      filter === undefined || filter.kind === 'broken'
        ? []
        : [{ policy, condition: bindCondition(filter, principal), written: filter }],
    groups: rule.minimumGroup === undefined ? [] : [{ policy, people: rule.minimumGroup }],
    limits: rule.limit === undefined ? [] : [{ policy, limit: rule.limit }],
    warns: [],
  }
}

/** A named mask on a table covers its columns whole; a mask by class looks into them. */
export const wholeTable = (target: Subject, mask: string | undefined): readonly SelectedColumn[] =>
  target.flat
    .filter(column => mask === 'by-class' || column.below.length === 0)
    .flatMap(column => column.said.map(said => ({ column, said })))

export function masksOf(
  settings: MeshSettings,
  mask: MaskName | 'by-class' | undefined,
  columns: readonly SelectedColumn[],
): readonly { readonly column: TargetColumn; readonly mask: MaskName }[] {
  if (mask === undefined) return []
  return columns.flatMap(({ column, said }) => {
    const named = mask === 'by-class' ? classMask(settings, { ...said.column, type: column.column.type }) : mask
    return named === undefined ? [] : [{ column, mask: named }]
  })
}

const isEmpty = (o: Obligations): boolean =>
  o.denies.length + o.masks.length + o.filters.length + o.groups.length + o.limits.length === 0
