/**
 * Runs work on the same tables one after the other within this process, in the order of asking, so that writers of one process do not
 * race each other. Between processes the pointer store decides.
 */
export async function takeTurns<T>(owner: object, tables: readonly string[], work: () => Promise<T>): Promise<T> {
  const queues = queuesOf.get(owner) ?? new Map<string, Promise<void>>()
  queuesOf.set(owner, queues)
  const before = tables.flatMap(table => queues.get(table) ?? [])
  // All places are taken at once: two writers of two tables cannot wait for each other.
  let leave: () => void = () => undefined
  const turn = new Promise<void>(resolve => {
    leave = resolve
  })
  for (const table of tables) queues.set(table, turn)
  try {
    await Promise.all(before)
    return await work()
  } finally {
    leave()
    for (const table of tables) if (queues.get(table) === turn) queues.delete(table)
  }
}

const queuesOf = new WeakMap<object, Map<string, Promise<void>>>()
