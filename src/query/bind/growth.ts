import { isList, isNode, listOf, textOf, type Node } from '../tree-access.ts'
import { Num, type Tree } from '../tree.ts'
import { names } from './argument.ts'

/**
 * How often the longest value of a row, or the longest literal, may be repeated in what a plan computes of that row. What
 * grows without bounds fails for want of memory, and would do so on a hidden row: joined texts of joined texts, or a
 * letter replaced by a page, again and again.
 */
export interface Growth {
  readonly factor: number
  readonly longestLiteral: number
}

const factorMax = 64
const bytesMax = 65_536

export const isBounded = ({ factor, longestLiteral }: Growth): boolean =>
  factor <= factorMax && factor * Math.max(longestLiteral, 16) <= bytesMax

/** Each operator works on what those below it made, so their factors multiply. */
export function growthOfPlan(plan: Tree): Growth {
  let factor = 1
  let longestLiteral = 0
  visitOperators(plan)
  return { factor, longestLiteral }

  function visitOperators(tree: Tree | undefined): void {
    if (isList(tree)) for (const each of tree) visitOperators(each)
    if (!isNode(tree)) return
    if (textOf(tree, 'type').startsWith('LOGICAL_')) {
      let peak = 1
      const expressions = Object.entries(tree).filter(([field]) => field !== 'children')
      for (const [, member] of expressions) factorOf(member, each => (peak = Math.max(peak, each)))
      factor *= peak
      visitOperators(tree['children'])
      return
    }
    for (const member of Object.values(tree)) visitOperators(member)
  }

  /** `note` is told of every part: what is large within something small is large all the same. */
  function factorOf(tree: Tree | undefined, note: (factor: number) => void): number {
    if (isList(tree)) return tree.reduce<number>((most, each) => Math.max(most, factorOf(each, note)), 1)
    if (!isNode(tree)) return 1
    if (textOf(tree, 'type').startsWith('LOGICAL_')) {
      visitOperators(tree)
      return 1
    }
    const literal = literalOf(tree)
    if (literal !== undefined) longestLiteral = Math.max(longestLiteral, Buffer.byteLength(literal))
    const isCall = textOf(tree, 'expression_class') === 'BOUND_FUNCTION'
    const parts = (isCall ? listOf(tree, 'children') : Object.values(tree)).map(each => factorOf(each, note))
    const result = isCall ? callFactor(tree, parts) : spelledFactor(tree) * Math.max(1, ...parts)
    note(result)
    return result
  }
}

/** Bytes and bits are spelled out in more characters than they are. */
const spelledFactor = (node: Node): number =>
  textOf(node, 'expression_class') === 'BOUND_CAST' &&
  typeOf(node) === 'VARCHAR' &&
  ['BLOB', 'BIT'].includes(typeOf(node['child']))
    ? 8
    : 1

function callFactor(node: Node, parts: readonly number[]): number {
  const name = textOf(node, 'name')
  const most = Math.max(1, ...parts)
  if (!growing.has(typeOf(node))) return 1
  if (shrinking.has(name)) return most
  const sum = parts.reduce((total, each) => total + each, 0)
  switch (name) {
    case 'replace':
    case 'regexp_replace':
      return most * (1 + Buffer.byteLength(literalOf(listOf(node, 'children')[2]) ?? ''))
    case 'to_json':
      return Math.max(1, sum) * 6
    case 'string_split':
    case 'str_split':
      return most * 17
    default:
      return Math.max(1, sum)
  }
}

/** Only values of these types have a size of their own. */
const growing: ReadonlySet<string> = new Set(['VARCHAR', 'BLOB', 'BIT', 'LIST', 'ARRAY', 'STRUCT', 'MAP', 'UNION'])

/** They give a part of an argument, or one of them. */
const shrinking: ReadonlySet<string> = new Set(
  names(
    `lower upper lcase ucase trim ltrim rtrim reverse left right substring substr split_part regexp_extract md5 sha1 sha256
     list_extract array_extract list_element element_at map_extract map_extract_value struct_extract list_distinct
     list_sort list_reverse_sort greatest least nullif constant_or_null`,
  ),
)

function typeOf(tree: Tree | undefined): string {
  const type = isNode(tree) ? tree['return_type'] : undefined
  return isNode(type) ? textOf(type, 'id') : ''
}

function literalOf(tree: Tree | undefined): string | undefined {
  if (!isNode(tree)) return undefined
  const { child, value } = tree
  if (textOf(tree, 'expression_class') === 'BOUND_CAST') return literalOf(child)
  const held = isNode(value) ? value['value'] : undefined
  if (held instanceof Num) return held.text
  return typeof held === 'string' ? held : undefined
}
