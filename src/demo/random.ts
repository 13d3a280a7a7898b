/** Numbers that are the same on every machine: mulberry32, one stream for each table. */
export interface Stream {
  /** At least 0, below 1. */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

export function streamOf(seed: number): Stream {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return { next, between, pick: items => items[between(0, items.length - 1)]! }
}

/** Draws an index, each as often as its weight says. Weights are positive. */
export function weighted(weights: readonly number[]): (stream: Stream) => number {
  const sums: number[] = []
  let total = 0
  for (const weight of weights) sums.push((total += weight))
  return stream => {
    const wanted = stream.next() * total
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
