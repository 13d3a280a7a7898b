import { mkdir, rm } from 'node:fs/promises'
import type { BuildOrder } from './build-order.ts'
import type { WorkshopSession } from './needs.ts'
import type { RunPlan } from './plan-run.ts'
import type { RunsWorld } from './world.ts'

/** A session that holds nothing but what `work` makes in it, for questions about the text of a build and not about its data. */
export async function inTwinSession<T>(
  world: Pick<RunsWorld, 'staging' | 'workshop'>,
  plan: Pick<RunPlan, 'limits'>,
  order: Pick<BuildOrder, 'run' | 'signal'>,
  work: (session: WorkshopSession) => Promise<T>,
): Promise<T> {
  const scratch = `${world.staging}/${order.run}/twins`
  await mkdir(scratch, { recursive: true })
  const session = await world.workshop.open({
    read: [],
    write: scratch,
    memoryMb: plan.limits.memoryMb,
    timeoutMs: plan.limits.timeoutS * 1000,
    signal: order.signal,
  })
  try {
    await session.lock()
    return await work(session)
  } finally {
    await session.close()
    await rm(scratch, { recursive: true, force: true })
  }
}
