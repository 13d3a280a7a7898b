import { assert } from '../base/index.ts'
import { Num, type Tree } from './tree.ts'

/** Deepest nesting that is read: far beyond what the engine's own parser lets through. */
const depthMax = 4_000

/**
 * Reads the engine's JSON without losing a digit: `JSON.parse` would round 18446744073709551615, by which the engine
 * says that a node has no place. The text comes from the engine, so a mistake in it is a bug and not a person's.
 */
export function parseTree(json: string): Tree {
  let at = 0
  let depth = 0
  const tree = value()
  skipSpace()
  assert(at === json.length, 'the engine wrote more than one JSON value')
  return tree

  function value(): Tree {
    skipSpace()
    switch (json[at]) {
      case '{':
        return object()
      case '[':
        return array()
      case '"':
        return text()
      case 't':
        return word('true', true)
      case 'f':
        return word('false', false)
      case 'n':
        return word('null', null)
      default:
        return number()
    }
  }

  function object(): Tree {
    const entries: [string, Tree][] = []
    open()
    for (let more = !closes('}'); more; more = comma('}')) {
      skipSpace()
      const key = text()
      skipSpace()
      expect(':')
      entries.push([key, value()])
    }
    depth--
    return Object.fromEntries(entries)
  }

  function array(): Tree {
    const items: Tree[] = []
    open()
    for (let more = !closes(']'); more; more = comma(']')) items.push(value())
    depth--
    return items
  }

  function text(): string {
    const start = at
    expect('"')
    let end = json.indexOf('"', at)
    while (end >= 0 && escaped(end)) end = json.indexOf('"', end + 1)
    assert(end >= 0, 'the engine wrote an unfinished JSON string')
    at = end + 1
    const inner = json.slice(start + 1, end)
    return inner.includes('\\') ? String(JSON.parse(json.slice(start, at))) : inner
  }

  /** An odd number of backslashes before a quote makes it part of the string. */
  function escaped(quote: number): boolean {
    let slashes = 0
    while (json[quote - 1 - slashes] === '\\') slashes++
    return slashes % 2 === 1
  }

  function number(): Num {
    const pattern = /-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|nan|inf(?:inity)?)/iy
    pattern.lastIndex = at
    const match = pattern.exec(json)
    assert(match !== null, `the engine wrote JSON that cannot be read at ${at}`)
    at = pattern.lastIndex
    return new Num(match[0])
  }

  function word<T>(letters: string, result: T): T {
    assert(json.startsWith(letters, at), `the engine wrote JSON that cannot be read at ${at}`)
    at += letters.length
    return result
  }

  function open(): void {
    at++
    assert(++depth < depthMax, 'the engine wrote a tree that is too deep')
  }

  function closes(bracket: string): boolean {
    skipSpace()
    if (json[at] !== bracket) return false
    at++
    return true
  }

  function comma(bracket: string): boolean {
    if (closes(bracket)) return false
    expect(',')
    return true
  }

  function expect(letter: string): void {
    assert(json[at] === letter, `the engine wrote JSON that cannot be read at ${at}`)
    at++
  }

  function skipSpace(): void {
    while (json.charCodeAt(at) <= 32) at++
  }
}
