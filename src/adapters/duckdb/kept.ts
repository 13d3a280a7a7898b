/** Keeps what is dear to make, up to a count and a weight; the least recently used goes first. */
export interface Kept<V> {
  get(key: string): V | undefined
  /** `weight` counts towards the budget; what is heavier than all of it is kept alone. */
  put(key: string, value: V, weight: number): void
  drop(key: string): void
  clear(): void
}

export function keep<V>(countMax: number, weightMax: number, drop: (value: V) => void): Kept<V> {
  const entries = new Map<string, { readonly value: V; readonly weight: number }>()
  let weighed = 0
  const remove = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    weighed -= entry.weight
    drop(entry.value)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    put(key, value, weight) {
      remove(key)
      for (const oldest of entries.keys()) {
        if (entries.size < countMax && weighed + weight <= weightMax) break
        remove(oldest)
      }
      entries.set(key, { value, weight })
      weighed += weight
    },
    drop: remove,
    clear() {
      for (const key of entries.keys()) remove(key)
    },
  }
}
