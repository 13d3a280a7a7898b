import { foldAscii } from '../mesh/index.ts'
import type { SeenColumn } from '../policy/index.ts'
import type { Notice } from './gateway-face.ts'
import { isNode, listOf, nodesIn, textOf, type Node } from './tree-access.ts'
import type { Tree } from './tree.ts'

/** A table of the statement as it is seen, under each of the names that the statement gives it. */
export interface SeenTable {
  readonly table: string
  readonly names: readonly string[]
  readonly columns: readonly SeenColumn[]
}

/**
 * A join of a masked key with an unmasked one finds nothing, and people believe empty answers: a notice says so, and what
 * to join on instead.
 */
export function maskNotices(tree: Tree, tables: readonly SeenTable[]): readonly Notice[] {
  const notices = new Map<string, Notice>()
  for (const node of nodesIn(tree)) {
    for (const [left, right] of comparedColumns(node, tables)) {
      if (left === undefined || right === undefined || (left.mask ?? '') === (right.mask ?? '')) continue
      const [masked, plain] = left.mask === undefined ? [right, left] : [left, right]
      const message =
        `${masked.table}.${masked.column} is shown through the mask ${masked.mask} and ` +
        `${plain.table}.${plain.column} is ${plain.mask === undefined ? 'not' : `through ${plain.mask}`}, so they never match.` +
        instead(masked.table, plain.table, tables)
      const [rule] = masked.rules
      notices.set(message, { code: 'mask.join', message, ...(rule === undefined ? {} : { rule }) })
    }
  }
  return [...notices.values()]
}

interface Compared {
  readonly table: string
  readonly column: string
  readonly mask: string | undefined
  readonly rules: readonly string[]
}

function comparedColumns(
  node: Node,
  tables: readonly SeenTable[],
): readonly (readonly [Compared | undefined, Compared | undefined])[] {
  if (textOf(node, 'class') === 'COMPARISON' && textOf(node, 'type') === 'COMPARE_EQUAL') {
    return [[columnOf(node['left'], tables), columnOf(node['right'], tables)]]
  }
  if (textOf(node, 'type') !== 'JOIN') return []
  return listOf(node, 'using_columns').flatMap(name => {
    if (typeof name !== 'string') return []
    const found = tables.flatMap(table => compared(table, name))
    return found.slice(1).map(other => [found[0], other] as const)
  })
}

function columnOf(tree: Tree | undefined, tables: readonly SeenTable[]): Compared | undefined {
  if (!isNode(tree) || textOf(tree, 'class') !== 'COLUMN_REF') return undefined
  const parts = listOf(tree, 'column_names').filter(part => typeof part === 'string')
  const [name, qualifier] = [parts.at(-1), parts.at(-2)]
  if (name === undefined) return undefined
  const among = qualifier === undefined ? tables : tables.filter(table => table.names.includes(foldAscii(qualifier)))
  const found = among.flatMap(table => compared(table, name))
  return found.length === 1 ? found[0] : undefined
}

function compared(table: SeenTable, name: string): readonly Compared[] {
  return table.columns
    .filter(seen => foldAscii(seen.name) === foldAscii(name))
    .map(seen => ({ table: table.table, column: seen.name, mask: seen.mask, rules: seen.rules }))
}

/** Another identifier that both tables hold and show alike. */
function instead(a: string, b: string, tables: readonly SeenTable[]): string {
  const [left, right] = [a, b].map(id => tables.find(table => table.table === id)?.columns ?? [])
  for (const column of left ?? []) {
    const { identifier } = column.column
    const other = right?.find(each => each.column.identifier === identifier && each.mask === column.mask)
    if (identifier !== undefined && other !== undefined) {
      return ` Join on ${a}.${column.name} = ${b}.${other.name} (${identifier}) instead.`
    }
  }
  return ' Ask for access without the mask, or for the other key under the same mask.'
}
