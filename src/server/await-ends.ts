import type { SqliteQueryLog } from '../adapters/sqlite/index.ts'

/** The log of queries, and a way to wait until the end of each that began has come in. */
export interface AwaitedEnds {
  readonly log: SqliteQueryLog
  /** Resolves when none is open any more, at the latest after `waitMs`. */
  ended(waitMs: number): Promise<void>
}

/** At a stop, what was cut ends a moment after the engine: without its end a record would say that it never ended. */
export function awaitedEnds(log: SqliteQueryLog): AwaitedEnds {
  const open = new Set<string>()
  return {
    log: {
      ...log,
      async begin(record) {
        await log.begin(record)
        if (record.refused === undefined) open.add(record.id)
      },
      finish(id, outcome) {
        open.delete(id)
        log.finish(id, outcome)
      },
    },
    async ended(waitMs) {
      const until = performance.now() + waitMs
      while (open.size > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 10))
    },
  }
}
