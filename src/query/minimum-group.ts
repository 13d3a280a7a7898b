import { quoteName } from '../base/index.ts'
import { MeshError } from '../base/index.ts'
import { peopleColumn } from './govern/governed-relation.ts'
import { tokensOf } from './text/tokens.ts'
import { isNode, listOf, nodeOf, nodesIn, textOf, type Node } from './tree-access.ts'
import type { Tree } from './tree.ts'
import { aggregateFunctions } from './functions/index.ts'

export interface GroupRule {
  readonly people: number
  readonly rule: string
  readonly team: string
}

/** The condition that leaves small groups out: people where the table tells them apart, else rows. */
export const groupCondition = (rule: GroupRule, tellsPeopleApart: boolean): string =>
  `count(${tellsPeopleApart ? `DISTINCT ${quoteName(peopleColumn)}` : '*'}) >= ${Math.trunc(rule.people)}`

const allowed: ReadonlySet<string> = new Set(['count', 'count_star', 'sum', 'avg', 'mean'])
const aggregates: ReadonlySet<string> = new Set(Object.values(aggregateFunctions).flat())

/**
 * Throws `policy.denied` unless the statement is of the one form for which small groups can be left out soundly: one
 * SELECT over one table that counts, sums or averages.
 */
export function requireAggregate(statement: Tree, rule: GroupRule): void {
  const node = nodeOf(nodeOf(statement, 'a statement')['node'], 'a query')
  const [first] = problems(node)
  if (first === undefined) return
  throw new MeshError(
    'policy.denied',
    `Only groups of at least ${rule.people} people may be seen of this table, so the statement has to count, sum or average it: ${first}.`,
    {
      rule: rule.rule,
      team: rule.team,
      fix: 'Write SELECT …, count(*) FROM table WHERE … GROUP BY …, with count, sum and avg only.',
    },
  )
}

function* problems(node: Node): Generator<string> {
  if (textOf(node, 'type') !== 'SELECT_NODE') yield 'it is no single SELECT'
  if (!isNode(node['from_table']) || textOf(node['from_table'], 'type') !== 'BASE_TABLE')
    yield 'it reads more than this table'
  if (isNode(node['cte_map']) && listOf(node['cte_map'], 'map').length > 0) yield 'it has a WITH clause'
  if (node['having'] !== null) yield 'it has a HAVING'
  if (node['qualify'] !== null || node['sample'] !== null) yield 'it has a QUALIFY or a sample'
  if (listOf(node, 'group_sets').length > 1) yield 'it has several grouping sets'
  let counts = false
  for (const inner of nodesIn(node)) {
    const kind = textOf(inner, 'class')
    if (kind === 'SUBQUERY' || textOf(inner, 'type') === 'SUBQUERY') yield 'it has a subquery'
    if (kind === 'WINDOW') yield 'it has a window function'
    if (kind === 'PARAMETER') yield 'it has parameters'
    if (kind === 'STAR') yield 'it selects all columns'
    if (textOf(inner, 'type') === 'DISTINCT_MODIFIER') yield 'it has a DISTINCT'
    if (kind !== 'FUNCTION') continue
    const name = textOf(inner, 'function_name').toLowerCase()
    if (inner['distinct'] === true) yield 'it aggregates DISTINCT values'
    if (inner['filter'] !== null) yield 'it has an aggregate with a FILTER'
    if (allowed.has(name)) counts = true
    else if (aggregates.has(name)) yield `it uses ${name}`
  }
  if (!counts) yield 'it aggregates nothing'
}

const clausesAfterHaving = new Set(['window', 'qualify', 'order', 'limit', 'offset', 'using', 'fetch'])

/** The text with the condition put in as its HAVING; the caller parses it again and compares it with `groupedTree`. */
export function groupedText(sql: string, condition: string): string {
  let depth = 0
  let seenFrom = false
  for (const token of tokensOf(sql)) {
    if ('([{'.includes(token.text)) depth++
    if (')]}'.includes(token.text)) depth--
    const word = token.kind === 'word' ? token.text.toLowerCase() : token.text
    if (depth === 0 && word === 'from') seenFrom = true
    if (depth === 0 && ((seenFrom && clausesAfterHaving.has(word)) || word === ';')) {
      return `${sql.slice(0, token.start)}\nHAVING ${condition} ${sql.slice(token.start)}`
    }
  }
  return `${sql}\nHAVING ${condition}`
}

/** `condition` is the statement `SELECT 1 HAVING …`, parsed. */
export function groupedTree(statement: Tree, condition: Tree): Tree {
  const outer = nodeOf(statement, 'a statement')
  const having = nodeOf(nodeOf(condition, 'a statement')['node'], 'a query')['having'] ?? null
  return { ...outer, node: { ...nodeOf(outer['node'], 'a query'), having } }
}
