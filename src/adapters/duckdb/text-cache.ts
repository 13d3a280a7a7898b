/** Answers by text, the least recently used forgotten first; bounded by the length of what it holds. */
export interface TextCache<V> {
  get(key: string): V | undefined
  put(key: string, value: V, size: number): void
}

export function textCache<V>(sizeMax: number): TextCache<V> {
  const entries = new Map<string, { readonly value: V; readonly size: number }>()
  let held = 0
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    put(key, value, size) {
      if (size > sizeMax / 4) return
      held += size - (entries.get(key)?.size ?? 0)
      entries.delete(key)
      entries.set(key, { value, size })
      for (const [oldest, entry] of entries) {
        if (held <= sizeMax) break
        entries.delete(oldest)
        held -= entry.size
      }
    },
  }
}
