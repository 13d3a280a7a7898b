import type { z } from 'zod'

/** One thing that a schema of the API finds wrong. */
export type WrongValue = z.core.$ZodIssue

/** What is wrong, as the end of a sentence that begins with the name of the value: the only place that speaks for zod. */
export function wrongValue(issue: WrongValue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? 'is missing' : `must be ${wanted[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      if (value === undefined) return 'is missing'
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of: ${issue.values.map(String).join(', ')}`
    case 'too_big':
      return `may ${sized(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty'
      return `must ${sized(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'unrecognized_keys':
      return `has no ${issue.keys.length === 1 ? 'member' : 'members'} ${issue.keys.join(', ')}`
    case 'invalid_format':
      return issue.pattern === undefined ? `must be written as ${issue.format}` : `must match ${issue.pattern}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_union':
      return 'has none of the forms that it may have'
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is not valid'
  }
}

/** `be at most 500`, `have at most 128 characters`. */
function sized(origin: string, how: string, size: number | bigint): string {
  const of = counted[origin]
  return of === undefined ? `be ${how} ${size}` : `have ${how} ${size} ${size === 1 ? of : `${of}s`}`
}

const counted: Readonly<Record<string, string>> = { string: 'character', array: 'value', set: 'value', map: 'member' }

const wanted: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}
