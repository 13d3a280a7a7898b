import type { z } from 'zod'

/** A document that has issues, without the parts that they are about: the rest can be looked at all the same. */
export function withoutBroken<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  let left = value
  for (let round = 0; round < roundsMax; round++) {
    const result = schema.safeParse(left)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path]
      for (const each of paths) left = without(left, each)
    }
  }
  return undefined
}

/** What a part that is taken out leaves behind may be wrong in turn; documents are few levels deep. */
const roundsMax = 8

/** The nearest thing on the way to a missing one goes in its place; of a list what comes before it stays. */
function without(value: unknown, [first, ...rest]: readonly (string | number)[]): unknown {
  if (first === undefined || value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value)) return value.slice(0, Number(first))
  const members = new Map<string, unknown>(Object.entries(value))
  const left = rest.length === 0 ? undefined : without(members.get(String(first)), rest)
  if (left === undefined) {
    if (!members.delete(String(first))) return undefined
  } else members.set(String(first), left)
  return Object.fromEntries(members)
}
