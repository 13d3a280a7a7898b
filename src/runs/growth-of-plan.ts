/**
 * What new rows of some relations do to the answer of a SELECT. `none`: it reads none of them. `rows`: the answer over all
 * rows is the answer over the old ones and, beside it, the answer over the new ones, so that old rows need not be read
 * again. `other`: nothing of the kind can be said.
 */
export type Growth = 'none' | 'rows' | 'other'

export interface PlanGrowth {
  readonly growth: Growth
  /**
   * Functions that it calls, but those in the list of the outermost SELECT: these give values to rows and choose none, so
   * that `now() as loaded_at` says of each row when it was loaded.
   */
  readonly functions: ReadonlySet<string>
}

/**
 * Growth by the engine's bound plan (`json_serialize_plan` over empty twins). `growing` holds `schema.table` in lower case.
 * What this walk does not know is `other`: a mistake costs time, and never a row.
 */
export function growthOfPlan(planJson: string, growing: ReadonlySet<string>): PlanGrowth {
  const document: unknown = JSON.parse(planJson)
  const plans = isNode(document) ? document['plans'] : undefined
  if (!Array.isArray(plans) || plans.length !== 1) return { growth: 'other', functions: new Set() }
  const plan = nodeOf(plans[0])
  const choosing = plan['type'] === 'LOGICAL_PROJECTION' ? childrenOf(plan) : plan
  return { growth: walk(plan, { growing, commonTables: new Map() }), functions: functionsIn(choosing) }
}

interface Node {
  readonly [key: string]: unknown
}

interface Scope {
  readonly growing: ReadonlySet<string>
  readonly commonTables: ReadonlyMap<unknown, Growth>
}

function walk(node: Node, scope: Scope): Growth {
  const type = String(node['type'])
  const children = childrenOf(node)
  if (type === 'LOGICAL_MATERIALIZED_CTE') return commonTable(node, scope)
  if (type === 'LOGICAL_DELIM_JOIN') return correlated(node, scope)
  const below = children.map(child => walk(child, scope))
  switch (type) {
    case 'LOGICAL_GET':
      return scanned(node, below, scope)
    case 'LOGICAL_CTE_REF':
      return scope.commonTables.get(node['cte_index']) ?? 'other'
    case 'LOGICAL_PROJECTION':
    case 'LOGICAL_FILTER':
    case 'LOGICAL_UNNEST':
    case 'LOGICAL_ORDER_BY':
      return below.length === 1 ? below[0]! : 'other'
    case 'LOGICAL_UNION':
      return united(node, below)
    case 'LOGICAL_CROSS_PRODUCT':
      return joined('INNER', below)
    case 'LOGICAL_COMPARISON_JOIN':
    case 'LOGICAL_ASOF_JOIN':
    case 'LOGICAL_ANY_JOIN':
      return joined(String(node['join_type']), below)
    default:
      // Aggregates, windows, limits and what is not known: the same as before where nothing beneath them grows.
      return below.every(growth => growth === 'none') ? 'none' : 'other'
  }
}

function scanned(node: Node, below: readonly Growth[], { growing }: Scope): Growth {
  if (node['name'] !== 'seq_scan') return below.every(growth => growth === 'none') ? 'none' : 'other'
  const data = nodeOf(node['function_data'])
  return growing.has(`${String(data['schema'])}.${String(data['table'])}`.toLowerCase()) ? 'rows' : 'none'
}

function commonTable(node: Node, scope: Scope): Growth {
  const [definition, rest, ...more] = childrenOf(node)
  if (definition === undefined || rest === undefined || more.length > 0) return 'other'
  const growth = walk(definition, scope)
  const commonTables = new Map(scope.commonTables).set(node['table_index'], growth)
  return walk(rest, { ...scope, commonTables })
}

/** Rows of a part that does not grow would come again with every batch. */
function united(node: Node, below: readonly Growth[]): Growth {
  const [first] = below
  if (first === undefined || below.some(growth => growth !== first)) return 'other'
  return first === 'rows' && node['setop_all'] !== true ? 'other' : first
}

function joined(type: string, [left, right, ...more]: readonly Growth[]): Growth {
  if (left === undefined || right === undefined || more.length > 0 || left === 'other' || right === 'other') {
    return 'other'
  }
  if (left === 'none' && right === 'none') return 'none'
  if (left === 'rows' && right === 'none') return keepsLeft.has(type) ? 'rows' : 'other'
  if (left === 'none') return type === 'INNER' || type === 'RIGHT' ? 'rows' : 'other'
  return 'other'
}

/** Joins in which what becomes of a row on the left depends on that row and the right side alone. */
const keepsLeft: ReadonlySet<string> = new Set(['INNER', 'LEFT', 'SEMI', 'ANTI', 'MARK', 'SINGLE'])

/**
 * A subquery is evaluated for each row around it. Where the engine finds no key of that row it numbers the rows, directly
 * beneath the join, and drops the number again.
 */
function correlated(node: Node, scope: Scope): Growth {
  const [outer, inner, ...more] = childrenOf(node)
  if (outer === undefined || inner === undefined || more.length > 0 || node['delim_flipped'] === true) return 'other'
  const numbered = outer['type'] === 'LOGICAL_WINDOW' ? childrenOf(outer)[0] : outer
  const type = String(node['join_type'])
  return keepsLeft.has(type) ? joined(type, [walk(numbered ?? outer, scope), walk(inner, scope)]) : 'other'
}

function functionsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) functionsIn(each, found)
  else if (isNode(value)) {
    if (typeof value['name'] === 'string') found.add(value['name'].toLowerCase())
    for (const each of Object.values(value)) functionsIn(each, found)
  }
  return found
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const nodeOf = (value: unknown): Node => (isNode(value) ? value : {})
const childrenOf = (node: Node): readonly Node[] =>
  Array.isArray(node['children']) ? node['children'].map(nodeOf) : []
