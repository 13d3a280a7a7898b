import { describe, expect, test } from 'vitest'
import { murmur3 } from '../../src/lake/murmur3.ts'
import { transform, valueOfText, type PartitionValue } from '../../src/lake/index.ts'

describe('the hash of a bucket is that of the specification', () => {
  const cases: readonly (readonly [string, string | Uint8Array, number])[] = [
    ['int', '34', 2017239379],
    ['long', '34', 2017239379],
    ['string', 'iceberg', 1210000089],
    ['decimal(9,2)', '14.20', -500754589],
    ['date', '2017-11-16', -653330422],
    ['timestamp', '2017-11-16 22:31:08', -2047944441],
    ['timestamptz', '2017-11-16 14:31:08-08', -2047944441],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
    ['binary', Uint8Array.of(0, 1, 2, 3), -188683207],
  ]
  test.each(cases)('%s %s', (type, text, hash) => {
    const value: PartitionValue = typeof text === 'string' ? valueOfText(type, text) : text
    expect(transform('bucket[2147483647]', type, value)).toBe((hash & 0x7fffffff) % 2147483647)
  })

  test('tails of every length', () => {
    expect(['', 'a', 'ab', 'abc', 'abcd', 'abcde'].map(text => murmur3(Buffer.from(text)))).toEqual([
      0, 1009084850, -1681926305, -1277324294, 1139631978, -392455434,
    ])
  })
})

describe('other transforms', () => {
  test.each([
    ['identity', 'string', 'x', 'x'],
    ['truncate[10]', 'int', '-1', -10],
    ['truncate[10]', 'long', '12', 10n],
    ['truncate[50]', 'decimal(9,2)', '10.65', 1050n],
    ['truncate[50]', 'decimal(9,2)', '-0.05', -50n],
    ['truncate[2]', 'string', '😀ü-', '😀ü'],
    ['year', 'date', '1969-12-31', -1],
    ['month', 'date', '1969-11-30', -2],
    ['day', 'timestamp', '1969-12-31 23:00:00', -1],
    ['hour', 'timestamp', '1969-12-31 22:59:59.999999', -2],
    ['month', 'timestamptz', '2017-11-16 22:31:08+00', 574],
    ['void', 'string', 'x', null],
  ] as const)('%s of %s %s', (name, type, text, expected) => {
    expect(transform(name, type, valueOfText(type, text))).toBe(expected)
  })

  test('NULL stays NULL, and what is unknown is refused', () => {
    for (const name of ['identity', 'bucket[4]', 'truncate[4]', 'day']) expect(transform(name, 'date', null)).toBeNull()
    expect(() => transform('week', 'date', 1)).toThrow('There is no partition transform week.')
    expect(() => valueOfText('date', 'infinity')).toThrow('cannot be partitioned')
  })
})
