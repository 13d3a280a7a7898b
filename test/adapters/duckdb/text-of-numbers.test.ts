import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteWriter, writeDecimal, writeInteger } from '../../../src/adapters/duckdb/worker/byte-writer.ts'
import { dateText, smallTimestampText, timestampText, isoStyle } from '../../../src/adapters/duckdb/worker/date-text.ts'

const written = (write: (out: ReturnType<typeof byteWriter>) => void): string => {
  const out = byteWriter(1)
  write(out)
  return out.bytes.toString('latin1', 0, out.at)
}

const edges = [0, 9, 10, 99, 999_999_999, 1_000_000_000, 1_000_000_001, 999_999_999_999_999, 9007199254740991]
const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...edges.filter(Number.isSafeInteger)))

describe('numbers as bytes', () => {
  it('are the integers that they were', () => {
    fc.assert(
      fc.property(integer, n => {
        expect(written(out => writeInteger(out, n))).toBe(String(n))
      }),
    )
  })

  it('have all digits of their scale', () => {
    fc.assert(
      fc.property(integer, fc.integer({ min: 0, max: 18 }), (n, scale) => {
        const digits = String(Math.abs(n)).padStart(scale + 1, '0')
        const expected = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
        expect(written(out => writeDecimal(out, n, scale))).toBe(`${n < 0 ? '-' : ''}${expected}`)
      }),
    )
  })
})

describe('dates and times', () => {
  it('are those of the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), days => {
        expect(dateText(days)).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10))
      }),
    )
  })

  it('are the same by big integers and by numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(0, 3, 6, 9), (value, digits) => {
        // Beyond these the engine keeps no timestamp of so coarse a unit.
        const bounded = digits < 6 ? value % 10 ** (digits + 11) : value
        expect(smallTimestampText(bounded, digits, isoStyle)).toBe(timestampText(BigInt(bounded), digits, isoStyle))
      }),
    )
  })
})
