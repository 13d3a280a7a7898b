import { mkdir } from 'node:fs/promises'
import { assert, MeshError } from '../base/index.ts'
import { principalOf } from '../mesh/index.ts'
import type { Runs } from './face.ts'
import type { RunRecord } from './needs.ts'
import { carryOut } from './carry-out.ts'
import { checkOrder } from './check-order.ts'
import { examineBuilds } from './examine-builds.ts'
import { recoverRuns } from './recover-runs.ts'
import { rejectedRows } from './rejected-rows.ts'
import { lastingLog } from './lasting-log.ts'
import { isOver, openJournal } from './run-journal.ts'
import { openQueue } from './run-queue.ts'
import { openWatchers } from './watchers.ts'
import type { RunsWorld } from './world.ts'

interface Active {
  readonly abort: AbortController
  readonly over: Promise<void>
}

/** Opens the room. One run of a product at a time, `concurrency` (2) of all; call `recover` before the first is started. */
export function openRuns(given: RunsWorld): Runs {
  const log = lastingLog(given.log)
  const world: RunsWorld = { ...given, log }
  const queue = openQueue(world.concurrency ?? 2)
  const watchers = openWatchers()
  const active = new Map<string, Active>()
  const busy = new Map<string, string>()
  let closed = false

  async function start(order: Parameters<Runs['start']>[0]): Promise<RunRecord> {
    if (closed) throw new MeshError('busy.draining', 'The server is shutting down and starts no more runs.')
    const product = world.control.state().products.get(order.product)?.product
    if (product === undefined) throw new MeshError('thing.not-found', `There is no product ${order.product}.`)
    checkOrder(product, order)
    const other = busy.get(product.id)
    if (other !== undefined) {
      throw new MeshError(
        'run.busy',
        `Run ${other} of ${product.id} is under way; one product is built once at a time.`,
        {
          fix: `Wait for it, or cancel it: meshwright run cancel ${other}`,
          context: { run: other },
        },
      )
    }
    const first: RunRecord = {
      id: world.newId(),
      product: product.id,
      release: product.version,
      by: order.by,
      at: world.clock().toISOString(),
      state: 'queued',
      steps: [],
      checks: [],
      rows: {},
      kept: {},
      snapshots: {},
      consumed: {},
      watermarks: {},
    }
    busy.set(product.id, first.id)
    try {
      await mkdir(world.staging, { recursive: true })
      await world.log.put(first)
    } catch (thrown) {
      busy.delete(product.id)
      throw thrown
    }
    const abort = new AbortController()
    const journal = openJournal(first, world.log, world.clock, record => watchers.tell(record))
    const over = new Promise<void>(resolve => {
      queue.add(async () => {
        try {
          await carryOut(world, journal, {
            // The build acts for its product; who asked for it stands in the run's record.
            actor: principalOf(world.control.state(), `product:${product.id}`),
            signal: abort.signal,
            ...(order.from === undefined ? {} : { from: order.from }),
            ...(order.to === undefined ? {} : { to: order.to }),
            ...(order.sample === undefined ? {} : { sample: order.sample }),
          })
        } finally {
          busy.delete(product.id)
          active.delete(first.id)
          resolve()
        }
      })
    })
    active.set(first.id, { abort, over })
    return first
  }

  async function get(id: string): Promise<RunRecord> {
    const run = await world.log.get(id)
    if (run === undefined) throw new MeshError('thing.not-found', `There is no run ${id}.`)
    return run
  }

  return {
    start,
    get: id => world.log.get(id),
    list: filter => world.log.list(filter),
    async wait(id) {
      await active.get(id)?.over
      const run = await get(id)
      assert(isOver(run.state), `run ${id} ended without an end`)
      return run
    },
    watch: id => watchers.watch(id, () => world.log.get(id)),
    async cancel(id, by) {
      const run = await get(id)
      if (isOver(run.state)) throw isOverAlready(run)
      active
        .get(id)
        ?.abort.abort(new MeshError('run.cancelled', `The run was cancelled by ${by}; nothing of it was published.`))
      const now = await get(id)
      assert(active.has(id) || isOver(now.state), `run ${id} is under way and nobody carries it out`)
    },
    rejected: async (id, options) => rejectedRows(world, await get(id), options),
    examine: (products, state) => examineBuilds(world, products, state),
    recover: () => recoverRuns(world),
    unwritten: () => log.unwritten(),
    async close() {
      closed = true
      for (const { abort } of active.values()) {
        abort.abort(new MeshError('run.cancelled', 'The server was shut down; nothing of the run was published.'))
      }
      await queue.idle()
      await log.close()
    },
  }
}

const isOverAlready = ({ id, product, state, finishedAt }: RunRecord): MeshError =>
  new MeshError(
    'request.conflict',
    `Run ${id} of ${product} is over: it was ${state}${finishedAt === undefined ? '' : ` at ${finishedAt}`}, and there is nothing to cancel.`,
    { fix: `See what became of it: meshwright run show ${id}` },
  )
