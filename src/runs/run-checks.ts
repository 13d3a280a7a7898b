import { MeshError } from '../base/index.ts'
import {
  checksOfAllRows,
  checksOfEachRow,
  failedOf,
  judge,
  planChecks,
  togetherWith,
  type BatchFacts,
  type Check,
  type CheckRelations,
  type CheckStatement,
  type CheckVerdict,
} from '../contract/index.ts'
import { foldAscii } from '../mesh/index.ts'
import { EngineError, type Tree } from '../query/index.ts'
import { checkedSql, referenceName } from './checked-sql.ts'
import type { WorkshopSession } from './needs.ts'
import { asMeshError } from './run-problem.ts'
import { batchView, beforeView, objectView, ownSchemas } from './session-names.ts'
import type { StagedTable } from './stage-table.ts'

export interface CheckWorld {
  readonly session: WorkshopSession
  readonly parse: (sql: string) => Promise<Tree>
  /** Relation of `domain.table`, or why there is none: then the checks that read it fail. */
  readonly reference: (name: string) => string | MeshError
}

/**
 * Measures everything that the contract says of a staged table, in as few scans as possible. Rows that stay and were
 * never checked for it are measured too, and share the verdicts of those that this run adds.
 */
export async function runChecks(
  world: CheckWorld,
  staged: StagedTable,
  checks: readonly Check[],
): Promise<readonly CheckVerdict[]> {
  const { name } = staged.table
  const relations = { object: objectView(name), batch: batchView(name) }
  const verdicts = await measureChecks(world, checks, relations, factsOf(staged))
  if (!staged.unproven) return verdicts
  const before = { object: beforeView(name), batch: beforeView(name) }
  const each = byCheck(await measureChecks(world, checksOfEachRow(checks), before))
  const isFailed = (check: Check) => verdicts.some(({ check: id, passed }) => id === check.id && !passed)
  const all = byCheck(await measureChecks(world, checksOfAllRows(checks).filter(isFailed), before))
  return verdicts.map(verdict => {
    const [beside, within] = [each.get(verdict.check), all.get(verdict.check)]
    if (beside !== undefined) return togetherWith(verdict, beside)
    const failedBefore = within === undefined ? 0 : failedOf(within)
    return failedBefore === 0 ? verdict : { ...verdict, failedBefore }
  })
}

const byCheck = (verdicts: readonly CheckVerdict[]): ReadonlyMap<string, CheckVerdict> =>
  new Map(verdicts.map(verdict => [verdict.check, verdict]))

async function measureChecks(
  world: CheckWorld,
  checks: readonly Check[],
  relations: Pick<CheckRelations, 'object' | 'batch'>,
  facts?: BatchFacts,
): Promise<readonly CheckVerdict[]> {
  const missing = new Map<Check, string>()
  for (const check of checks) {
    const relation = check.kind === 'reference' ? world.reference(check.to) : ''
    if (typeof relation !== 'string') missing.set(check, relation.message)
  }
  const plan = planChecks(
    checks.filter(check => !missing.has(check)),
    { ...relations, table: to => String(world.reference(to)) },
    facts,
  )
  const verdicts: CheckVerdict[] = [...plan.settled]
  const open: CheckStatement[] = [...plan.statements]
  for (let statement = open.shift(); statement !== undefined; statement = open.shift()) {
    const judgement = judge(statement, await measure(world, statement))
    verdicts.push(...judgement.verdicts)
    open.unshift(...judgement.open)
  }
  for (const [check, error] of missing) {
    verdicts.push(...judge({ sql: '', checks: [check] }, { error }).verdicts)
  }
  const order = new Map(checks.map((check, i) => [check.id, i]))
  return verdicts.sort((a, b) => (order.get(a.check) ?? 0) - (order.get(b.check) ?? 0))
}

function factsOf({ batch, beforeSql, evolved }: StagedTable): BatchFacts {
  const nulls = new Map<string, bigint>()
  for (const field of evolved.schema.fields) {
    const count = typeof field.type === 'string' ? batch.file.nullCounts.get(field.id) : undefined
    if (count !== undefined) nulls.set(field.name, count)
  }
  return { rows: batch.file.rows, nulls, whole: beforeSql === undefined }
}

type Outcome = Parameters<typeof judge>[1]

/** A rule's text is walked first; one that is refused, or fails, is a check that failed, and the run goes on to the next. */
async function measure(world: CheckWorld, statement: CheckStatement): Promise<Outcome> {
  try {
    if (statement.query !== undefined) await walkRule(world, statement.query)
    const [row] = await world.session.execute(statement.sql)
    return row === undefined ? { error: 'The check gave no row.' } : { row }
  } catch (thrown) {
    // A file that cannot be read says nothing about the rows in it.
    if (thrown instanceof EngineError && /\.parquet\b/.test(thrown.message)) throw thrown
    const error = asMeshError(thrown)
    if (error.code !== 'run.failed' && !error.code.startsWith('sql.') && !error.code.startsWith('access.')) throw error
    return { error: error.message }
  }
}

/** What a rule may read: `{object}`, `{batch}`, and tables under the product's own decision. */
async function walkRule(world: CheckWorld, query: string): Promise<void> {
  const walk = await checkedSql(world.parse, query, 'The rule')
  for (const table of walk.tables) {
    if (ownSchemas.some(schema => schema === table.schema)) continue
    const relation = world.reference(foldAscii(referenceName(table)))
    if (typeof relation !== 'string') throw relation
  }
}
