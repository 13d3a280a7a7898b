import { foldAscii } from '../mesh/index.ts'
import type { Relation } from './needs.ts'
import type { TableReference, Walk } from './walk/walk-statement.ts'

/**
 * The columns that an authorised copy of a relation needs: those whose names occur anywhere in the statement. Undefined
 * for all of them: where a star or the like may mean any, or where a whole row is meant.
 */
export function copyColumns(
  relation: Relation,
  references: readonly TableReference[],
  walk: Walk,
): readonly string[] | undefined {
  if (walk.usesAllColumns) return undefined
  const rowNames = references.flatMap(({ name, alias }) => [foldAscii(alias === '' ? name : alias)])
  if (rowNames.some(name => walk.lastNames.has(name))) return undefined
  const named = relation.columns.map(column => column.name).filter(name => walk.names.has(foldAscii(name)))
  // A count of rows names none, and a table has at least one column.
  return named.length > 0 ? named : relation.columns.slice(0, 1).map(column => column.name)
}
