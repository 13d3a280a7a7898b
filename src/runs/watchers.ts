import type { RunRecord } from './needs.ts'
import { isOver } from './run-journal.ts'

/** Tells whoever watches a run of its changes, and whoever waits for it of its end. */
export interface Watchers {
  tell(record: RunRecord): void
  watch(id: string, now: () => Promise<RunRecord | undefined>): AsyncIterable<RunRecord>
}

export function openWatchers(): Watchers {
  const listeners = new Map<string, Set<(record: RunRecord) => void>>()

  return {
    tell(record) {
      for (const listener of listeners.get(record.id) ?? []) listener(record)
    },
    async *watch(id, now) {
      const news: RunRecord[] = []
      let wake: () => void = () => undefined
      const listener = (record: RunRecord) => {
        news.push(record)
        wake()
      }
      const set = listeners.get(id) ?? new Set()
      listeners.set(id, set.add(listener))
      try {
        const first = await now()
        if (first === undefined) return
        yield first
        if (isOver(first.state)) return
        for (;;) {
          const next = news.shift()
          if (next === undefined) {
            await new Promise<void>(resolve => {
              wake = resolve
            })
            continue
          }
          yield next
          if (isOver(next.state)) return
        }
      } finally {
        set.delete(listener)
        if (set.size === 0) listeners.delete(id)
      }
    },
  }
}
