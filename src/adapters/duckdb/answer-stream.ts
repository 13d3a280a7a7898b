import type { EngineError } from '../../query/needs.ts'
import type { Performance } from './perform-task.ts'
import type { WorkerProcess } from './worker-process.ts'

const bufferedBytesMax = 1024 * 1024

/** The bytes of an answer on their way from worker to reader, of which a bounded part waits here. */
export interface AnswerStream {
  readonly body: AsyncIterable<Uint8Array>
  readonly sizeBytes: () => number
  push(bytes: Uint8Array): void
  /** The run ended: after what waits comes the end, or the error. */
  end(error?: EngineError): void
}

export interface StreamOptions {
  readonly worker: WorkerProcess
  readonly performance: () => Performance
  /** A reader that takes nothing for so long has gone: the run ends. */
  readonly stalledMsMax: number
}

export function answerStream({ worker, performance, stalledMsMax }: StreamOptions): AnswerStream {
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let total = 0
  let ended: { readonly error?: EngineError } | undefined
  let wake: () => void = () => undefined
  let stalled: NodeJS.Timeout | undefined

  const pause = () => {
    if (stalled !== undefined) return
    worker.pause()
    performance().watch.pause()
    stalled = setTimeout(() => performance().stop('cancelled'), stalledMsMax)
  }
  const resume = () => {
    if (stalled === undefined) return
    clearTimeout(stalled)
    stalled = undefined
    if (ended) return
    performance().watch.resume()
    worker.resume()
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) {
          waitingBytes -= next.length
          if (waitingBytes <= bufferedBytesMax / 2) resume()
          yield next
        } else if (ended) {
          if (ended.error) throw ended.error
          return
        } else await new Promise<void>(resolve => (wake = resolve))
      }
    } finally {
      // Whoever leaves early wants no more of it.
      waiting = []
      if (!ended) performance().stop('cancelled')
    }
  }

  return {
    body: read(),
    sizeBytes: () => total,
    push(bytes) {
      waiting.push(bytes)
      waitingBytes += bytes.length
      total += bytes.length
      if (waitingBytes > bufferedBytesMax) pause()
      wake()
    },
    end(error) {
      ended = error ? { error } : {}
      clearTimeout(stalled)
      wake()
    },
  }
}
