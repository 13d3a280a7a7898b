import { tokensOf } from './tokens.ts'

/** A statement as others than its author may see it: what was looked for is left out. */
export function withoutLiterals(sql: string): string {
  let result = ''
  let at = 0
  for (const token of tokensOf(sql)) {
    // Comments and white space lie between tokens; comments may say anything, so only the space is kept.
    if (token.start > at) result += at === 0 ? '' : ' '
    result += token.kind === 'text' || token.kind === 'number' ? '?' : token.text
    at = token.end
  }
  return result
}
