import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Num, parseTree, type Tree } from '../../src/query/index.ts'

const plain = (tree: Tree): unknown => {
  if (tree instanceof Num) return Number(tree.text)
  if (Array.isArray(tree)) return tree.map(plain)
  if (tree === null || typeof tree !== 'object') return tree
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, plain(value)]))
}

describe('parseTree', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(plain(parseTree(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps every digit', () => {
    expect(parseTree('[18446744073709551615, -1.50, 1e400]')).toEqual([
      new Num('18446744073709551615'),
      new Num('-1.50'),
      new Num('1e400'),
    ])
  })

  it('keeps names that mean something to JavaScript as plain members', () => {
    const tree = parseTree('{"__proto__": [1], "constructor": "x"}')
    expect(Object.keys(tree as object)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(tree)).toBe(Object.prototype)
  })

  it.each(['', '{', '[1,]', '{"a" 1}', '"open', 'nul', '1 2', '{"a":1}}'])('takes %j for a bug', text => {
    expect(() => parseTree(text)).toThrow('Bug in Meshwright')
  })
})
