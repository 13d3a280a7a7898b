/** Whether a path is what a pattern means: `*` and `?` within a segment, `**` for any folders. Never exponential. */
export function matchesGlob(pattern: string, path: string): boolean {
  return segmentsMatch(pattern.split('/'), path.split('/'))
}

export const isGlob = (pattern: string): boolean => /[*?]/.test(pattern)

function segmentsMatch(patterns: readonly string[], segments: readonly string[]): boolean {
  // reachable[i]: the patterns so far match the first i segments.
  let reachable = [true, ...segments.map(() => false)]
  for (const pattern of patterns) {
    const next = reachable.map(() => false)
    if (pattern === '**') {
      const first = reachable.indexOf(true)
      if (first >= 0) next.fill(true, first)
    } else {
      segments.forEach((segment, i) => {
        if (reachable[i] === true && segmentMatches(pattern, segment)) next[i + 1] = true
      })
    }
    reachable = next
  }
  return reachable.at(-1) === true
}

/** Two pointers: after a mismatch the last `*` takes one more character. */
function segmentMatches(pattern: string, segment: string): boolean {
  let [p, s, star, mark] = [0, 0, -1, 0]
  while (s < segment.length) {
    if (pattern[p] === '*') {
      star = p++
      mark = s
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === segment[s])) {
      p++
      s++
    } else if (star >= 0) {
      p = star + 1
      s = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
