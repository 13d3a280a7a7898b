import { assert, digestOf, limits, MeshError } from '../base/index.ts'
import { defaultInfrastructure, foldAscii, type MeshState } from '../mesh/index.ts'
import { decideQuery, entitlementsOf, type Allowed, type TableDecision } from '../policy/index.ts'
import { analysePlan, type PlanAnalysis } from './bind/analyse-plan.ts'
import { lineageOfPlan, UnknownPlan, type PlanLineage } from './bind/plan-lineage.ts'
import { copyColumns } from './copy-columns.ts'
import { bindError, hashedAsOther, type Visible } from './errors/bind-error.ts'
import { runError } from './errors/run-error.ts'
import type { Notice, QueryRequest } from './gateway-face.ts'
import type { GovernWorld } from './govern/govern-world.ts'
import { governedRelation, peopleColumn } from './govern/governed-relation.ts'
import { lru } from './lru.ts'
import { maskNotices } from './mask-notices.ts'
import { groupCondition, groupedText, groupedTree, requireAggregate } from './minimum-group.ts'
import { EngineError, type Bound, type Engine, type Relation, type RunLimits } from './needs.ts'
import { parseStatement } from './parse-statement.ts'
import { parseTree } from './parse-tree.ts'
import { pinnedText, pinnedTree, sameStatement } from './resolve/pinned-text.ts'
import { resolveTables, type ResolvedTable } from './resolve/resolve-tables.ts'
import { placeOf } from './text/places.ts'
import type { Tree } from './tree.ts'
import { unsupported } from './walk/unsupported.ts'
import { walkStatement, type Walk } from './walk/walk-statement.ts'

export interface PreparedTable extends ResolvedTable {
  readonly decision: TableDecision
}

/** A statement that may run, with everything that was decided about it. */
export interface Prepared {
  readonly state: MeshState
  /** What runs: the person's own text, less what views cannot say. */
  readonly sql: string
  readonly decision: Allowed
  readonly tables: readonly PreparedTable[]
  readonly relations: readonly Relation[]
  readonly bound: Bound
  /** Which column of the answer depends on which of the tables; absent where the plan does not tell. */
  readonly lineage?: PlanLineage
  /** Some rows of some table are hidden from the asker. */
  readonly hidesRows: boolean
  readonly on: 'views' | 'copies'
  /** Why it runs on copies. */
  readonly because: readonly string[]
  /** Never on a copy, and no error in the engine's words: only groups may be seen. */
  readonly groupsOnly: boolean
  readonly ordered: boolean
  /** Rows are looked up in an entitlement table, so that a copy has no order of its own unless one thread makes it. */
  readonly looksUp: boolean
  /** Texts of the statement that it reads as another type: an error about one of them is the statement's own. */
  readonly textCasts: readonly string[]
  readonly limits: RunLimits
  readonly notices: readonly Notice[]
}

export interface Preparer {
  /** `onState`: called with the cut before anything can fail on it. */
  prepare(request: QueryRequest, state: MeshState, now: Date): Promise<Prepared>
  parse(sql: string): Promise<Tree>
}

/** A bound statement, and what its plan was found to do. */
interface Understood {
  readonly bound: Bound
  readonly analysis: PlanAnalysis
  readonly lineage?: PlanLineage
}

interface Parsed {
  readonly tree: Tree
  readonly walk: Walk
}

const copyBytesMax = 2_000_000_000

/** Steps 1 to 6 of the query path: parse, walk, resolve, decide, govern, bind. What was read from a text is kept by text. */
export function preparer(engine: Engine, world: GovernWorld): Preparer {
  const statements = lru<Promise<Parsed>>(500)
  const bindings = lru<Promise<Understood>>(500)
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
    checkReserved(walk, tables)

    const group = tables.find(table => table.decision.minimumGroup !== undefined)
    const people = group === undefined ? undefined : peopleOf(group, state)
    let sql = request.sql
    if (renames.length > 0) sql = await rewritten(pinnedText(sql, renames), pinnedTree(tree, renames))
    if (group !== undefined) {
      requireAggregate(tree, group.decision.minimumGroup!)
      const condition = groupCondition(group.decision.minimumGroup!, people !== undefined)
      const having = await parseStatement(engine, `SELECT 1 HAVING ${condition}`)
      const before = renames.length > 0 ? pinnedTree(tree, renames) : tree
      sql = await rewritten(groupedText(sql, condition), groupedTree(before, having))
    }

    const relations = await Promise.all(tables.map(table => relationOf(table, state, people)))
    const { bound, analysis, lineage } = await bind(sql, request, relations, tables, decision)
    const seen = tables.map(table => visible(table, decision, request))
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

  async function bind(
    sql: string,
    request: QueryRequest,
    relations: readonly Relation[],
    tables: readonly PreparedTable[],
    decision: Allowed,
  ): Promise<Understood> {
    const key = digestOf([
      sql,
      request.params.map(value => (value === null ? 'null' : typeof value)),
      relations.map(({ schema, name, columns }) => [schema, name, columns]),
    ])
    try {
      return await bindings.get(key, async () => {
        const bound = await engine.bind({ relations, sql, params: request.params })
        const lineage = lineageOf(bound)
        return {
          bound,
          analysis: request.params.length > 0 ? unread('parameters') : analysisOf(bound),
          ...(lineage === undefined ? {} : { lineage }),
        }
      })
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      if (!['parse', 'bind', 'runtime'].includes(thrown.kind)) throw runError(thrown, { seesOnlyAuthorised: false })
      throw bindError(
        thrown,
        sql,
        tables.map(table => visible(table, decision, request)),
      )
    }
  }
}

const analysisOf = ({ plan }: Bound): PlanAnalysis =>
  plan === undefined ? unread('a plan that cannot be read') : analysePlan(parseTree(plan))

function lineageOf({ plan, columns }: Bound): PlanLineage | undefined {
  if (plan === undefined) return undefined
  try {
    const lineage = lineageOfPlan(plan)
    return lineage.columns.length === columns.length ? lineage : undefined
  } catch (thrown) {
    if (thrown instanceof UnknownPlan) return undefined
    throw thrown
  }
}

/** Of what is not understood, the worst is assumed. */
const unread = (what: string): PlanAnalysis => ({
  partial: [what],
  ordered: [],
  limitsScan: true,
  columnCasts: [],
  textCasts: [],
})

/** The command that asks for access, with the page of the product on which a person asks for it. */
function withPage(error: MeshError, { url }: Pick<QueryRequest, 'url'>, { tables }: MeshState): MeshError {
  const { next, context } = error.details
  const [first] = Array.isArray(context?.['tables']) ? (context['tables'] as readonly unknown[]) : []
  const product = typeof first === 'string' ? tables.get(foldAscii(first))?.product : undefined
  if (error.code !== 'access.required' || next === undefined || product === undefined) return error
  const page = `${url}/p/${product.split('.').map(encodeURIComponent).join('/')}`
  return new MeshError(error.code, error.message, { ...error.details, next: { ...next, url: page } })
}

/** Errors that know a byte of the text tell its line and column. */
async function located<T>(sql: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown
    const { location, ...context } = thrown.details.context ?? {}
    if (typeof location !== 'number') throw thrown
    throw new MeshError(thrown.code, thrown.message, {
      ...thrown.details,
      context: { ...context, ...placeOf(sql, location) },
    })
  }
}

function checkParameters(walk: Walk, given: number): void {
  const wanted = new Set(Array.from({ length: given }, (_, i) => String(i + 1)))
  const fits = walk.parameters.size === given && [...walk.parameters].every(each => wanted.has(each))
  if (fits) return
  const named = [...walk.parameters].find(each => !/^\d+$/.test(each))
  if (named !== undefined) {
    throw new MeshError('sql.parameters', `The parameter $${named} has a name, and values are given by number.`, {
      fix: 'Number parameters from $1, or write ?, and give one value for each.',
    })
  }
  throw new MeshError(
    'sql.parameters',
    `The statement has ${walk.parameters.size} parameters and ${given} values were given.`,
    { fix: 'Number parameters from $1, or write ?, and give one value for each.' },
  )
}

/** To the parser these are columns, to the engine its own state, which is none of the mesh's. */
const engineState = ['user', 'current_user', 'session_user', 'current_role', 'current_schema', 'current_catalog']

function checkReserved(walk: Walk, tables: readonly PreparedTable[]): void {
  if (walk.names.has(foldAscii(peopleColumn))) throw unsupported('this name')
  const columns = new Set(tables.flatMap(table => table.decision.columns.map(column => foldAscii(column.name))))
  const stray = engineState.find(name => walk.names.has(name) && !columns.has(name) && !walk.aliases.has(name))
  if (stray !== undefined)
    throw unsupported(stray, undefined, 'It would show the state of the engine and not of the mesh.')
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

/** The tightest limits of the domains whose tables are read. */
function limitsOf(
  request: QueryRequest,
  decision: Allowed,
  tables: readonly PreparedTable[],
  state: MeshState,
): RunLimits {
  const domains = tables.map(table => state.domains.get(table.version.domain)?.infrastructure ?? defaultInfrastructure)
  const each = domains.length === 0 ? [defaultInfrastructure] : domains
  const exported = request.format === 'json' ? undefined : decision.limits?.exportRows?.most
  const truncate = [decision.rowLimit?.rows, exported].filter(rows => rows !== undefined)
  return {
    timeMs: Math.min(...each.map(({ limits }) => limits.timeoutS)) * 1000,
    memoryMb: Math.min(...each.map(({ limits }) => limits.memoryMb)),
    rowsMax: limits.answerRowsMax,
    copyBytesMax,
    ...(truncate.length === 0 ? {} : { truncateRows: Math.min(...truncate) }),
  }
}

function noticesOf(tree: Tree, tables: readonly PreparedTable[], decision: Allowed): readonly Notice[] {
  const seen = tables.map(table => ({
    table: table.version.id,
    names: table.references.map(({ name, alias }) => foldAscii(alias === '' ? name : alias)),
    columns: table.decision.columns,
  }))
  return [
    ...maskNotices(tree, seen),
    ...tables.flatMap(({ decision: { minimumGroup: group } }) =>
      group === undefined
        ? []
        : [
            {
              code: 'policy.group',
              rule: group.rule,
              message: `Groups of fewer than ${group.people} people are left out.`,
            },
          ],
    ),
    ...(decision.warnings ?? []).map(({ rule, message }) => ({ code: 'policy.grace', rule, message })),
    ...tables.flatMap(({ version }) => deprecation(version.id, version.contract.status)),
  ]
}

const deprecation = (table: string, status: string): readonly Notice[] =>
  status === 'deprecated' || status === 'retired'
    ? [{ code: 'release.deprecated', message: `This version of ${table} is ${status}.` }]
    : []
