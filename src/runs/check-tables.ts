import { mkdir, rm } from 'node:fs/promises'
import { MeshError, quoteName } from '../base/index.ts'
import type { Check, CheckVerdict } from '../contract/index.ts'
import { foldAscii } from '../mesh/index.ts'
import type { BuildOrder } from './build-order.ts'
import { buildChecks, rangeChecks } from './extra-checks.ts'
import { ownOutput, type Gathered } from './gather.ts'
import type { WorkshopSession } from './needs.ts'
import { makeOwnView, prepareReferences, relationSql } from './open-session.ts'
import type { RunPlan } from './plan-run.ts'
import { runChecks } from './run-checks.ts'
import { ownSchemas } from './session-names.ts'
import { viewStaged, type StagedTable } from './stage-table.ts'
import type { RunsWorld } from './world.ts'

/**
 * Checks all staged tables. Where a contract brings SQL of its own, that runs in a session that can read the staged
 * files and write nothing but an empty folder; everything else is text of ours and runs where the batch was made.
 */
export async function checkTables(
  world: RunsWorld,
  plan: RunPlan,
  order: BuildOrder,
  gathered: Gathered,
  session: WorkshopSession,
  staged: readonly StagedTable[],
): Promise<readonly CheckVerdict[]> {
  const checks = new Map(staged.map(each => [each, checksFor(plan, each)]))
  if (![...checks.values()].flat().some(check => check.kind === 'sql')) {
    return measureAll(world, plan, gathered, session, checks)
  }
  const scratch = `${world.staging}/${order.run}/scratch`
  await mkdir(scratch, { recursive: true })
  const fresh = staged.flatMap(({ batch, rewritten }) => [
    batch.absolute,
    ...(rewritten === undefined ? [] : [rewritten.absolute]),
  ])
  const checking = await world.workshop.open({
    read: [...gathered.files, ...fresh],
    write: scratch,
    memoryMb: plan.limits.memoryMb,
    timeoutMs: plan.limits.timeoutS * 1000,
    signal: order.signal,
  })
  try {
    for (const schema of ownSchemas) {
      await checking.execute(`create schema ${quoteName(schema)}`)
    }
    for (const each of staged) await viewStaged(checking, each)
    await prepareReferences(checking, { ...gathered, tables: new Map() })
    await checking.lock()
    return await measureAll(world, plan, gathered, checking, checks)
  } finally {
    await checking.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

async function measureAll(
  world: RunsWorld,
  plan: RunPlan,
  gathered: Gathered,
  session: WorkshopSession,
  checks: ReadonlyMap<StagedTable, readonly Check[]>,
): Promise<readonly CheckVerdict[]> {
  // References to tables of this run mean them as they would be.
  for (const [name, found] of gathered.references) {
    const other = found === 'own' ? ownOutput(plan, name) : undefined
    if (other !== undefined) await makeOwnView(session, name, other.table.name)
  }
  const reference = (name: string): string | MeshError => {
    const found = gathered.references.get(foldAscii(name))
    if (found instanceof MeshError) return found
    if (found === undefined)
      return new MeshError('sql.table-not-found', `The rule reads ${name}, which does not exist.`)
    return relationSql(foldAscii(name))
  }
  const verdicts: CheckVerdict[] = []
  for (const [staged, wanted] of checks) {
    verdicts.push(...(await runChecks({ session, parse: world.parse, reference }, staged, wanted)))
  }
  return verdicts
}

/** Everything that is measured of a staged table. */
export function checksFor(plan: RunPlan, staged: StagedTable): readonly Check[] {
  const main = plan.outputs.find(({ table }) => table.id === staged.table.id)
  if (main !== undefined) {
    return [...main.checks, ...buildChecks(main.output, staged.table.table), ...rangeChecks(staged)]
  }
  const aside = plan.outputs.find(({ rejects }) => rejects?.id === staged.table.id)
  return [...(aside?.rejectChecks ?? []), ...rangeChecks(staged)]
}
