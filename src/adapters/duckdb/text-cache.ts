import { keep, type Kept } from './kept.ts'

/** Answers by text, the least recently used forgotten first; bounded by the length of what it holds. */
export type TextCache<V> = Pick<Kept<V>, 'get' | 'put'>

export function textCache<V>(sizeMax: number): TextCache<V> {
  const kept = keep<V>(Infinity, sizeMax, () => undefined)
  return {
    get: key => kept.get(key),
    put(key, value, size) {
      // One answer must not push out nearly all others.
      if (size <= sizeMax / 4) kept.put(key, value, size)
    },
  }
}
