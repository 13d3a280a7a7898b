import { MeshError, quoteName } from '../base/index.ts'
import { foldAscii, type MeshState, type Product } from '../mesh/index.ts'
import { storedType, type Described } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import { relationSql, splitName } from './open-session.ts'
import type { RunsWorld } from './world.ts'

/** An input as the SQL would find it. */
export interface InputShape {
  readonly name: string
  readonly columns: readonly Described[]
}

/** As the product's own decision shows them; where it may not read yet, which the plan tells, as its contract does. */
export async function tableColumns(
  world: Pick<RunsWorld, 'inputRelation'>,
  state: MeshState,
  product: Product,
  { table, major }: { readonly table: string; readonly major?: number },
): Promise<readonly Described[]> {
  const [schema = '', name = ''] = table.split('.')
  const wanted = { schema, name, ...(major === undefined ? {} : { major }) }
  try {
    const { columns } = await world.inputRelation(state, product.id, wanted, 'shape')
    return columns.map(column => ({ name: column.name, type: storedType(column.type) }))
  } catch (thrown) {
    const majors = state.tables.get(foldAscii(table))?.majors
    const version = major === undefined ? [...(majors?.values() ?? [])].at(-1) : majors?.get(major)
    if (!(thrown instanceof MeshError) || !thrown.code.startsWith('access.') || version === undefined) throw thrown
    return version.table.columns.map(column => ({ name: column.name, type: storedType(column.type) }))
  }
}

/** An empty table of a name. */
export async function makeTwin(session: WorkshopSession, name: string, columns: readonly Described[]): Promise<void> {
  const { schema } = splitName(name)
  await session.execute(`create schema if not exists ${quoteName(schema)}`)
  await session.execute(`create or replace table ${relationSql(name)} (${columnsSql(columns)})`)
}

/** A column that holds nothing has no type that a table could have. */
export const columnsSql = (columns: readonly Described[]): string =>
  columns
    .map(({ name, type }) => `${quoteName(name)} ${/^"?NULL"?$/.test(type) ? 'INTEGER' : storedType(type)}`)
    .join(', ')
