/** Line and column, from 1, of the SELECT that gives the result: the first at the top level, after what WITH names. */
export function placeOfSelect(sql: string): { readonly line: number; readonly column: number } {
  let depth = 0
  for (const { 0: token, index } of sql.matchAll(tokens)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (depth === 0 && /^(select|from)$/i.test(token)) {
      const before = sql.slice(0, index)
      return { line: before.split('\n').length, column: index - (before.lastIndexOf('\n') + 1) + 1 }
    }
  }
  return { line: 1, column: 1 }
}

/** Comments, texts and quoted names are passed over whole. */
const tokens = /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[^]*?\$\1\$|[A-Za-z_]\w*|[()]/g
