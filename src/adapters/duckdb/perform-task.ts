import { EngineError } from '../../query/needs.ts'
import type { Bound } from '../../query/needs.ts'
import type { Failure, Task } from './messages.ts'
import type { WorkerExit, WorkerProcess } from './worker-process.ts'

export interface TaskOptions {
  /** Longer than this, and the task is interrupted; if it does not heed that, its process is killed. */
  readonly timeMs: number
  readonly signal?: AbortSignal
  readonly head?: (columns: Bound['columns']) => void
  readonly data?: (bytes: Uint8Array) => void
}

export interface Performance {
  /** What the task gives; an `EngineError` otherwise. */
  readonly done: Promise<unknown>
  /** Ends it early, as cancelled or for want of time. */
  stop(why: 'cancelled' | 'time'): void
  /** The time of a reader that does not read is not the task's. */
  readonly watch: { pause(): void; resume(): void }
}

/** How long an interrupted task may take to end before its process is killed: some statements heed no interrupt. */
const graceMs = 250

let tasks = 0

/** Has a worker do one task. The worker must be free, and is free again when `done` settles. */
export function performTask(worker: WorkerProcess, task: Task, options: TaskOptions): Performance {
  const id = ++tasks
  let why: 'cancelled' | 'time' | undefined
  let killing: NodeJS.Timeout | undefined
  const stop = (reason: 'cancelled' | 'time'): void => {
    if (why !== undefined) return
    why = reason
    worker.send({ t: 'cancel', id })
    // The worker may be waiting for its pipe: what it still says is thrown away.
    worker.resume()
    killing = setTimeout(() => worker.kill(), graceMs)
  }
  const watch = stopWatch(options.timeMs, () => stop('time'))
  const onAbort = () => stop('cancelled')

  const done = new Promise<unknown>((resolve, reject) => {
    worker.listen(frame => {
      if (frame.kind === 'data') {
        if (why === undefined) options.data?.(frame.bytes)
        return
      }
      const message = frame.value
      if (!('id' in message) || message.id !== id) return
      if (message.t === 'head') options.head?.(message.columns)
      else if (message.t === 'end') resolve(message.value)
      else reject(errorOf(message, why))
    })
    void worker.exited.then(exit => reject(deathOf(exit, why)))
    if (options.signal?.aborted) onAbort()
    else options.signal?.addEventListener('abort', onAbort, { once: true })
    worker.send({ ...task, id })
  }).finally(() => {
    watch.pause()
    clearTimeout(killing)
    options.signal?.removeEventListener('abort', onAbort)
    worker.listen(() => undefined)
    worker.resume()
  })
  return { done, stop, watch }
}

function stopWatch(timeMs: number, over: () => void): { pause(): void; resume(): void } {
  let left = timeMs
  let since = 0
  let timer: NodeJS.Timeout | undefined
  const watch = {
    resume() {
      if (timer !== undefined) return
      since = performance.now()
      timer = setTimeout(over, left)
    },
    pause() {
      if (timer === undefined) return
      clearTimeout(timer)
      timer = undefined
      left = Math.max(0, left - (performance.now() - since))
    },
  }
  watch.resume()
  return watch
}

function errorOf(failure: Failure, why: 'cancelled' | 'time' | undefined): EngineError {
  if (failure.kind === 'cancelled' && why === 'time') return tooSlow()
  return new EngineError(failure.kind, failure.message, failure.engineClass, failure.position)
}

const outOfMemory = /bad_alloc|out of memory|cannot allocate|allocation failed/i

function deathOf(exit: WorkerExit, why: 'cancelled' | 'time' | undefined): EngineError {
  if (why === 'time') return tooSlow()
  if (why === 'cancelled') return new EngineError('cancelled', 'The statement was cancelled.')
  if (exit.outgrew || outOfMemory.test(exit.lastWords))
    return new EngineError('memory', 'The statement took more memory than its worker may have.', 'Out of Memory Error')
  return new EngineError(
    'crashed',
    `The process that ran the statement ended (${exit.signal ?? exit.code}). ${exit.lastWords.trim()}`.trim(),
  )
}

const tooSlow = () => new EngineError('time', 'The statement took longer than it may.')
