import type { ValueOptions } from '../mesh/index.ts'
import type { Change } from './change.ts'

/** Limits on single values: a wider range or another pattern lets values through that consumers have not met. */
export function compareOptions(table: string, path: string, before: ValueOptions, after: ValueOptions): Change[] {
  const name = `${table}.${path}`
  const changes: Change[] = []
  const say = (widened: boolean, what: string) => {
    const [kind, weight] = widened ? (['limit-widened', 'risky'] as const) : (['limit-narrowed', 'safe'] as const)
    changes.push({ table, column: path, kind, weight, message: `${name}: ${what}` })
  }
  if (before.pattern !== after.pattern) {
    const to = after.pattern === undefined ? 'no pattern' : `the pattern ${after.pattern}`
    say(before.pattern !== undefined, `values follow ${to} now, before ${before.pattern ?? 'none'}.`)
  }
  for (const { key, lower, says } of bounds) {
    const [old, now] = [before[key], after[key]]
    if (old === now) continue
    const widened = old !== undefined && (now === undefined || (lower ? less(now, old) : less(old, now)))
    say(widened, `the ${says} is ${now ?? 'none'} now, before ${old ?? 'none'}.`)
  }
  for (const key of ['exclusiveMinimum', 'exclusiveMaximum'] as const) {
    if ((before[key] ?? false) === (after[key] ?? false)) continue
    say(before[key] === true, `the bound itself is ${after[key] === true ? 'excluded' : 'allowed'} now.`)
  }
  return changes
}

const bounds = [
  { key: 'minimum', lower: true, says: 'minimum' },
  { key: 'maximum', lower: false, says: 'maximum' },
  { key: 'minLength', lower: true, says: 'minimum length' },
  { key: 'maxLength', lower: false, says: 'maximum length' },
  { key: 'minItems', lower: true, says: 'minimum number of items' },
  { key: 'maxItems', lower: false, says: 'maximum number of items' },
] as const

/** Numbers by value, dates and the like by text, which ISO 8601 orders alike. */
function less(a: string | number, b: string | number): boolean {
  const [x, y] = [Number(a), Number(b)]
  return Number.isNaN(x) || Number.isNaN(y) ? String(a) < String(b) : x < y
}
