import { MeshError, quoteName } from '../../base/index.ts'
import { newestMajor, resolveTableName, type Column, type MeshState, type SnapshotRecord } from '../../mesh/index.ts'
import { entitlementsOf, type Condition, type TableDecision } from '../../policy/index.ts'
import type { Relation } from '../needs.ts'
import { columnSql } from './column-sql.ts'
import { conditionSql } from './condition-sql.ts'
import type { GovernWorld } from './govern-world.ts'
import { scanSql } from './scan-sql.ts'

export interface GovernOrder {
  readonly state: MeshState
  /** The name under which a statement finds it. */
  readonly schema: string
  readonly name: string
  readonly decision: TableDecision
  readonly snapshot: Pick<SnapshotRecord, 'to' | 'snapshot'>
  /** All columns of the snapshot: filters may read what nobody is shown. */
  readonly columns: readonly Column[]
  /** The column that tells people apart, to be given under `peopleColumn`. */
  readonly people?: string
}

/** Under this name a relation with a minimum group gives whom it is about; no statement can name it. */
export const peopleColumn = '\u0001people'

const row = quoteName('row')

/** One table as somebody may see it: exactly the snapshot's files, filtered, each column through its mask. */
export async function governedRelation(order: GovernOrder, world: GovernWorld): Promise<Relation> {
  const { decision, columns, people } = order
  const snapshot = await world.readSnapshot(order.snapshot)
  const filters = decision.filters.map(filter => filter.condition).filter(condition => condition.kind !== 'always')
  const entitlements = await readEntitlements(filters, order.state, world)
  const scope = {
    row,
    entitlement: (schema: string, table: string) => entitlements.get(`${schema}.${table}`)!.sql,
    columns,
    entitlementColumns: (schema: string, table: string) => entitlements.get(`${schema}.${table}`)!.columns,
  }
  const select = decision.columns.map(
    seen => `${columnSql(seen, `${row}.${quoteName(seen.name)}`, world.maskKey)} AS ${quoteName(seen.name)}`,
  )
  if (people !== undefined) select.push(`${row}.${quoteName(people)} AS ${quoteName(peopleColumn)}`)
  const where = filters.map(condition => conditionSql(condition, scope))
  return {
    schema: order.schema,
    name: order.name,
    select:
      `SELECT ${select.join(', ')} FROM ${scanSql(snapshot, columns)} AS ${row}` +
      (where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`),
    files: [
      ...new Set([...snapshot.files.map(file => file.path), ...[...entitlements.values()].flatMap(each => each.files)]),
    ],
    columns: [
      ...decision.columns.map(({ name, type }) => ({ name, type })),
      ...columns.filter(column => column.name === people).map(({ type }) => ({ name: peopleColumn, type })),
    ],
    whole: filters.length === 0,
    plain: filters.length === 0 && decision.minimumGroup === undefined && decision.columns.every(isPlain),
  }
}

const isPlain = ({ mask, nested }: TableDecision['columns'][number]): boolean =>
  mask === undefined && nested.length === 0

interface Entitlement {
  readonly sql: string
  readonly files: readonly string[]
  readonly columns: readonly Column[]
}

/** The tables that filters look people up in, as they are now, read under the policy's own rights. */
async function readEntitlements(
  conditions: readonly Condition[],
  state: MeshState,
  world: GovernWorld,
): Promise<ReadonlyMap<string, Entitlement>> {
  const found = new Map<string, Entitlement>()
  for (const { schema, table } of conditions.flatMap(entitlementsOf)) {
    const key = `${schema}.${table}`
    if (!found.has(key)) found.set(key, await readEntitlement(schema, table, state, world))
  }
  return found
}

async function readEntitlement(
  schema: string,
  table: string,
  state: MeshState,
  world: GovernWorld,
): Promise<Entitlement> {
  const named = resolveTableName(state, schema, table)
  if (named === undefined) {
    throw new MeshError('policy.unenforceable', `A filter reads ${schema}.${table}, which does not exist any more.`)
  }
  const version = named.major === undefined ? newestMajor(named.table) : named.table.majors.get(named.major)!
  const record = version.snapshots.at(-1)
  const columns = record?.columns ?? version.table.columns
  if (record === undefined) {
    const nothing = { schema: { schemaId: 0, fields: [] }, schemas: [], files: [] }
    return { sql: scanSql(nothing, columns), files: [], columns }
  }
  const snapshot = await world.readSnapshot(record)
  return { sql: scanSql(snapshot, columns), files: snapshot.files.map(file => file.path), columns }
}
