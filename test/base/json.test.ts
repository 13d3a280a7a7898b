import * as fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/base/index.ts'

describe('canonical JSON', () => {
  it('says the value that JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value =>
        isDeepStrictEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value))),
      ),
    )
  })

  it('is one text whatever the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), record => {
        const turned = Object.fromEntries(Object.entries(record).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(record))
      }),
    )
  })

  it.each([
    [{ b: 1, a: [undefined, { d: undefined, c: null }] }, '{"a":[null,{"c":null}],"b":1}'],
    [{ 2: 'two', 10: 'ten', '-': 0 }, '{"-":0,"10":"ten","2":"two"}'],
    [[1n, 2n ** 60n, Number.NaN, () => 1], '[1,"1152921504606846976",null,null]'],
    [undefined, 'null'],
  ])('leaves out what has no value, and knows large numbers', (value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })
})
