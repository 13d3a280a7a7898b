import { rm } from 'node:fs/promises'
import { listOrphans } from '../lake/index.ts'
import type { MeshState } from '../mesh/index.ts'
import { tableFolder } from './lake-tables.ts'
import type { RunRecord } from './needs.ts'
import { promotedBy } from './promote-run.ts'
import { removeAllButKept, runFolders } from './staging.ts'
import type { RunsWorld } from './world.ts'

/**
 * At start, before any run: what the ledger says a run promoted is promoted, every other run of a dead server failed.
 * Whatever such runs left in the staging folder or, unreferenced, in the lake is removed.
 */
export async function recoverRuns(world: RunsWorld): Promise<void> {
  const state = world.control.state()
  const unfinished = await world.log.unfinished()
  for (const run of unfinished) await world.log.put(ended(world, state, run))
  for (const name of await runFolders(world.staging)) {
    const run = await world.log.get(name)
    const folder = `${world.staging}/${name}`
    if (run === undefined || Object.keys(run.kept).length === 0) await rm(folder, { recursive: true, force: true })
    else await removeAllButKept(folder)
  }
  const products = new Set(unfinished.map(run => run.product))
  for (const product of products) await removeOrphans(world, state, product)
}

function ended(world: RunsWorld, state: MeshState, run: RunRecord): RunRecord {
  const finishedAt = world.clock().toISOString()
  const moves = promotedBy(state, run.id)
  const steps = run.steps.map(step =>
    step.state === 'running' ? { ...step, state: moves.length > 0 ? ('done' as const) : ('failed' as const) } : step,
  )
  if (moves.length > 0) {
    const snapshots = Object.fromEntries(
      moves.map(({ table, snapshot }) => [table.slice(table.indexOf('.') + 1), snapshot]),
    )
    return { ...run, state: 'promoted', steps, snapshots, finishedAt }
  }
  return {
    ...run,
    state: 'failed',
    steps,
    finishedAt,
    kept: {},
    problem: {
      code: 'run.failed',
      message: 'The server stopped while the run was under way; nothing of it was published.',
      fix: `Run it again: meshwright run ${run.product}`,
    },
  }
}

/** Nobody writes while the server starts, so every file that no metadata reaches is left over. */
async function removeOrphans(world: RunsWorld, state: MeshState, product: string): Promise<void> {
  for (const table of state.tables.values()) {
    if (table.product !== product) continue
    for (const version of table.majors.values()) {
      const referenced = version.snapshots.slice(-1).map(snapshot => snapshot.to)
      for (const path of await listOrphans(world.lakeFiles, tableFolder(version), referenced, world.clock())) {
        await world.lakeFiles.remove(path)
      }
    }
  }
}
