export interface Lru<Value> {
  /** The kept value, or the made one, which is kept unless it is a promise that fails. */
  get(key: string, make: () => Value): Value
}

/** Keeps the values that were used last; a `Map` remembers the order of insertion. */
export function lru<Value>(sizeMax: number): Lru<Value> {
  const kept = new Map<string, Value>()
  return {
    get(key, make) {
      const value = kept.get(key) ?? make()
      kept.delete(key)
      kept.set(key, value)
      if (kept.size > sizeMax) kept.delete(kept.keys().next().value!)
      if (value instanceof Promise) value.catch(() => kept.get(key) === value && kept.delete(key))
      return value
    },
  }
}
