/** How an output depends on an input column: as (part of) its value, through an aggregate, or because it chose the row. */
export type How = 'value' | 'aggregate' | 'condition'

/** Input column as `relation\u0000column` → how. The column `*` stands for the rows of a relation as such. */
export type Sources = ReadonlyMap<string, How>

export interface PlanLineage {
  /** One for each output column, in order. */
  readonly columns: readonly Sources[]
  /** For each output column the input column, or the member of one, that it hands on unchanged; undefined for all else. */
  readonly unchanged: readonly (Unchanged | undefined)[]
}

export interface Unchanged {
  /** As in `Sources`. */
  readonly key: string
  /** Members of structs below the column, outermost first. */
  readonly path: readonly string[]
}

/** Key of an input column in `Sources`. */
export const sourceKey = (relation: string, column: string): string => `${relation}\u0000${column}`

export function sourceOf(key: string): { readonly relation: string; readonly column: string } {
  const at = key.indexOf('\u0000')
  return { relation: key.slice(0, at), column: key.slice(at + 1) }
}

/** What a plan says that this walk does not know: the caller then lets every output depend on every input. */
export class UnknownPlan extends Error {}

/**
 * Column lineage from the engine's bound plan (`json_serialize_plan`), whose column references are positions in the
 * outputs of the children. `schema.table` of a scan is the name of the relation. Throws `UnknownPlan`.
 */
export function lineageOfPlan(planJson: string): PlanLineage {
  const document: unknown = JSON.parse(planJson)
  const plans = isNode(document) ? document['plans'] : undefined
  if (!Array.isArray(plans) || plans.length !== 1) throw new UnknownPlan('The engine gave no plan.')
  const { columns, conditions } = walk(nodeOf(plans[0]), { commonTables: new Map(), eliminated: [] })
  return {
    columns: columns.map(column => union(column, conditions)),
    unchanged: columns.map(column => originals.get(column)),
  }
}

interface Node {
  readonly [key: string]: unknown
}

interface Relation {
  readonly columns: readonly Sources[]
  /** What chose the rows: filters, join conditions, group keys, and that the relation was read at all. */
  readonly conditions: Sources
  /** The engine's number of a single scan, by which references that it left unresolved name it. */
  readonly tableIndex?: unknown
}

interface Scope {
  readonly commonTables: ReadonlyMap<unknown, Relation>
  /** Columns that correlated subqueries get from the query around them, innermost last. */
  readonly eliminated: readonly Relation[]
}

const nothing: Sources = new Map()

/** The sources of columns that are what a scan gave: operators that hand a column on hand on the very object. */
const originals = new WeakMap<Sources, Unchanged>()

function original(sources: Sources, unchanged: Unchanged): Sources {
  const copy = new Map(sources)
  originals.set(copy, unchanged)
  return copy
}

function walk(node: Node, scope: Scope): Relation {
  const type = String(node['type'])
  if (type === 'LOGICAL_MATERIALIZED_CTE') return walkCommonTable(node, scope)
  if (type === 'LOGICAL_RECURSIVE_CTE') return walkRecursion(node, scope)
  if (type === 'LOGICAL_DELIM_JOIN') return walkDelimJoin(node, scope)
  const children = childrenOf(node).map(child => walk(child, scope))
  const below = concat(children)
  switch (type) {
    case 'LOGICAL_GET':
      return scanned(node, below)
    case 'LOGICAL_DUMMY_SCAN':
      return { columns: [nothing], conditions: nothing }
    case 'LOGICAL_PROJECTION':
      return { columns: expressionsOf(node).map(e => sourcesIn(e, below)), conditions: below.conditions }
    case 'LOGICAL_FILTER':
      return mapped(restricted(below, expressionsOf(node)), node['projection_map'])
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return aggregated(node, below)
    case 'LOGICAL_UNNEST': {
      // An empty list takes its row away.
      const { conditions } = restricted(below, expressionsOf(node))
      return { columns: [...below.columns, ...expressionsOf(node).map(e => sourcesIn(e, below))], conditions }
    }
    case 'LOGICAL_WINDOW':
      return { ...below, columns: [...below.columns, ...expressionsOf(node).map(e => sourcesIn(e, below))] }
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_TOP_N':
    case 'LOGICAL_LIMIT':
    case 'LOGICAL_SAMPLE':
      return mapped(restricted(below, [node['orders'], node['limit_val'], node['offset_val']]), node['projections'])
    case 'LOGICAL_DISTINCT':
      // Without ON every column is a target, and which of equal rows stays tells nothing.
      return node['distinct_type'] === 'DISTINCT'
        ? below
        : restricted(below, [node['distinct_targets'], node['order_by']])
    case 'LOGICAL_CROSS_PRODUCT':
    case 'LOGICAL_POSITIONAL_JOIN':
      return below
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ASOF_JOIN':
    case 'LOGICAL_ANY_JOIN':
      return joined(node, children)
    case 'LOGICAL_UNION':
    case 'LOGICAL_EXCEPT':
    case 'LOGICAL_INTERSECT':
      return combined(type, children)
    case 'LOGICAL_EXPRESSION_GET':
      return listed(node, below)
    case 'LOGICAL_CTE_REF':
      return scope.commonTables.get(node['cte_index']) ?? unknown(`the common table ${String(node['cte_index'])}`)
    case 'LOGICAL_DELIM_GET':
      return eliminated(node, scope)
    default:
      return unknown(type)
  }
}

function unknown(what: string): never {
  throw new UnknownPlan(`The plan holds ${what}.`)
}

/** A table of the twin, or a table function over its children. */
function scanned(node: Node, below: Relation): Relation {
  const names = Array.isArray(node['names']) ? node['names'].map(String) : unknown('a scan without names')
  const indexes = Array.isArray(node['column_indexes']) ? node['column_indexes'].map(nodeOf) : []
  const isTable = node['name'] === 'seq_scan'
  if (!isTable) {
    const all: Sources = new Map(below.columns.reduce(union, nothing))
    const passed = Array.isArray(node['projected_input']) ? node['projected_input'].map(i => at(below, i)) : []
    // How many rows it gives depends on its arguments.
    const conditions = union(below.conditions, weaken(all, 'condition'))
    return { columns: [...(indexes.length > 0 ? indexes : names).map(() => all), ...passed], conditions }
  }
  const data = nodeOf(node['function_data'])
  const relation = `${String(data['schema'])}.${String(data['table'])}`
  const columns = indexes.map(({ index }): Sources => {
    const name = names[Number(index)]
    const key = sourceKey(relation, name ?? '*')
    // A virtual column (the row's number) tells of the rows, not of a column.
    return name === undefined ? new Map([[key, 'condition']]) : original(new Map([[key, 'value']]), { key, path: [] })
  })
  const read = new Map<string, How>([[sourceKey(relation, '*'), 'condition']])
  return mapped({ columns, conditions: read }, node['projection_ids'])
}

function aggregated(node: Node, below: Relation): Relation {
  const groups = listOf(node['groups']).map(group => sourcesIn(group, below))
  const results = expressionsOf(node).map(expression => {
    const sources = sourcesIn(expression, below)
    return summaries.has(String(nodeOf(expression)['name'])) ? weaken(sources, 'aggregate') : sources
  })
  const groupings = listOf(node['grouping_functions']).map(() => nothing)
  const conditions = groups.reduce((all, group) => union(all, weaken(group, 'condition')), below.conditions)
  return { columns: [...groups, ...results, ...groupings], conditions }
}

/** Aggregates whose result is no value that somebody had; all others (min, any_value, list, …) hand values on. */
const summaries: ReadonlySet<string> = new Set(
  (
    'count count_star count_if countif sum sum_no_overflow fsum kahan_sum avg favg mean stddev stddev_pop stddev_samp ' +
    'var_pop var_samp variance sem skewness kurtosis kurtosis_pop corr covar_pop covar_samp regr_avgx regr_avgy ' +
    'regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy approx_count_distinct entropy bool_and bool_or'
  ).split(' '),
)

function joined(node: Node, children: readonly Relation[]): Relation {
  const [left, right] = children
  if (left === undefined || right === undefined) return unknown('a join of one side')
  const both = concat([left, right])
  let condition = sourcesIn([node['condition'], node['predicate']], both)
  for (const each of listOf(node['conditions'])) {
    const { left: l, right: r, ...rest } = nodeOf(each)
    condition = union(condition, union(sourcesIn(l, left), sourcesIn(r, right)))
    if ('expression' in rest) condition = union(condition, sourcesIn(rest['expression'], both))
  }
  const conditions = union(both.conditions, weaken(condition, 'condition'))
  switch (String(node['join_type'])) {
    case 'SEMI':
    case 'ANTI':
      return mapped({ columns: left.columns, conditions }, node['left_projection_map'])
    case 'MARK': {
      // Whether the row was found is a value of its own: that of what was compared, under what chose the other side.
      const mark: Sources = new Map(union(condition, right.conditions))
      return { columns: [...picked(left, node['left_projection_map']), mark], conditions }
    }
    case 'INNER':
    case 'LEFT':
    case 'RIGHT':
    case 'OUTER':
    case 'FULL':
    case 'SINGLE':
      return {
        columns: [...picked(left, node['left_projection_map']), ...picked(right, node['right_projection_map'])],
        conditions,
      }
    default:
      return unknown(`a join of type ${String(node['join_type'])}`)
  }
}

function walkDelimJoin(node: Node, scope: Scope): Relation {
  const [first, second] = childrenOf(node)
  if (first === undefined || second === undefined || node['delim_flipped'] === true) return unknown('a flipped join')
  const left = walk(first, scope)
  const columns = listOf(node['duplicate_eliminated_columns']).map(e => sourcesIn(e, left))
  const inner = { ...scope, eliminated: [...scope.eliminated, { columns, conditions: nothing }] }
  return joined(node, [left, walk(second, inner)])
}

function eliminated(node: Node, scope: Scope): Relation {
  const width = listOf(node['chunk_types']).length
  const found = scope.eliminated.findLast(relation => relation.columns.length === width)
  return { ...(found ?? unknown('columns of no query around it')), tableIndex: node['table_index'] }
}

function walkCommonTable(node: Node, scope: Scope): Relation {
  const [definition, rest] = childrenOf(node)
  if (definition === undefined || rest === undefined) return unknown('a common table of one side')
  return walk(rest, withTable(scope, node['table_index'], walk(definition, scope)))
}

/** The sources only grow from round to round and there are finitely many, so this ends. */
function walkRecursion(node: Node, scope: Scope): Relation {
  const [base, step] = childrenOf(node)
  if (base === undefined || step === undefined) return unknown('a recursion of one side')
  let known = walk(base, scope)
  for (;;) {
    const next = combined('LOGICAL_UNION', [known, walk(step, withTable(scope, node['table_index'], known))])
    if (sizeOf(next) === sizeOf(known)) return next
    known = next
  }
}

const withTable = (scope: Scope, index: unknown, relation: Relation): Scope => ({
  ...scope,
  commonTables: new Map(scope.commonTables).set(index, relation),
})

const sizeOf = ({ columns, conditions }: Relation): string =>
  [...columns, conditions].map(sources => [...sources.values()].sort().join()).join(';')

/** Set operations go by position; what is taken away chooses rows only. */
function combined(type: string, children: readonly Relation[]): Relation {
  const conditions = children.reduce((all, child) => union(all, child.conditions), nothing)
  const [first, ...others] = children
  if (first === undefined) return unknown('a set operation over nothing')
  if (type === 'LOGICAL_EXCEPT') {
    const taken = others
      .flatMap(child => child.columns)
      .reduce((all, s) => union(all, weaken(s, 'condition')), conditions)
    return { columns: first.columns, conditions: taken }
  }
  const columns = first.columns.map((column, i) =>
    others.reduce<Sources>((all, o) => union(all, o.columns[i] ?? nothing), new Map(column)),
  )
  return { columns, conditions }
}

function listed(node: Node, below: Relation): Relation {
  const rows = listOf(node['expressions']).map(row => listOf(row).map(e => sourcesIn(e, below)))
  const columns = (rows[0] ?? []).map((_, i) => rows.reduce((all, row) => union(all, row[i] ?? nothing), nothing))
  return { columns, conditions: below.conditions }
}

function restricted(relation: Relation, by: readonly unknown[]): Relation {
  return { ...relation, conditions: union(relation.conditions, weaken(sourcesIn(by, relation), 'condition')) }
}

/** Everything that an expression, or whatever holds expressions, refers to. */
function sourcesIn(held: unknown, relation: Relation): Sources {
  if (Array.isArray(held)) return held.reduce<Sources>((all, each) => union(all, sourcesIn(each, relation)), nothing)
  if (!isNode(held)) return nothing
  switch (held['expression_class']) {
    case 'BOUND_REF':
      return at(relation, held['index'])
    case 'BOUND_COLUMN_REF': {
      // Arguments of a table function over a correlated column stay unresolved; they name the scan right below.
      const binding = nodeOf(held['binding'])
      if (relation.tableIndex === undefined || binding['table_index'] !== relation.tableIndex) {
        return unknown('an expression that is not resolved')
      }
      return at(relation, binding['column_index'])
    }
    case 'BOUND_SUBQUERY':
      return unknown('a subquery that is not planned')
    case 'BOUND_CONSTANT':
      return nothing
    case 'BOUND_WINDOW': {
      const frame = sourcesIn([held['partitions'], held['orders'], held['filters'], held['arg_orders']], relation)
      const { partitions: _p, orders: _o, filters: _f, arg_orders: _a, ...value } = held
      return new Map(union(sourcesIn(Object.values(value), relation), weaken(frame, 'condition')))
    }
    default: {
      // The body of a lambda counts its own parameters; what it captures is among the children.
      const { function_data: _, ...rest } = held
      return member(held, relation) ?? new Map(sourcesIn(Object.values(rest), relation))
    }
  }
}

/** `s.x` of an unchanged `s` is unchanged as well. */
function member(expression: Node, relation: Relation): Sources | undefined {
  if (expression['name'] !== 'struct_extract') return undefined
  const [of, name] = listOf(expression['children'])
  const value = isNode(name) && isNode(name['value']) ? name['value']['value'] : undefined
  if (typeof value !== 'string') return undefined
  const sources = sourcesIn(of, relation)
  const from = originals.get(sources)
  return from && original(sources, { key: from.key, path: [...from.path, value] })
}

const at = (relation: Relation, index: unknown): Sources =>
  relation.columns[Number(index)] ?? unknown(`a reference to column ${String(index)} of ${relation.columns.length}`)

const concat = (relations: readonly Relation[]): Relation => ({
  ...(relations.length === 1 ? relations[0] : {}),
  columns: relations.flatMap(relation => relation.columns),
  conditions: relations.reduce((all, relation) => union(all, relation.conditions), nothing),
})

/** A projection map names the columns that go on; an empty one means all. */
const mapped = (relation: Relation, map: unknown): Relation => ({ ...relation, columns: picked(relation, map) })

function picked(relation: Relation, map: unknown): readonly Sources[] {
  const indexes = listOf(map)
  return indexes.length === 0 ? relation.columns : indexes.map(index => at(relation, index))
}

const weight: Readonly<Record<How, number>> = { value: 0, aggregate: 1, condition: 2 }

/** Both; where one column occurs in both, the stronger dependence stays. */
function union(a: Sources, b: Sources): Sources {
  if (b.size === 0) return a
  if (a.size === 0) return b
  const all = new Map(a)
  for (const [key, how] of b) {
    const known = all.get(key)
    if (known === undefined || weight[how] < weight[known]) all.set(key, how)
  }
  return all
}

const weaken = (sources: Sources, to: How): Sources =>
  new Map([...sources].map(([key, how]) => [key, weight[how] < weight[to] ? to : how]))

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const nodeOf = (value: unknown): Node => (isNode(value) ? value : unknown('something that is no node'))
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const childrenOf = (node: Node): readonly Node[] => listOf(node['children']).map(nodeOf)
const expressionsOf = (node: Node): readonly unknown[] => listOf(node['expressions'])
