import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundOf, unscaledBytes } from '../../src/lake/bounds.ts'

const hex = (type: string, text: string, side: 'lower' | 'upper' = 'lower'): string | undefined =>
  boundOf(type, text, side)?.toString('hex')

describe('a bound has the bytes that the specification asks for', () => {
  test.each([
    ['boolean', '1', '01'],
    ['boolean', 'false', '00'],
    ['int', '34', '22000000'],
    ['int', '-1', 'ffffffff'],
    ['long', '9007199254740993', '0100000000002000'],
    ['long', '-9223372036854775808', '0000000000000080'],
    ['float', '1.5', '0000c03f'],
    ['double', 'inf', '000000000000f07f'],
    ['double', '-inf', '000000000000f0ff'],
    ['date', '1970-01-02', '01000000'],
    ['date', '1969-12-31', 'ffffffff'],
    ['date', '0001-01-01', 'c606f5ff'],
    ['time', '00:00:01.5', '60e3160000000000'],
    ['timestamp', '1969-12-31 23:59:59.999999', 'ffffffffffffffff'],
    ['timestamptz', '1970-01-01 05:30:00+05:30', '0000000000000000'],
    ['timestamptz', '1969-12-31 19:00:00-05', '0000000000000000'],
    ['string', 'ü', 'c3bc'],
    ['binary', '00ff', '00ff'],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 'f79c3e09677c4bbda4793f349cb785e7'],
    ['decimal(9,2)', '14.20', '058c'],
    ['decimal(9,2)', '-1.28', '80'],
    ['decimal(9,2)', '1.28', '0080'],
    ['decimal(9,2)', '0.00', '00'],
    ['decimal(38,0)', '-99999999999999999999999999999999999999', 'b4c4b357a5793b85f675ddc000000001'],
  ])('%s %s', (type, text, expected) => {
    expect(hex(type, text)).toBe(expected)
  })
})

test('zero is taken in with both its signs', () => {
  expect([hex('double', '0.0', 'lower'), hex('double', '-0.0', 'upper')]).toEqual([
    '0000000000000080',
    '0000000000000000',
  ])
})

test.each([
  ['date', '0044-03-15 (BC)'],
  ['timestamp', 'infinity'],
  ['timestamp', '290000-01-01 00:00:00'],
  ['date', '-infinity'],
  ['fixed[3]', 'abc'],
])('there is no bound for the %s %s', (type, text) => {
  expect(boundOf(type, text, 'lower')).toBeUndefined()
})

test('decimals keep their value in as few bytes as hold it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), n => {
      const bytes = unscaledBytes(n)
      expect(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))).toBe(n)
      expect(bytes.length === 1 || BigInt.asIntN((bytes.length - 1) * 8, n) !== n).toBe(true)
    }),
  )
})
