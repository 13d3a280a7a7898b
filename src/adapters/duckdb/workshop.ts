import { availableParallelism } from 'node:os'
import { EngineError } from '../../query/needs.ts'
import type { Workshop, WorkshopRequest, WorkshopSession } from '../../runs/needs.ts'
import { engineValue } from './engine-value.ts'
import type { Task } from './messages.ts'
import { performTask } from './perform-task.ts'
import { removeRemains } from './remains.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'

export interface WorkshopOptions {
  /** An existing folder for the sessions' temporary files. */
  readonly scratch: string
  /** Processes kept ready; default 2. Each serves one session, since a confined process cannot be let out again. */
  readonly spare?: number
  readonly threads?: number
}

const firstSpareMs = 1_000

/** Builds run in processes of their own: confined, for good, to the session's files when it opens. */
export function duckdbWorkshop(options: WorkshopOptions): Workshop & { close(): Promise<void> } {
  removeRemains(options.scratch)
  const threads = options.threads ?? Math.min(4, availableParallelism())
  const spare = new Set<Promise<WorkerProcess>>()
  const open = new Set<WorkerProcess>()
  let closed = false
  const refuseClosed = () => {
    if (closed) throw new EngineError('cancelled', 'The workshop is closed.')
  }
  const refill = () => {
    if (closed) return
    while (spare.size < (options.spare ?? 2)) putBy(started(options.scratch))
  }
  /** One that ends while it waits, or does not start, is replaced: in a moment, should there be a reason that stays. */
  const putBy = (worker: Promise<WorkerProcess>) => {
    spare.add(worker)
    const gone = () => {
      if (spare.delete(worker)) setTimeout(refill, firstSpareMs).unref()
    }
    worker.then(({ exited }) => exited.then(gone), gone)
  }
  const take = async (): Promise<WorkerProcess> => {
    for (const next of spare) {
      spare.delete(next)
      const worker = await next.catch(() => undefined)
      if (worker?.alive() === true) return worker
    }
    return started(options.scratch)
  }
  const openIn = async (worker: WorkerProcess, request: WorkshopRequest): Promise<WorkshopSession> => {
    open.add(worker)
    void worker.exited.then(() => open.delete(worker))
    try {
      refuseClosed()
      return await openSession(worker, request, threads)
    } catch (thrown) {
      worker.kill()
      throw thrown
    }
  }
  // A server that starts has better use for the processors; a build that comes sooner starts its own.
  setTimeout(refill, firstSpareMs).unref()

  return {
    async open(request) {
      refuseClosed()
      refuseAborted(request.signal)
      try {
        return await openIn(await take(), request).catch(async thrown => {
          // It ended between its last sign of life and its first task, of which nothing is left.
          if (!(thrown instanceof EngineError) || thrown.kind !== 'crashed' || closed) throw thrown
          return openIn(await started(options.scratch), request)
        })
      } finally {
        // The next one starts while this one works, not while it opens.
        refill()
      }
    },
    async close() {
      closed = true
      const all = [
        ...open,
        ...(await Promise.allSettled(spare)).flatMap(s => (s.status === 'fulfilled' ? [s.value] : [])),
      ]
      for (const worker of all) worker.kill()
      await Promise.all(all.map(worker => worker.exited))
    },
  }
}

/** A failure to start is told to who needs the process, not to nobody. */
function started(scratch: string): Promise<WorkerProcess> {
  const worker = startWorker(scratch)
  worker.catch(() => undefined)
  return worker
}

async function openSession(worker: WorkerProcess, request: WorkshopRequest, threads: number): Promise<WorkshopSession> {
  const { read, write, memoryMb, timeoutMs, signal } = request
  const until = performance.now() + timeoutMs
  await worker.confine({ read, write: [write], memoryMb })
  // One task at a time: calls that overlap wait for each other.
  let last: Promise<unknown> = Promise.resolve()
  const ask = (task: Task): Promise<unknown> => {
    const next = last.then(async () => {
      refuseAborted(signal)
      if (!worker.alive()) throw new EngineError('crashed', 'The process of this session has ended.')
      const timeMs = Math.max(0, until - performance.now())
      return performTask(worker, task, { timeMs, ...(signal ? { signal } : {}) }).done
    })
    last = next.catch(() => undefined)
    return next
  }
  await ask({ t: 'open', read, write, threads, memoryMb })
  return {
    async execute(sql) {
      const { columns, rows } = (await ask({ t: 'execute', sql })) as { columns: { name: string }[]; rows: unknown[][] }
      const names = columns.map(column => column.name)
      return rows.map(row => Object.fromEntries(names.map((name, i) => [name, engineValue(row[i])])))
    },
    async describe(select) {
      const columns = (await ask({ t: 'describe', sql: select })) as { name: unknown; type: unknown }[]
      return columns.map(({ name, type }) => ({ name: String(name), type: String(type) }))
    },
    async lock() {
      await ask({ t: 'lock' })
    },
    async close() {
      worker.kill()
      await worker.exited
    },
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EngineError('cancelled', 'The build was cancelled.')
}
