import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offsetOfByte, placeOf } from '../../src/query/text/places.ts'
import { tokensOf } from '../../src/query/text/tokens.ts'
import { withoutLiterals } from '../../src/query/text/without-literals.ts'

describe('tokens', () => {
  it('cover a text in order, without overlap', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '1', "'", '"', '$', '(', ')', '.', ' ', '/', '*', '-', '\n', ';', 'é', '😀'),
        }),
        text => {
          let at = 0
          for (const token of tokensOf(text)) {
            expect(token.start).toBeGreaterThanOrEqual(at)
            expect(text.slice(token.start, token.end)).toBe(token.text)
            at = token.end
          }
          expect(at).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })

  it.each([
    [`select 'it''s' -- 'x'`, ['select', `'it''s'`]],
    ['a/* 1 /* 2 */ 3 */b', ['a', 'b']],
    [`$$a'b$$ $x$ $$ $x$`, [`$$a'b$$`, '$x$ $$ $x$']],
    [`$a1$x$a1$ $é_2$'$é_2$`, ['$a1$x$a1$', `$é_2$'$é_2$`]],
    [`"a""b".c1`, ['"a""b"', '.', 'c1']],
    [`e'\\'' 1.5e-3`, [`e'\\''`, '1.5e-3']],
  ])('of %s', (sql, texts) => {
    expect([...tokensOf(sql)].map(token => token.text)).toEqual(texts)
  })
})

describe('withoutLiterals', () => {
  it('leaves out what was looked for, comments included', () => {
    expect(withoutLiterals(`select a /* secret */ from t where b = 'x''y' and c > 5.5 -- secret`)).toBe(
      'select a from t where b = ? and c > ?',
    )
  })
})

describe('places', () => {
  it('count bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        expect(offsetOfByte(before + after, Buffer.byteLength(before))).toBe(before.length)
      }),
    )
    expect(placeOf('é\n😀x', 7)).toEqual({ line: 2, column: 3 })
  })
})
