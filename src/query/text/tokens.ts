/** A lexical piece of a statement, by UTF-16 offsets. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol'
  readonly text: string
  readonly start: number
  readonly end: number
}

const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+|--[^\n]*/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  [
    'text',
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|[xX]?'(?:[^']|'')*'|\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\1\$/y,
  ],
  ['number', /0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y],
  ['word', /[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*/uy],
  ['symbol', /[\s\S]/y],
]

/**
 * Cuts a statement into its pieces, without white space and comments. Only for places that are checked again by the
 * engine's own parser, or that nothing is decided on: the grammar is the engine's, not this one's.
 */
export function* tokensOf(sql: string, from = 0): Generator<Token> {
  let at = from
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at)
      continue
    }
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at
      const match = pattern.exec(sql)
      if (match === null) continue
      if (kind !== 'space') yield { kind, text: match[0], start: at, end: at + match[0].length }
      at += match[0].length
      break
    }
  }
}

/** Comments nest, as in Postgres. */
function endOfComment(sql: string, start: number): number {
  let depth = 0
  for (let at = start; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) {
      depth++
      at++
    } else if (sql.startsWith('*/', at)) {
      depth--
      at++
      if (depth === 0) return at + 1
    }
  }
  return sql.length
}
