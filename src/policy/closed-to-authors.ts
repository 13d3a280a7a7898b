import { foldAscii, type MaskName } from '../mesh/index.ts'
import type { Condition, Value } from './condition.ts'
import { masksOf, wholeTable, type Obligations } from './obligations.ts'
import { selectionsOf, type IndexedTarget, type PolicyIndex } from './policy-index.ts'
import { ruleState } from './rule-state.ts'

/**
 * What binding rules keep from somebody of a table. Whoever writes a filter, or bounds a grant, learns from the rows that
 * are left what stands in the columns that it reads; so here a rule counts for everybody, whatever it asks of the
 * reader: the writer may be one of those from whom it keeps something.
 */
export interface Closed {
  /** A rule of this name refuses, filters, groups or bounds the table. */
  readonly rows?: string
  readonly columns: readonly ClosedColumn[]
}

interface ClosedColumn {
  /** Folded steps: `a`, `b`; of a list also `[]`. */
  readonly path: readonly string[]
  readonly mask: MaskName
  readonly rule: string
}

/** By rules of which domains: `global` those of the federation, `all` those of the table's own domain as well. */
export function closedBy(index: PolicyIndex, indexed: IndexedTarget, now: Date, whose: 'global' | 'all'): Closed {
  const { target } = indexed
  const binding = selectionsOf(indexed, now).filter(
    ({ policy }) =>
      ruleState(policy, now.getTime()) === 'binds' && (whose === 'all' || policy.policy.domain === undefined),
  )
  const bounding = binding.find(
    ({ policy, fault }) =>
      fault !== undefined ||
      policy.onQuery.some(
        ({ rule }) =>
          rule.deny !== undefined ||
          rule.filter !== undefined ||
          rule.minimumGroup !== undefined ||
          (whose === 'all' && rule.limit?.rows !== undefined),
      ),
  )
  const columns = binding.flatMap(({ policy, columns: selected }) =>
    policy.onQuery.flatMap(({ rule }) =>
      masksOf(index.settings, rule.mask, selected ?? wholeTable(target, rule.mask)).map(masked =>
        closedColumn({ ...masked, policy }),
      ),
    ),
  )
  return { ...(bounding === undefined ? {} : { rows: bounding.policy.name }), columns }
}

/** What one reader sees masked. */
export const closedToReader = ({ masks }: Pick<Obligations, 'masks'>): Closed => ({
  columns: masks.map(closedColumn),
})

const closedColumn = ({ column, mask, policy }: Obligations['masks'][number]): ClosedColumn => ({
  path: [column.top, ...column.below].map(foldAscii),
  mask,
  rule: policy.name,
})

export interface ClosedUse {
  readonly column: string
  readonly rule: string
}

/**
 * The first closed column whose values a condition betrays, as it was written. It may be compared, for equality, with an
 * attribute of the reader, whose value is not the writer's to choose; and with a column that the same keyed hash covers,
 * since equal hashes tell as much. `row` is the governed table, `entitlement` what stands behind the columns of an
 * EXISTS.
 */
export function betrayed(
  condition: Condition,
  row: Closed,
  entitlement: (exists: Condition & { kind: 'exists' }) => Closed,
): ClosedUse | undefined {
  return first(condition, { column: row, row })

  function first(part: Condition, scope: Scope): ClosedUse | undefined {
    switch (part.kind) {
      case 'always':
      case 'never':
        return undefined
      case 'and':
      case 'or':
        return firstOf(part.parts, each => first(each, scope))
      case 'not':
        return first(part.part, scope)
      case 'exists':
        return first(part.where, { column: entitlement(part), row })
      case 'compare':
        if (part.op === '=' || part.op === '<>') {
          if (tellsNothing(part.left, part.right, scope)) return undefined
        }
        return used([part.left, part.right], scope)
      case 'in':
        if (part.list.every(value => value.kind === 'attribute') && bare(part.value) !== undefined) return undefined
        return used([part.value, ...part.list], scope)
      case 'between':
        return used([part.value, part.low, part.high], scope)
      case 'like':
      case 'is-null':
      case 'true':
        return used([part.value], scope)
    }
  }
}

interface Scope {
  /** Of plain columns. */
  readonly column: Closed
  /** Of `row.` columns. */
  readonly row: Closed
}

function tellsNothing(left: Value, right: Value, scope: Scope): boolean {
  const [a, b] = [bare(left), bare(right)]
  if (a !== undefined && right.kind === 'attribute') return true
  if (b !== undefined && left.kind === 'attribute') return true
  if (a === undefined || b === undefined || a !== left || b !== right) return false
  const [some, others] = [a, b].map(value => closing(value, scope).map(({ mask }) => mask))
  return [some, others].every(masks => masks!.length > 0 && masks!.every(mask => mask === 'keyed-hash'))
}

/** A column, as it is or without its case and outer spaces. */
function bare(value: Value): (Value & { kind: 'column' | 'row-column' }) | undefined {
  if (value.kind === 'column' || value.kind === 'row-column') return value
  const [only, ...more] = value.kind === 'call' ? value.arguments : []
  const keeps = value.kind === 'call' && ['lower', 'upper', 'trim'].includes(value.name)
  return keeps && only !== undefined && more.length === 0 ? bare(only) : undefined
}

function used(values: readonly Value[], scope: Scope): ClosedUse | undefined {
  return firstOf(values, value => {
    if (value.kind === 'arithmetic') return used([value.left, value.right], scope)
    if (value.kind === 'call') return used(value.arguments, scope)
    if (value.kind !== 'column' && value.kind !== 'row-column') return undefined
    const [found] = closing(value, scope)
    return found && { column: value.path.join('.'), rule: found.rule }
  })
}

/** The masks of a column, of what holds it and of what it holds. */
function closing(value: Value & { kind: 'column' | 'row-column' }, scope: Scope): readonly ClosedColumn[] {
  const path = value.path.map(foldAscii)
  const { columns } = value.kind === 'column' ? scope.column : scope.row
  return columns.filter(closed => path.every((step, i) => closed.path[i] === undefined || closed.path[i] === step))
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
