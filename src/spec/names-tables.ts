/**
 * Whether a text with one SELECT seems to read `domain.table` somewhere. Only what is assumed of a product's kind hangs
 * on it: its inputs are found by the engine's own parser.
 */
export function namesTables(sql: string): boolean {
  return qualifiedRelation.test(sql.replace(commentsAndTexts, ' '))
}

const commentsAndTexts = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g
const name = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`
const qualifiedRelation = new RegExp(String.raw`\b(?:from|join)\b[\s(]*${name}\s*\.\s*${name}`, 'iu')
