import { MeshError, type Clock } from '../base/index.ts'
import { principalOf, resolveTableName, type TableVersion } from '../mesh/index.ts'
import { decideQuery, mayDiscover, versionFor, type TableDecision } from '../policy/index.ts'
import { governedRelation, type GovernWorld } from '../query/index.ts'
import type { GovernedInput, InputRelation } from './world.ts'

/**
 * Inputs under the product's own decision for the purpose `product`: with the own domain's standing grant, a grant, or
 * an open rule, and always with the masks and filters that hold for it. Nothing is cached: a revoked grant ends the next run.
 */
export const governedInputs =
  (world: GovernWorld, clock: Clock): InputRelation =>
  async (state, product, { schema, name, major }, want = 'rows'): Promise<GovernedInput> => {
    const found = resolveTableName(state, schema, name)
    const principal = principalOf(state, `product:${product}`)
    const now = clock()
    // What is hidden from a product is not there for it, lest its runs tell.
    if (found === undefined || !mayDiscover(state, principal, found.table.id, now)) {
      throw new MeshError('sql.table-not-found', `There is no table ${schema}.${name}.`)
    }
    const pinned = major ?? found.major
    const ask = { purpose: 'product', door: 'build', now }
    const version = versionFor(state, principal, found.table, {
      ...ask,
      ...(pinned === undefined ? {} : { major: pinned }),
    })
    if (version === undefined) {
      throw new MeshError('sql.table-not-found', `Table ${found.table.id} has no major version ${pinned ?? ''}.`)
    }
    const snapshot = version.snapshots.at(-1)
    const columns = snapshot?.columns ?? version.table.columns
    const decision = decideQuery({ state, principal, ...ask, tables: [{ version, columns }] })
    if (decision.verdict === 'deny') throw decision.error
    const table = decision.tables[0]!
    refuseBounded(version, table, decision.rowLimit)
    if (want === 'shape') {
      const shape = { table: version.id, select: '', files: [], restricted: true, snapshot: '' }
      return { ...shape, columns: table.columns.map(({ name: column, type }) => ({ name: column, type })) }
    }
    if (snapshot === undefined) {
      throw new MeshError('table.no-data', `The input ${version.id} has no data yet.`, {
        fix: `Run it first: meshwright run ${version.product}`,
      })
    }
    const relation = await governedRelation({ state, schema, name, decision: table, snapshot, columns }, world)
    const masked = table.columns.some(column => column.mask !== undefined || column.nested.length > 0)
    return {
      table: version.id,
      select: relation.select,
      files: relation.files,
      columns: relation.columns,
      restricted: masked || table.filters.length > 0,
      snapshot: snapshot.snapshot,
    }
  }

/** Rules about answers cannot be kept by a build, whose rows others would then see without them. */
function refuseBounded(
  version: TableVersion,
  { minimumGroup }: TableDecision,
  rowLimit: { readonly rows: number; readonly rule: string; readonly team: string } | undefined,
): void {
  const bound = minimumGroup ?? rowLimit
  if (bound === undefined) return
  const says =
    minimumGroup === undefined ? `at most ${rowLimit!.rows} rows` : `groups of at least ${minimumGroup.people} people`
  throw new MeshError(
    'policy.denied',
    `Rule ${bound.rule} lets nobody see more of ${version.id} than ${says}, which a build cannot keep for its readers.`,
    { rule: bound.rule, team: bound.team },
  )
}
