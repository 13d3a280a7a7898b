import type { RunLog, RunRecord } from './needs.ts'
import { isOver } from './run-journal.ts'

export interface LastingLog extends RunLog {
  /** Ends of runs that could not be written yet: the disk is full, say. */
  unwritten(): number
  /** Tries once more. What cannot be written even now, the next start finds as a run of a dead server. */
  close(): Promise<void>
}

/**
 * A log in which a run always ends: where the end cannot be written it counts at once, from memory, and is written as soon
 * as that works again. What comes before the end throws as it does in the log beneath.
 */
export function lastingLog(log: RunLog, retryMs = 1000): LastingLog {
  const waiting = new Map<string, RunRecord>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  async function writeWaiting(): Promise<void> {
    for (const run of waiting.values()) {
      try {
        await log.put(run)
        waiting.delete(run.id)
      } catch {
        break // whatever it is, `unwritten` tells of it
      }
    }
    writing = undefined
    if (waiting.size === 0) return
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), retryMs).unref()
  }

  const flush = (): Promise<void> => (writing ??= writeWaiting())
  const newest = (run: RunRecord): RunRecord => waiting.get(run.id) ?? run

  return {
    async put(run) {
      if (!isOver(run.state)) return log.put(run)
      waiting.set(run.id, run)
      await flush()
    },
    get: async id => waiting.get(id) ?? (await log.get(id)),
    list: async filter => (await log.list(filter)).map(newest),
    unfinished: async () => (await log.unfinished()).filter(run => !waiting.has(run.id)),
    unwritten: () => waiting.size,
    async close() {
      await flush()
      clearTimeout(timer)
    },
  }
}
