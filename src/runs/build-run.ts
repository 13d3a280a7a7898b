import { mkdir, rm } from 'node:fs/promises'
import { MeshError } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { stoppedInputs } from '../control/index.ts'
import { foldAscii, type LineageEdge } from '../mesh/index.ts'
import type { BuildOrder } from './build-order.ts'
import { checksFor, checkTables } from './check-tables.ts'
import { storedProblem } from './find-sources.ts'
import { gather } from './gather.ts'
import { failingRowsOf } from './failing-rows-of.ts'
import { keepBatch } from './keep-batch.ts'
import type { RunRecord } from './needs.ts'
import { describeSources, prepareSession } from './open-session.ts'
import type { RunPlan } from './plan-run.ts'
import type { RunJournal } from './run-journal.ts'
import { runLineage } from './run-lineage.ts'
import type { StagedTable } from './stage-table.ts'
import { keptPath, referenceSql, transform, type Made, type Work } from './transform.ts'
import type { RunsWorld } from './world.ts'

/** What a build came to: staged tables with the verdicts on them, nothing of it visible. */
export interface Built {
  readonly staged: readonly StagedTable[]
  readonly checks: readonly CheckVerdict[]
  readonly passed: boolean
  readonly lineage: readonly LineageEdge[]
  readonly facts: Pick<RunRecord, 'rows' | 'kept' | 'consumed' | 'watermarks' | 'marked' | 'taken' | 'made' | 'notes'>
  /** Files were taken, if without any row: the next run has to know it. */
  readonly hasTaken: boolean
}

/** The folder of one run; it holds everything that is not promoted. */
export const runFolder = (world: Pick<RunsWorld, 'staging'>, run: string): string => `${world.staging}/${run}`

/** Reads, transforms, writes and checks. Throws what went wrong; what fails a check is an answer and no error. */
export async function buildRun(
  world: RunsWorld,
  plan: RunPlan,
  order: BuildOrder,
  journal: RunJournal,
): Promise<Built> {
  const folder = runFolder(world, order.run)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await journal.begin('read', 'running')
  const gathered = await gather(world, plan)
  const session = await world.workshop.open({
    read: gathered.files,
    write: folder,
    memoryMb: plan.limits.memoryMb,
    timeoutMs: plan.limits.timeoutS * 1000,
    signal: order.signal,
  })
  try {
    await prepareSession(session, gathered, order.sample)
    const types = await describeSources(session, gathered.sources)
    await session.lock()
    await journal.begin('transform')
    const work: Work = { world, plan, order, gathered, session, types, folder }
    const made = await transform(work)
    const total = Object.values(made.rows).reduce((sum, n) => sum + n, 0)
    await journal.end('done', total)
    await journal.change({ rows: made.rows })
    await journal.begin('check', 'checking')
    const measuring = made.misfits.length > 0 ? [] : checkTables(world, plan, order, gathered, session, made.staged)
    const tracing = mayPromote(order, made) ? runLineage(world, plan, gathered, made.described, order) : []
    const [measured, lineage] = await both(measuring, tracing)
    const checks = [...made.misfits, ...measured]
    const passed = checks.every(check => check.passed || check.severity === 'warning')
    const aside = passed && order.sample === undefined ? nothingKept : await keepAll(work, made, checks)
    const { kept } = aside
    const { rows, memory } = made
    const stopped = stoppedInputs(plan.state, plan.product, world.clock()).map(({ message }) => message)
    const notes = [...made.notes, ...aside.notes, ...stopped]
    const facts = { rows, kept, ...memory, ...(notes.length === 0 ? {} : { notes }) }
    return { staged: made.staged, checks, passed, lineage, facts, hasTaken: made.hasTaken }
  } catch (thrown) {
    throw storedProblem(thrown, gathered.stored) ?? thrown
  } finally {
    await session.close()
  }
}

const mayPromote = (order: BuildOrder, made: Made): boolean => order.sample === undefined && made.misfits.length === 0

/** Waits for both even where one fails: neither may write into the run's folder after its end. */
async function both<A, B>(a: A | Promise<A>, b: B | Promise<B>): Promise<readonly [A, B]> {
  const [first, second] = await Promise.allSettled([a, b])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return [first.value, second.value]
}

const nothingKept: Kept = { kept: {}, notes: [] }

/** What failed, row by row where it can be told; what names no rows is told in notes. */
async function keepAll(work: Work, made: Made, verdicts: readonly CheckVerdict[]): Promise<Kept> {
  const { session, gathered, folder } = work
  const kept: Record<string, string> = {}
  const notes: string[] = []
  for (const misfit of made.misfits) kept[misfit.table] = keptPath(folder, misfit.table)
  for (const staged of made.staged) {
    const { table } = staged
    if (kept[table.name] !== undefined) continue
    const failed = checksFor(work.plan, staged).filter(check =>
      verdicts.some(verdict => verdict.table === table.name && verdict.check === check.id && !verdict.passed),
    )
    const named = await failingRowsOf(work.world.parse, table.name, failed)
    notes.push(...named.notes)
    const to = keptPath(folder, table.name)
    const reference = (name: string) =>
      gathered.references.get(foldAscii(name)) instanceof MeshError ? undefined : referenceSql(gathered, name)
    const before = verdicts.some(verdict => verdict.table === table.name && verdict.failedBefore !== undefined)
    await keepBatch(session, table, { to, failing: named.rows, reference, before })
    kept[table.name] = to
  }
  return { kept, notes }
}

interface Kept {
  readonly kept: Readonly<Record<string, string>>
  readonly notes: readonly string[]
}
