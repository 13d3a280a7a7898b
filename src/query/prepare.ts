import { assert, MeshError } from '../base/index.ts'
import { foldAscii, type MeshState } from '../mesh/index.ts'
import { decideQuery, entitlementsOf, type Allowed } from '../policy/index.ts'
import { binder } from './bind/bind-statement.ts'
import { copyColumns } from './copy-columns.ts'
import { hashedAsOther, type Visible } from './errors/bind-error.ts'
import { located } from './errors/located.ts'
import type { QueryRequest } from './gateway-face.ts'
import type { GovernWorld } from './govern/govern-world.ts'
import { governedRelation } from './govern/governed-relation.ts'
import { keptPreparations } from './kept-preparations.ts'
import { lru } from './lru.ts'
import { groupCondition, groupedText, groupedTree, requireAggregate } from './minimum-group.ts'
import type { Engine, Relation } from './needs.ts'
import { noticesOf } from './notices.ts'
import { parseStatement } from './parse-statement.ts'
import type { Prepared, PreparedTable } from './prepared.ts'
import { pinnedText, pinnedTree, sameStatement, type Rename } from './resolve/pinned-text.ts'
import { resolveTables } from './resolve/resolve-tables.ts'
import { limitsOf } from './run-limits.ts'
import type { Tree } from './tree.ts'
import { checkParameters, checkReserved } from './walk/check-walk.ts'
import { unsupported } from './walk/unsupported.ts'
import { walkStatement, type Walk } from './walk/walk-statement.ts'

export interface Preparer {
  /** `onState`: called with the cut before anything can fail on it. */
  prepare(request: QueryRequest, state: MeshState, now: Date): Promise<Prepared>
  parse(sql: string): Promise<Tree>
}

interface Parsed {
  readonly tree: Tree
  readonly walk: Walk
}

/** A statement that was decided, on its way to the engine. */
interface Governing {
  readonly request: QueryRequest
  readonly state: MeshState
  readonly tree: Tree
  readonly walk: Walk
  readonly decision: Allowed
  readonly tables: readonly PreparedTable[]
  readonly renames: readonly Rename[]
}

/** Steps 1 to 6 of the query path: parse, walk, resolve, decide, govern, bind. What was read from a text is kept by text. */
export function preparer(engine: Engine, world: GovernWorld): Preparer {
  const statements = lru<Promise<Parsed>>(500)
  const bind = binder(engine)
  const kept = keptPreparations()
  const parsed = (sql: string): Promise<Parsed> =>
    statements.get(sql, async () => {
      const tree = await parseStatement(engine, sql)
      return { tree, walk: walkStatement(tree) }
    })

  return {
    parse: async sql => (await located(sql, () => parsed(sql))).tree,
    prepare: (request, state, now) => located(request.sql, () => prepare(request, state, now)),
  }

  async function prepare(request: QueryRequest, state: MeshState, now: Date): Promise<Prepared> {
    const { tree, walk } = await parsed(request.sql)
    checkParameters(walk, request.params.length)
    const question = {
      state,
      principal: request.principal,
      door: request.door,
      now,
      ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
      ...(request.at === undefined ? {} : { at: request.at }),
    }
    const { tables: resolved, renames } = resolveTables(walk.tables, question)
    const decision = decideQuery({
      ...question,
      tables: resolved.map(({ version, columns }) => ({ version, columns })),
    })
    if (decision.verdict === 'deny') throw withPage(decision.error, request, state)
    const tables = resolved.map((table, i) => ({ ...table, decision: decision.tables[i]! }))
    for (const { problem } of tables) if (problem !== undefined) throw problem
    return kept(state, decision, request, () => govern({ request, state, tree, walk, decision, tables, renames }))
  }

  /** Steps 5 and 6, of a statement that is allowed. */
  async function govern({ request, state, tree, walk, decision, tables, renames }: Governing): Promise<Prepared> {
    checkReserved(
      walk,
      tables.flatMap(table => table.decision.columns.map(column => column.name)),
    )
    const group = tables.find(table => table.decision.minimumGroup !== undefined)
    const people = group === undefined ? undefined : peopleOf(group, state)
    const pinned = renames.length === 0 ? tree : pinnedTree(tree, renames)
    let sql = request.sql
    if (renames.length > 0) sql = await rewritten(pinnedText(sql, renames), pinned)
    if (group !== undefined) {
      requireAggregate(tree, group.decision.minimumGroup!)
      const condition = groupCondition(group.decision.minimumGroup!, people !== undefined)
      const having = await parseStatement(engine, `SELECT 1 HAVING ${condition}`)
      sql = await rewritten(groupedText(sql, condition), groupedTree(pinned, having))
    }

    const relations = await Promise.all(tables.map(table => relationOf(table, state, people)))
    const seen = tables.map(table => visible(table, decision, request))
    const { bound, analysis, lineage } = await bind({ sql, params: request.params, relations, visible: seen })
    for (const { column, to } of analysis.columnCasts) {
      const hashed = walk.names.has(foldAscii(column)) ? hashedAsOther(column, to, seen) : undefined
      if (hashed !== undefined) throw hashed
    }
    const hidesRows = relations.some(relation => relation.whole !== true)
    if (group !== undefined && analysis.partial.length > 0) throw notTotal(group, analysis.partial)
    const ordered = [
      ...analysis.ordered,
      ...(walk.samples ? ['a sample'] : []),
      ...(analysis.limitsScan && tables.some(looksUp) ? ['LIMIT over rows that are looked up'] : []),
    ]
    const because = hidesRows && group === undefined ? [...new Set([...analysis.partial, ...ordered])] : []
    const on = because.length > 0 ? 'copies' : 'views'
    return {
      state,
      sql,
      decision,
      tables,
      relations: relations.map((relation, i) => withCopyColumns(relation, tables[i]!, walk)),
      bound,
      ...(lineage === undefined ? {} : { lineage }),
      hidesRows,
      on,
      because,
      groupsOnly: group !== undefined,
      textCasts: analysis.textCasts,
      looksUp: tables.some(looksUp),
      ordered: hidesRows && ordered.length > 0,
      limits: limitsOf(request, decision, tables, state),
      notices: noticesOf(tree, tables, decision),
    }
  }

  /** A text that was changed is parsed again: it must say exactly what was meant. */
  async function rewritten(sql: string | undefined, intended: Tree): Promise<string> {
    if (sql === undefined || !sameStatement(intended, await parseStatement(engine, sql))) {
      throw unsupported('AT or GROUP BY in this place', undefined, 'Write the table, its alias and AT in this order.')
    }
    return sql
  }

  function relationOf(table: PreparedTable, state: MeshState, people: string | undefined): Promise<Relation> {
    assert(table.snapshot !== undefined, 'a table without a snapshot')
    return governedRelation(
      {
        state,
        schema: table.schema,
        name: table.name,
        decision: table.decision,
        snapshot: table.snapshot,
        columns: table.columns,
        ...(people === undefined || table.decision.minimumGroup === undefined ? {} : { people }),
      },
      world,
    )
  }
}

/** The command that asks for access, with the page of the product on which a person asks for it. */
function withPage(error: MeshError, { url }: Pick<QueryRequest, 'url'>, { tables }: MeshState): MeshError {
  const { next, context } = error.details
  const [first] = Array.isArray(context?.['tables']) ? (context['tables'] as readonly unknown[]) : []
  const product = typeof first === 'string' ? tables.get(foldAscii(first))?.product : undefined
  if (error.code !== 'access.required' || next === undefined || product === undefined) return error
  const page = `${url}/p/${product.split('.').map(encodeURIComponent).join('/')}`
  return new MeshError(error.code, error.message, { ...error.details, next: { ...next, url: page } })
}

/** A join with an entitlement table does not keep the order of rows. */
const looksUp = (table: PreparedTable): boolean =>
  table.decision.filters.some(filter => entitlementsOf(filter.condition).length > 0)

function peopleOf(table: PreparedTable, state: MeshState): string | undefined {
  return table.columns.find(
    column => column.identifier !== undefined && state.settings.identifiers[column.identifier]?.person === true,
  )?.name
}

function notTotal(table: PreparedTable, partial: readonly string[]): MeshError {
  const { people, rule, team } = table.decision.minimumGroup!
  return new MeshError(
    'policy.denied',
    `Only groups of at least ${people} people may be seen of ${table.version.id}, and ${partial.join(', ')} could fail on a single row of it.`,
    { rule, team, fix: 'Group by plain columns, and compute on the answer.' },
  )
}

function visible(table: PreparedTable, decision: Allowed, request: QueryRequest): Visible {
  const seen = new Set(table.decision.columns.map(column => column.name))
  return {
    table: table.version.id,
    columns: table.decision.columns.map(({ name, mask }) => (mask === undefined ? { name } : { name, mask })),
    outside: table.columns.map(column => column.name).filter(name => !seen.has(name)),
    url: request.url,
    ...(decision.purpose === undefined ? {} : { purpose: decision.purpose }),
  }
}

function withCopyColumns(relation: Relation, table: PreparedTable, walk: Walk): Relation {
  const columns = copyColumns(relation, table.references, walk)
  return columns === undefined ? relation : { ...relation, copyColumns: columns }
}
