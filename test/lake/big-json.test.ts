import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBigJson, printBigJson } from '../../src/lake/big-json.ts'

test('integers of 64 bits keep every digit, and texts that look like them stay texts', () => {
  const text =
    '{"id":9007199254740993,"n":-9223372036854775808,"s":"9007199254740993: 12345678901234567","a":[1,12345678901234567890]}'
  expect(parseBigJson(text)).toEqual({
    id: 9007199254740993n,
    n: -9223372036854775808n,
    s: '9007199254740993: 12345678901234567',
    a: [1, 12345678901234567890n],
  })
  expect(printBigJson(parseBigJson(text))).toBe(text)
  expect(parseBigJson('[1234567890123456, 1e20, 1234567890123456.5]')).toEqual([
    1234567890123456, 1e20, 1234567890123456.5,
  ])
})

test('what is printed reads back, whatever it is', () => {
  const tree = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\uf8ff', '\uf8ff12345678901234567', '"\\12345678901234567'),
      fc.array(tie('value')),
      fc.dictionary(
        fc.string().filter(key => key !== '__proto__'),
        tie('value'),
      ),
    ),
  })).value
  fc.assert(
    fc.property(tree, value => {
      const wrapped = [value, 9007199254740993n] as never
      expect(parseBigJson(printBigJson(wrapped))).toEqual(wrapped)
    }),
  )
})
