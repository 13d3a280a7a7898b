/** Runs tasks in the order of their coming, so many at once. */
export interface RunQueue {
  add(task: () => Promise<void>): void
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
}

/** Tasks must not throw: what goes wrong in a run is written into its record. */
export function openQueue(concurrency: number): RunQueue {
  const waiting: (() => Promise<void>)[] = []
  let running = 0
  let rest: (() => void)[] = []

  function next(): void {
    while (running < concurrency) {
      const task = waiting.shift()
      if (task === undefined) break
      running++
      void task().finally(() => {
        running--
        next()
      })
    }
    if (running === 0 && waiting.length === 0) {
      for (const resolve of rest) resolve()
      rest = []
    }
  }

  return {
    add(task) {
      waiting.push(task)
      next()
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise(resolve => rest.push(resolve))),
  }
}
