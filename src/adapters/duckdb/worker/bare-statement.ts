/**
 * A single statement's text up to its semicolon, so that it can stand in brackets. The engine has parsed the text as one
 * statement before: the only semicolons outside of strings, names and comments are at its end.
 */
export function bareStatement(sql: string): string {
  let at = 0
  while (at < sql.length) {
    const char = sql[at]!
    if (char === ';') return sql.slice(0, at)
    at = skip(sql, at, char)
  }
  return sql
}

function skip(sql: string, at: number, char: string): number {
  const next = sql[at + 1]
  if (char === "'") return afterQuote(sql, at, "'", isEscapeString(sql, at))
  if (char === '"') return afterQuote(sql, at, '"', false)
  if (char === '-' && next === '-') return afterText(sql, at, /[\r\n]/g)
  if (char === '/' && next === '*') return afterComment(sql, at)
  if (char === '$') return afterDollar(sql, at)
  // A name takes its digits and dollars with it: `a$b$` begins no string.
  const word = /[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*/uy
  word.lastIndex = at
  return word.test(sql) ? Math.max(word.lastIndex, at + 1) : at + 1
}

/** `e'…'` knows backslashes; the letter is a word of its own. */
const isEscapeString = (sql: string, at: number): boolean =>
  /(?:^|[^\p{L}\p{N}_$\u0080-\uffff])[eE]$/u.test(sql.slice(Math.max(0, at - 2), at))

function afterQuote(sql: string, from: number, quote: string, backslashes: boolean): number {
  let at = from + 1
  while (at < sql.length) {
    if (backslashes && sql[at] === '\\') at += 2
    else if (sql[at] !== quote) at += 1
    else if (sql[at + 1] === quote) at += 2
    else return at + 1
  }
  return at
}

function afterComment(sql: string, from: number): number {
  let depth = 0
  for (let at = from; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) depth += 1
    else if (sql.startsWith('*/', at)) depth -= 1
    else continue
    at += 1
    if (depth === 0) return at + 1
  }
  return sql.length
}

function afterDollar(sql: string, from: number): number {
  const tag = /\$(?:[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*)?\$/uy
  tag.lastIndex = from
  const [opening] = tag.exec(sql) ?? []
  if (opening === undefined) return from + 1
  const end = sql.indexOf(opening, from + opening.length)
  return end < 0 ? sql.length : end + opening.length
}

function afterText(sql: string, from: number, end: RegExp): number {
  end.lastIndex = from
  const found = end.exec(sql)
  return found ? found.index : sql.length
}
