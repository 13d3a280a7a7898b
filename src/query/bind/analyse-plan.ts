import { isList, isNode, listOf, textOf, type Node } from '../tree-access.ts'
import { Num, type Tree } from '../tree.ts'
import type { Argument } from './argument.ts'
import { reachOfCall, reachOfCast, reachOfLiteral } from './constants.ts'
import { growthOfPlan, isBounded } from './growth.ts'
import { isTotalCast, isTotalTry } from './total-casts.ts'
import { isTotalAggregate, isTotalFunction } from './total-functions.ts'

export interface PlanAnalysis {
  /** What in the plan might throw on a row that nobody asked for; empty where the statement is total. */
  readonly partial: readonly string[]
  /** What makes the answer depend on the order of rows; empty where nothing does. */
  readonly ordered: readonly string[]
  /** A LIMIT over a bare scan, which depends only on the order in which the scan itself gives rows. */
  readonly limitsScan: boolean
  /** Columns that are read as another type, as they are. */
  readonly columnCasts: readonly { readonly column: string; readonly to: string }[]
  /** Texts of the statement that are read as another type. */
  readonly textCasts: readonly string[]
}

const operators: ReadonlySet<string> = new Set(
  `PROJECTION AGGREGATE_AND_GROUP_BY GET LIMIT ORDER_BY TOP_N FILTER DELIM_JOIN DELIM_GET WINDOW MATERIALIZED_CTE CTE_REF
   CROSS_PRODUCT RECURSIVE_CTE DUMMY_SCAN COMPARISON_JOIN ANY_JOIN DEPENDENT_JOIN ASOF_JOIN POSITIONAL_JOIN DISTINCT UNION
   EXCEPT INTERSECT CHUNK_GET EXPRESSION_GET EMPTY_RESULT`
    .split(/\s+/)
    .map(name => `LOGICAL_${name}`),
)

/** Expressions that hold others and cannot throw by themselves. */
const harmless: ReadonlySet<string> = new Set(
  'BOUND_REF BOUND_COLUMN_REF BOUND_CONSTANT BOUND_COMPARISON BOUND_CONJUNCTION BOUND_BETWEEN BOUND_CASE'.split(' '),
)

const harmlessOperators: ReadonlySet<string> = new Set(
  'OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_NULLIF COMPARE_IN COMPARE_NOT_IN GROUPING_FUNCTION'.split(
    ' ',
  ),
)

const chooses = (node: Node): boolean =>
  textOf(node, 'expression_class') === 'BOUND_CASE' || /COALESCE|NULLIF/.test(textOf(node, 'type'))

/** The engine cannot fill arrays from several branches, which only shows where rows of one batch take more than one. */
function holdsArray(type: Tree | undefined): boolean {
  if (isList(type)) return type.some(holdsArray)
  return isNode(type) && (type['id'] === 'ARRAY' || Object.values(type).some(holdsArray))
}

const harmlessWindows: ReadonlySet<string> = new Set(
  'row_number rank dense_rank rank_dense percent_rank cume_dist first_value last_value lag lead'.split(' '),
)

/** Their result is the same whatever the order in which rows come. */
const orderFree: ReadonlySet<string> = new Set(
  `count count_star count_if countif min max bool_and bool_or bit_and bit_or bit_xor median quantile_cont quantile_disc
   approx_count_distinct`.split(/\s+/),
)

/** Sums are, except of floating point, where rounding depends on who is added first. */
const orderFreeButFloats: ReadonlySet<string> = new Set('sum avg mean'.split(' '))

/** Decides on the engine's own bound plan of an empty twin, which shows the casts that the parse tree hides. */
export function analysePlan(plan: Tree): PlanAnalysis {
  const partial = new Set<string>()
  const ordered = new Set<string>()
  let limitsScan = false
  const columnCasts: { column: string; to: string }[] = []
  const textCasts: string[] = []
  visit(plan, true)
  if (!isBounded(growthOfPlan(plan))) partial.add('texts or lists that may grow large')
  return { partial: [...partial], ordered: [...ordered], limitsScan, columnCasts, textCasts }

  /** `atTop`: between the root and here are only operators through which nothing is pushed down. */
  function visit(tree: Tree | undefined, atTop: boolean): void {
    if (isList(tree)) for (const each of tree) visit(each, atTop)
    if (!isNode(tree)) return
    const kind = textOf(tree, 'type')
    const chain = atTop && (!kind.startsWith('LOGICAL_') || keepsItsPlace.has(kind))
    if (kind.startsWith('LOGICAL_')) operator(tree, kind)
    else if (textOf(tree, 'expression_class') !== '') expression(tree, textOf(tree, 'expression_class'))
    const seesAggregates = chain && keepsItsPlace.has(kind) && isOverAggregate(tree)
    for (const [field, member] of Object.entries(tree)) {
      if (field === 'children' || !seesAggregates) visit(member, chain)
    }
  }

  function operator(node: Node, kind: string): void {
    if (!operators.has(kind)) partial.add(kind)
    if (kind === 'LOGICAL_GET' && !isPlainScan(node)) partial.add(`the table function ${textOf(node, 'name')}`)
    if (kind === 'LOGICAL_LIMIT') {
      if (isOverBareScan(node)) limitsScan = true
      else ordered.add('LIMIT over more than one scan')
    }
    if (kind === 'LOGICAL_TOP_N') ordered.add('LIMIT over an order with ties')
    if (kind === 'LOGICAL_ASOF_JOIN' || kind === 'LOGICAL_POSITIONAL_JOIN' || kind === 'LOGICAL_WINDOW') {
      ordered.add(kind.slice('LOGICAL_'.length).replace('_', ' '))
    }
    if (kind === 'LOGICAL_DISTINCT' && textOf(node, 'distinct_type') !== 'DISTINCT') ordered.add('DISTINCT ON')
    if (kind === 'LOGICAL_SAMPLE') ordered.add('a sample')
  }

  function expression(node: Node, kind: string): void {
    if (chooses(node) && holdsArray(node['return_type'])) partial.add('a choice between arrays')
    if (harmless.has(kind)) return
    const name = textOf(node, 'name')
    switch (kind) {
      case 'BOUND_OPERATOR':
        if (!harmlessOperators.has(textOf(node, 'type'))) partial.add(textOf(node, 'type'))
        return
      case 'BOUND_CAST':
        noteCast(node)
        if (!(node['try_cast'] === true ? isTotalTry : isTotalCast)(argumentOf(node['child']), argumentOf(node))) {
          partial.add(`the cast to ${argumentOf(node).id}`)
        }
        return
      case 'BOUND_FUNCTION':
        if (!argumentOf(node).isConstant && !isTotalFunction(name, argumentsOf(node), argumentOf(node))) {
          partial.add(`the function ${name}`)
        }
        return
      case 'BOUND_AGGREGATE':
        aggregate(node, name)
        return
      case 'BOUND_WINDOW':
        if (textOf(node, 'type') === 'WINDOW_AGGREGATE') aggregate(node, name)
        else if (!harmlessWindows.has(windowName(node, name)))
          partial.add(`the window function ${windowName(node, name)}`)
        return
      default:
        partial.add(kind)
    }
  }

  function noteCast(node: Node): void {
    const { child } = node
    const to = argumentOf(node).id
    if (!isNode(child) || argumentOf(child).id !== 'VARCHAR' || to === 'VARCHAR' || node['try_cast'] === true) return
    const isColumn = ['BOUND_REF', 'BOUND_COLUMN_REF'].includes(textOf(child, 'expression_class'))
    if (isColumn && to !== 'BLOB') columnCasts.push({ column: textOf(child, 'alias'), to })
    const { value } = child
    if (isNode(value) && typeof value['value'] === 'string') textCasts.push(value['value'])
  }

  function aggregate(node: Node, name: string): void {
    const args = argumentsOf(node)
    if (!isTotalAggregate(name, args, argumentOf(node))) partial.add(`the aggregate ${name}`)
    const isFree = orderFree.has(name) || (orderFreeButFloats.has(name) && args.every(a => !isFloat(a.id)))
    if (!isFree) ordered.add(`the aggregate ${name}`)
  }
}

/**
 * Expressions right above the topmost aggregate see only what was aggregated from authorised rows: a projection stays
 * above it, and without a filter above them nothing is pushed through both.
 */
const keepsItsPlace: ReadonlySet<string> = new Set([
  'LOGICAL_PROJECTION',
  'LOGICAL_ORDER_BY',
  'LOGICAL_LIMIT',
  'LOGICAL_TOP_N',
])

function isOverAggregate(operator: Node): boolean {
  let node: Tree | undefined = operator
  while (isNode(node) && keepsItsPlace.has(textOf(node, 'type'))) node = listOf(node, 'children')[0]
  return isNode(node) && textOf(node, 'type') === 'LOGICAL_AGGREGATE_AND_GROUP_BY'
}

const isFloat = (id: string): boolean => id === 'DOUBLE' || id === 'FLOAT'

const windowName = (node: Node, name: string): string =>
  name === ''
    ? textOf(node, 'type')
        .replace(/^WINDOW_/, '')
        .toLowerCase()
    : name

/** The twin's own tables, and rows that are made of constants. */
function isPlainScan(node: Node): boolean {
  return ['', 'seq_scan', 'dummy_scan'].includes(textOf(node, 'name'))
}

/** A scan, its filters and its projections keep the order in which rows lie. */
function isOverBareScan(limit: Node): boolean {
  let [node] = listOf(limit, 'children')
  while (isNode(node)) {
    const kind = textOf(node, 'type')
    if (kind === 'LOGICAL_GET' || kind === 'LOGICAL_DUMMY_SCAN' || kind === 'LOGICAL_EMPTY_RESULT') return true
    if (kind !== 'LOGICAL_PROJECTION' && kind !== 'LOGICAL_FILTER') return false
    const children = listOf(node, 'children')
    if (children.length !== 1) return false
    node = children[0]
  }
  return false
}

const argumentsOf = (node: Node): readonly Argument[] => listOf(node, 'children').map(argumentOf)

/** What an expression gives: its type, and whether it is the same for every row. */
function argumentOf(tree: Tree | undefined): Argument {
  const node = isNode(tree) ? tree : {}
  const before = known.get(node)
  if (before !== undefined) return before
  const held = node['value']
  const type = typeOf(node, held)
  const info = isNode(type['type_info']) ? type['type_info'] : {}
  const id = textOf(info, 'alias') === '' ? textOf(type, 'id') : textOf(info, 'alias')
  const plain = {
    id: id === '' ? 'BOOLEAN' : id,
    isConstant: false,
    ...(id === 'DECIMAL' ? { width: numberOf(info, 'width'), scale: numberOf(info, 'scale') } : {}),
  }
  const argument = { ...plain, ...constancyOf(node, plain) }
  known.set(node, argument)
  return argument
}

/** What was found of a part is asked for again by every part around it. */
const known = new WeakMap<Node, Argument>()

type Constancy = Pick<Argument, 'literal' | 'reach'> & { readonly isConstant: boolean }

function constancyOf(node: Node, type: Argument): Constancy {
  switch (textOf(node, 'expression_class')) {
    case 'BOUND_CONSTANT': {
      const literal = literalOf(node)
      const reach = literal === undefined ? undefined : reachOfLiteral(literal, type)
      return constant(true, literal, reach)
    }
    case 'BOUND_CAST': {
      const from = argumentOf(node['child'])
      const reach = reachOfCast(from, type)
      return constant(reach !== undefined || (from.isConstant && isTotalCast(from, type)), from.literal, reach)
    }
    case 'BOUND_FUNCTION': {
      const reach = reachOfCall(textOf(node, 'name'), argumentsOf(node), type)
      return constant(reach !== undefined, undefined, reach)
    }
    default:
      return constant(false)
  }
}

const constant = (isConstant: boolean, literal?: string, reach?: number): Constancy => ({
  isConstant,
  ...(literal === undefined ? {} : { literal }),
  ...(reach === undefined ? {} : { reach }),
})

function typeOf(node: Node, held: Tree | undefined): Node {
  if (isNode(node['return_type'])) return node['return_type']
  if (isNode(held) && isNode(held['type'])) return held['type']
  return {}
}

function literalOf({ value }: Node): string | undefined {
  const held = isNode(value) ? value['value'] : undefined
  if (held instanceof Num) return held.text
  return typeof held === 'string' ? held : undefined
}

const numberOf = (node: Node, field: string): number => {
  const value = node[field]
  return value instanceof Num ? Number(value.text) : 0
}
