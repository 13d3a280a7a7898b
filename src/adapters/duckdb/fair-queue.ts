/** Waiting items of several owners: each turn goes to the next owner, within an owner the oldest comes first. */
export interface FairQueue<T> {
  readonly size: number
  waitingOf(owner: string): number
  push(owner: string, item: T): void
  /** The next item of an owner that `may` go on. */
  shift(may: (owner: string) => boolean): { readonly owner: string; readonly item: T } | undefined
  remove(owner: string, item: T): boolean
  drain(): T[]
}

export function fairQueue<T>(): FairQueue<T> {
  // A map keeps the order of insertion: who was served goes to its end.
  const waiting = new Map<string, T[]>()
  let size = 0
  return {
    get size() {
      return size
    },
    waitingOf: owner => waiting.get(owner)?.length ?? 0,
    push(owner, item) {
      const items = waiting.get(owner)
      if (items) items.push(item)
      else waiting.set(owner, [item])
      size += 1
    },
    shift(may) {
      for (const [owner, items] of waiting) {
        if (!may(owner)) continue
        const item = items.shift()!
        waiting.delete(owner)
        if (items.length > 0) waiting.set(owner, items)
        size -= 1
        return { owner, item }
      }
      return undefined
    },
    remove(owner, item) {
      const items = waiting.get(owner)
      const at = items?.indexOf(item) ?? -1
      if (!items || at < 0) return false
      items.splice(at, 1)
      if (items.length === 0) waiting.delete(owner)
      size -= 1
      return true
    },
    drain() {
      const all = [...waiting.values()].flat()
      waiting.clear()
      size = 0
      return all
    },
  }
}
