import { nearest } from '../base/index.ts'
import { ConditionError } from './condition-error.ts'
import type { Token } from './condition-tokens.ts'

/** Deepest nesting of parentheses and NOT. */
const depthMax = 64

const keywords = ['and', 'or', 'not', 'in', 'between', 'like', 'is', 'null', 'exists', 'where', 'true', 'false']

/** Words of SQL that stand for something outside the subset, and what to say of them. */
const foreign: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  select: ['Subqueries are', 'Write: exists in DOMAIN.TABLE where …'],
  over: ['Window functions are', 'Compare columns of the row.'],
  case: ['CASE is', 'Write it with AND and OR.'],
  cast: ['Casts are', "Compare values of one type, dates as: DATE '2001-02-28'"],
  ilike: ['ILIKE is', 'Write: lower(column) LIKE …'],
  escape: ['ESCAPE is', 'Write a pattern without it.'],
}

const comparisons = { '=': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const
type Comparison = (typeof comparisons)[keyof typeof comparisons]

const isReserved = (word: string): boolean => keywords.includes(word) || Object.hasOwn(foreign, word)

/** A place in the tokens of one condition. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  /** Inside the WHERE of an entitlement table, where `row.<column>` means the governed one. */
  inExists = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!
  }

  take(): Token {
    const token = this.peek()
    this.#next++
    return token
  }

  atWord(word: string): boolean {
    const token = this.peek()
    return token.kind === 'word' && token.text.toLowerCase() === word
  }

  takeWord(word: string): boolean {
    const found = this.atWord(word)
    if (found) this.#next++
    return found
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word.toUpperCase())
  }

  atSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.text === symbol
  }

  takeSymbol(symbol: string): boolean {
    const found = this.atSymbol(symbol)
    if (found) this.#next++
    return found
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(symbol)
  }

  takeComparison(): Comparison | undefined {
    const token = this.peek()
    if (token.kind !== 'symbol' || !Object.hasOwn(comparisons, token.text)) return undefined
    this.#next++
    return comparisons[token.text as keyof typeof comparisons]
  }

  /** A name, quoted where it is a keyword of the subset. */
  name(): string {
    const token = this.peek()
    if (token.kind === 'quoted' || (token.kind === 'word' && !isReserved(token.text.toLowerCase())))
      return this.take().text
    throw this.unexpected('a name')
  }

  nested<T>(parse: () => T): T {
    if (++this.#depth > depthMax)
      throw new ConditionError(`A condition nests at most ${depthMax} levels deep.`, this.peek().at)
    const parsed = parse()
    this.#depth--
    return parsed
  }

  insideExists<T>(parse: () => T): T {
    this.inExists = true
    const parsed = parse()
    this.inExists = false
    return parsed
  }

  unexpected(expected: string): ConditionError {
    const token = this.peek()
    if (token.kind === 'end') return new ConditionError(`The condition ends where ${expected} is expected.`, token.at)
    const word = token.kind === 'word' ? token.text.toLowerCase() : ''
    if (Object.hasOwn(foreign, word)) {
      const [what, fix] = foreign[word]!
      return new ConditionError(`${what} not in the portable subset.`, token.at, fix)
    }
    const meant = word === '' ? undefined : nearest(word, keywords)
    const message = `${token.text} stands where ${expected} is expected.`
    return meant === undefined || meant === word
      ? new ConditionError(message, token.at)
      : new ConditionError(message, token.at, `Did you mean ${meant.toUpperCase()}?`)
  }
}
