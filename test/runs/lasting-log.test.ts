import { expect, test } from 'vitest'
import { MeshError } from '../../src/base/index.ts'
import { openRuns, type RunLog, type RunRecord } from '../../src/runs/index.ts'
import { inFolder } from './support/in-folder.ts'
import { columns, memoryRunLog, product, table } from './support/small-mesh.ts'

const mesh = inFolder()
const by = 'ana@example.com'

/** A log on a disk that is full from a step of the run on, until somebody makes space. */
function fillingLog(step: string): RunLog & { space: boolean; beneath: RunLog } {
  const beneath = memoryRunLog()
  return {
    ...beneath,
    beneath,
    space: false,
    async put(run: RunRecord) {
      if (!this.space && run.steps.some(each => each.name === step)) throw new MeshError('storage.full', 'Full.')
      await beneath.put(run)
    },
  }
}

test.each(['read', 'transform', 'check', 'promote'])(
  'a run whose %s cannot be recorded fails, whoever waits is told, and its end is written when there is space',
  async step => {
    mesh().publish(
      product('flights.p', {
        tables: [table('p', columns('a BIGINT'))],
        outputs: { p: { sql: 'select 1::bigint as a' } },
      }),
    )
    const log = fillingLog(step)
    const runs = openRuns({ ...mesh().world, log })
    const { id } = await runs.start({ product: 'flights.p', by })
    const seen: RunRecord[] = []
    for await (const record of runs.watch(id)) seen.push(record)
    const end = { state: 'failed', problem: { code: 'storage.full' }, finishedAt: expect.any(String) as string }
    expect(seen.at(-1)).toMatchObject(end)
    expect(seen.at(-1)!.steps.at(-1)).toMatchObject({ name: step, state: 'failed' })
    expect(await runs.wait(id)).toMatchObject(end)
    expect(await runs.list({ limit: 5 })).toMatchObject([end])
    expect(await mesh().rows('flights.p')).toEqual([])
    expect(runs.unwritten()).toBe(1)
    expect((await log.beneath.get(id))?.state).not.toBe('failed')

    log.space = true
    await expect.poll(() => runs.unwritten(), { timeout: 3000 }).toBe(0)
    expect(await log.beneath.get(id)).toMatchObject(end)
    const next = await runs.start({ product: 'flights.p', by })
    expect(await runs.wait(next.id)).toMatchObject({ state: 'promoted' })
    await runs.close()
  },
)

test('what stays unwritten to the end is found by the next start as a run of a dead server', async () => {
  mesh().publish(
    product('flights.p', {
      tables: [table('p', columns('a BIGINT'))],
      outputs: { p: { sql: 'select 1::bigint as a' } },
    }),
  )
  const log = fillingLog('transform')
  const runs = openRuns({ ...mesh().world, log })
  const { id } = await runs.start({ product: 'flights.p', by })
  await runs.wait(id)
  await runs.close()
  const next = openRuns({ ...mesh().world, log: log.beneath })
  await next.recover()
  expect(await next.get(id)).toMatchObject({ state: 'failed', problem: { code: 'run.failed' } })
})
