import { MeshError } from '../base/index.ts'
import { walkStatement, type Tree, type Walk } from '../query/index.ts'

/** A relation that a text names: `name`, or `schema.name`. */
export const referenceName = (reference: { readonly schema: string; readonly name: string }): string =>
  reference.schema === '' ? reference.name : `${reference.schema}.${reference.name}`

/**
 * Walks the text of a SELECT with the gateway's allow-list before anything of it runs. Parameters and time travel are
 * refused: a build is made of its inputs as they are now. `file` names the text in messages.
 */
export async function checkedSql(parse: (sql: string) => Promise<Tree>, sql: string, file: string): Promise<Walk> {
  try {
    const walk = walkStatement(await parse(sql))
    if (walk.parameters.size > 0) throw new MeshError('sql.unsupported', 'Parameters are not allowed here.')
    if (walk.tables.some(table => table.pin !== undefined)) {
      throw new MeshError('sql.unsupported', 'AT is not allowed here: a build reads its inputs as they are now.')
    }
    if (walk.tables.some(table => table.catalog !== '')) {
      throw new MeshError('sql.unsupported', 'A table is named by its domain and name only.')
    }
    return walk
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown
    throw new MeshError(thrown.code, `${file}: ${thrown.message}`, { ...thrown.details, cause: thrown })
  }
}
