import { MeshError } from '../base/index.ts'
import { conditionQuery, failingRows, type Check, type FailingRows } from '../contract/index.ts'
import type { Tree } from '../query/index.ts'
import { checkedSql } from './checked-sql.ts'
import { batchView, objectView } from './session-names.ts'

/**
 * Which rows of a batch the checks that failed are about. A rule's own condition is walked like the rule; one that is no
 * condition by itself, or reads other tables, names no rows. Each check that names none is told in a note.
 */
export async function failingRowsOf(
  parse: (sql: string) => Promise<Tree>,
  table: string,
  failed: readonly Check[],
): Promise<{ readonly rows: readonly FailingRows[]; readonly notes: readonly string[] }> {
  const rows: FailingRows[] = []
  const notes: string[] = []
  for (const check of failed) {
    const found = failingRows(check, { object: objectView(table), batch: batchView(table) })
    if (found !== undefined && (!found.isText || (await isCondition(parse, table, found)))) rows.push(found)
    else if (check.kind !== 'reference') {
      notes.push(`"${check.description ?? check.id}" failed for ${table} as a whole; it names no rows.`)
    }
  }
  return { rows, notes }
}

async function isCondition(
  parse: (sql: string) => Promise<Tree>,
  table: string,
  { predicate, says }: FailingRows,
): Promise<boolean> {
  try {
    const walk = await checkedSql(parse, conditionQuery(predicate, batchView(table)), says)
    return walk.tables.length === 1
  } catch (thrown) {
    if (thrown instanceof MeshError) return false
    throw thrown
  }
}
