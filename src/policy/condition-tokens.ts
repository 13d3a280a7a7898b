import { ConditionError } from './condition-error.ts'

/** `at` is the offset of the token's first character. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol' | 'end'
  /** Unquoted and unescaped; a symbol as it stands. */
  readonly text: string
  readonly at: number
}

const space = /\s+/y
const word = /[\p{L}_][\p{L}\p{N}_]*/uy
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const quoted = /"((?:[^"]|"")+)"/y
const text = /'((?:[^']|'')*)'/y
const symbol = /<>|!=|<=|>=|[-=<>+*/%(),.]/y

/** Splits the text of a condition; the last token is `end`. What belongs to no condition is refused by name. */
export function tokens(source: string): readonly Token[] {
  const found: Token[] = []
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(source)
  }
  while (at < source.length) {
    const blank = match(space)
    if (blank !== null) {
      at += blank[0].length
      continue
    }
    const token = next(match, at)
    if (token === undefined) throw unexpected(source, at)
    found.push(token[0])
    at += token[1]
  }
  return [...found, { kind: 'end', text: '', at: source.length }]
}

function next(match: (pattern: RegExp) => RegExpExecArray | null, at: number): [Token, number] | undefined {
  const named = match(word)
  if (named !== null) return [{ kind: 'word', text: named[0], at }, named[0].length]
  const digits = match(number)
  if (digits !== null) return [{ kind: 'number', text: digits[0], at }, digits[0].length]
  const name = match(quoted)
  if (name !== null) return [{ kind: 'quoted', text: name[1]!.replaceAll('""', '"'), at }, name[0].length]
  const literal = match(text)
  if (literal !== null) return [{ kind: 'text', text: literal[1]!.replaceAll("''", "'"), at }, literal[0].length]
  const sign = match(symbol)
  return sign === null ? undefined : [{ kind: 'symbol', text: sign[0], at }, sign[0].length]
}

function unexpected(source: string, at: number): ConditionError {
  const rest = source.slice(at)
  const known = foreignSigns.find(([sign]) => rest.startsWith(sign))
  if (known !== undefined) return new ConditionError(known[1], at, known[2])
  const sign = String.fromCodePoint(rest.codePointAt(0) ?? 0)
  return new ConditionError(`${JSON.stringify(sign)} cannot stand in a condition.`, at)
}

const foreignSigns = [
  [
    ';',
    'A condition is one expression: a second statement cannot follow.',
    'Remove the semicolon and what follows it.',
  ],
  ['::', 'Casts are not in the portable subset.', "Compare values of one type, dates as: DATE '2001-02-28'"],
  ['||', '|| is not in the portable subset.', 'Join texts with concat(a, b).'],
  ["'", 'The text that begins here does not end.', "Close it with '"],
  ['"', 'The quoted name that begins here does not end.', 'Close it with "'],
] as const
