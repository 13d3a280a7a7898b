import { rm } from 'node:fs/promises'
import { countOf, MeshError, messageOf } from '../base/index.ts'
import type { Principal } from '../mesh/index.ts'
import { buildRun, runFolder, type Built } from './build-run.ts'
import type { RunRecord } from './needs.ts'
import { planRun, type RunPlan } from './plan-run.ts'
import { promoteRun } from './promote-run.ts'
import { rejectedRun } from './rejected-run.ts'
import { removeAllButKept } from './staging.ts'
import type { RunJournal } from './run-journal.ts'
import { asMeshError, problemOf } from './run-problem.ts'
import type { RunsWorld } from './world.ts'

export interface CarryOutOrder {
  readonly actor: Principal
  readonly signal: AbortSignal
  readonly from?: string
  readonly to?: string
  readonly sample?: number
}

/** A table that others write too can move under a build: so often it is made anew before the run gives up. */
const attemptsMax = 3

/** Carries out one run to its end, whatever happens; the end is in the record and nothing is thrown. */
export async function carryOut(world: RunsWorld, journal: RunJournal, order: CarryOutOrder): Promise<void> {
  const { id, product } = journal.record()
  let end: Partial<RunRecord>
  try {
    end = await attempt(world, journal, order, 1)
  } catch (thrown) {
    end = failureOf(thrown, order.signal, product)
  }
  const failed = end.state === 'failed' || end.state === 'cancelled'
  try {
    // First of all: on a full disk this makes the space in which the end is written.
    if (Object.keys(end.kept ?? {}).length > 0) await removeAllButKept(runFolder(world, id))
    else await rm(runFolder(world, id), { recursive: true, force: true })
  } catch (thrown) {
    end = { ...end, problem: end.problem ?? problemOf(thrown) }
  }
  await journal.finish(failed ? 'failed' : 'done', { ...end, finishedAt: world.clock().toISOString() })
}

async function attempt(
  world: RunsWorld,
  journal: RunJournal,
  order: CarryOutOrder,
  tried: number,
): Promise<Partial<RunRecord>> {
  const { id: run, product } = journal.record()
  order.signal.throwIfAborted()
  const plan = await planRun(world, world.control.state(), product)
  await journal.change({ release: plan.product.version })
  const built = await buildRun(world, plan, { ...order, run }, journal)
  const facts = { ...built.facts, checks: built.checks }
  if (order.sample !== undefined) return { ...facts, ...sampled(order.sample, built) }
  if (!built.passed) return { ...facts, ...rejectedRun(plan, run, built) }
  const unchanged = unchangedSnapshots(plan, built)
  if (unchanged !== undefined) return { ...facts, state: 'promoted', snapshots: unchanged }
  // Recorded before the ledger knows: whatever becomes of this server, the next run starts after what was consumed.
  await journal.change(facts)
  await journal.begin('promote')
  order.signal.throwIfAborted()
  try {
    const moves = await promoteRun(world, {
      product,
      release: plan.product.version,
      run,
      actor: order.actor,
      staged: built.staged,
      lineage: built.lineage,
    })
    // Moves come in the order of the staged tables, or by name from the ledger.
    const snapshots = Object.fromEntries(
      moves.map((move, i) => [built.staged[i]?.table.name ?? move.table, move.snapshot]),
    )
    return { ...facts, state: 'promoted', snapshots }
  } catch (thrown) {
    const lost = thrown instanceof MeshError && thrown.code === 'request.conflict'
    if (!lost || tried >= attemptsMax) throw thrown
    return attempt(world, journal, order, tried + 1)
  }
}

/** The snapshots that stay where nothing new came to tables of this very release: a promotion would tell no news, and the next run has to know no more. */
function unchangedSnapshots(plan: RunPlan, { staged, hasTaken }: Built): RunRecord['snapshots'] | undefined {
  if (hasTaken) return undefined
  const snapshots: Record<string, string> = {}
  for (const { table, batch, removed, evolved, unproven } of staged) {
    const last = table.snapshots.at(-1)
    const news = batch.file.rows > 0n || removed.length > 0 || evolved.changed || unproven
    if (news || last === undefined || last.release !== plan.product.version) return undefined
    snapshots[table.name] = last.snapshot
  }
  return snapshots
}

/** Nothing failed, whatever its checks say: its rows and verdicts are what was asked for. */
function sampled(rows: number, { checks, facts }: Built): Partial<RunRecord> {
  const failed = checks.filter(check => !check.passed).length
  const found = failed === 0 ? 'they passed all checks' : `they failed ${countOf(failed, 'check')} of ${checks.length}`
  const note = `At most ${countOf(rows, 'row')} of each source ${rows === 1 ? 'was' : 'were'} built, and ${found}; nothing was promoted.`
  return { state: 'sampled', notes: [...(facts.notes ?? []), note] }
}

function failureOf(thrown: unknown, signal: AbortSignal, product: string): Partial<RunRecord> {
  const error = signal.aborted ? new MeshError('run.cancelled', reasonOf(signal)) : asMeshError(thrown)
  const { fix, ...problem } = problemOf(error)
  // What a code says of every product is said of this one.
  const named = fix?.replaceAll('DOMAIN.PRODUCT', product)
  return {
    state: error.code === 'run.cancelled' ? 'cancelled' : 'failed',
    problem: { ...problem, ...(named === undefined ? {} : { fix: named }) },
  }
}

const reasonOf = ({ reason }: AbortSignal): string => (reason instanceof MeshError ? reason.message : messageOf(reason))
