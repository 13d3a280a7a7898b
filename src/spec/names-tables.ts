/**
 * The tables `domain.table` that a text with one SELECT seems to read. Only what is assumed of a product's kind hangs on
 * it: its inputs are found by the engine's own parser.
 */
export function namedTables(sql: string): readonly string[] {
  const found = sql.replace(commentsAndTexts, ' ').matchAll(qualifiedRelation)
  return [...found].map(([, domain = '', table = '']) => `${bare(domain)}.${bare(table)}`)
}

const bare = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written

const commentsAndTexts = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g
const name = String.raw`([\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`
const qualifiedRelation = new RegExp(String.raw`\b(?:from|join)\b[\s(]*${name}\s*\.\s*${name}`, 'giu')
