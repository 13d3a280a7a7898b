import { EngineError, type EngineLoad } from '../../query/needs.ts'
import { fairQueue } from './fair-queue.ts'
import type { WorkerProcess } from './worker-process.ts'

export interface PoolOptions {
  /** Kept ready. */
  readonly workers: number
  /** Started beyond these when somebody waits, and ended again when idle. */
  readonly workersMax: number
  readonly start: () => Promise<WorkerProcess>
  readonly waitingMax: number
  readonly waitingPerOwnerMax: number
  /** How many workers one owner may hold at once, so that nobody holds them all. */
  readonly perOwnerMax: number
}

export interface Lease {
  readonly worker: WorkerProcess
  /** Gives the worker back; a dead one is replaced. */
  release(): void
}

export interface WorkerPool {
  /** Waits for a worker, fairly among owners. `affinity`: a worker that had it before is preferred. */
  acquire(request: {
    readonly owner: string
    readonly affinity?: string
    readonly signal?: AbortSignal
  }): Promise<Lease>
  /** Starts the workers that are kept ready; resolves when one is. */
  warm(): Promise<void>
  load(): EngineLoad
  close(): Promise<void>
}

const growAfterMs = 100
const idleMsMax = 30_000
const affinitiesMax = 64

interface Waiting {
  readonly affinity?: string
  readonly give: (lease: Lease) => void
  readonly refuse: (problem: EngineError) => void
}

export function workerPool(options: PoolOptions): WorkerPool {
  const all = new Set<WorkerProcess>()
  const idle: WorkerProcess[] = []
  const held = new Map<string, number>()
  const served = new WeakMap<WorkerProcess, Set<string>>()
  const queue = fairQueue<Waiting>()
  const starting = new Set<Promise<void>>()
  /** When each worker that is out was given out. */
  const since = new Map<WorkerProcess, number>()
  let growing: NodeJS.Timeout | undefined
  let failures = 0
  let closed = false

  const count = () => all.size + starting.size
  const may = (owner: string) => (held.get(owner) ?? 0) < options.perOwnerMax

  function dispatch(): void {
    while (idle.length > 0) {
      const next = queue.shift(may)
      if (!next) return
      const worker = take(next.item.affinity)
      held.set(next.owner, (held.get(next.owner) ?? 0) + 1)
      next.item.give(leaseOf(worker, next.owner))
    }
  }

  /** The worker that knows the instance already, else the one that was used last: the others can then be ended. */
  function take(affinity: string | undefined): WorkerProcess {
    const at = affinity === undefined ? -1 : idle.findLastIndex(worker => served.get(worker)?.has(affinity))
    const [worker] = idle.splice(at < 0 ? idle.length - 1 : at, 1)
    if (affinity !== undefined) remember(worker!, affinity)
    return worker!
  }

  function remember(worker: WorkerProcess, affinity: string): void {
    const known = served.get(worker) ?? new Set()
    served.set(worker, known)
    known.delete(affinity)
    known.add(affinity)
    if (known.size > affinitiesMax) known.delete(known.values().next().value!)
  }

  function leaseOf(worker: WorkerProcess, owner: string): Lease {
    let out = true
    since.set(worker, performance.now())
    return {
      worker,
      release() {
        if (!out) return
        out = false
        since.delete(worker)
        const left = (held.get(owner) ?? 1) - 1
        if (left === 0) held.delete(owner)
        else held.set(owner, left)
        if (worker.alive() && !closed) idle.push(worker)
        retireLater(worker)
        dispatch()
        refill()
      },
    }
  }

  function retireLater(worker: WorkerProcess): void {
    if (all.size <= options.workers) return
    setTimeout(() => {
      const at = idle.indexOf(worker)
      if (at < 0 || all.size <= options.workers) return
      idle.splice(at, 1)
      worker.kill()
    }, idleMsMax).unref()
  }

  function refill(): void {
    if (closed) return
    while (count() < options.workers) begin()
  }

  function begin(): void {
    const start = options.start().then(joined, failed)
    starting.add(start)
    void start.finally(() => {
      starting.delete(start)
      dispatch()
    })
  }

  function joined(worker: WorkerProcess): void {
    failures = 0
    if (closed) return worker.kill()
    all.add(worker)
    idle.push(worker)
    const left = () => {
      all.delete(worker)
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
      refill()
    }
    void worker.exited.then(left)
  }

  /** What cannot start at all must not be tried for ever; who waits is told why. */
  function failed(problem: unknown): void {
    failures += 1
    const error = problem instanceof EngineError ? problem : new EngineError('internal', String(problem))
    if (all.size === 0) for (const waiting of queue.drain()) waiting.refuse(error)
    if (failures < 5) setTimeout(refill, 200 * failures).unref()
  }

  /**
   * Where every worker has been at the same statement for a while, one more is started, so that a short statement finds
   * one: also before it comes. Short statements alone need no more workers than there are processors.
   */
  function growSoon(): void {
    if (growing !== undefined || closed) return
    growing = setTimeout(() => {
      growing = undefined
      if (idle.length > 0 || closed) return
      const youngest = performance.now() - growAfterMs
      const stuck = starting.size === 0 && [...since.values()].every(began => began <= youngest)
      if (stuck && count() < options.workersMax) begin()
      growSoon()
    }, growAfterMs)
    growing.unref()
  }

  return {
    acquire({ owner, affinity, signal }) {
      return new Promise((give, refuse) => {
        if (closed) return refuse(new EngineError('cancelled', 'The engine is closed.'))
        if (signal?.aborted) return refuse(cancelled())
        if (queue.size >= options.waitingMax || queue.waitingOf(owner) >= options.waitingPerOwnerMax)
          return refuse(new EngineError('busy', 'Too many statements wait already.'))
        const leave = () => {
          if (queue.remove(owner, waiting)) refuse(cancelled())
        }
        const waiting: Waiting = {
          ...(affinity === undefined ? {} : { affinity }),
          give(lease) {
            signal?.removeEventListener('abort', leave)
            give(lease)
          },
          refuse,
        }
        signal?.addEventListener('abort', leave, { once: true })
        queue.push(owner, waiting)
        dispatch()
        if (idle.length === 0) growSoon()
        refill()
      })
    },
    async warm() {
      refill()
      await Promise.race(starting)
    },
    load: () => ({ waiting: queue.size, running: since.size }),
    async close() {
      closed = true
      for (const waiting of queue.drain()) waiting.refuse(new EngineError('cancelled', 'The engine is closed.'))
      for (const worker of all) worker.kill()
      await Promise.all(starting)
      await Promise.all([...all].map(worker => worker.exited))
    },
  }
}

const cancelled = () => new EngineError('cancelled', 'The statement was cancelled while it waited.')
