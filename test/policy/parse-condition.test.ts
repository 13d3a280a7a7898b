import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConditionError, parseCondition, printCondition, type Condition } from '../../src/policy/index.ts'
import { anyCondition } from './arbitrary-condition.ts'

const refusal = (text: string): string => {
  try {
    parseCondition(text)
  } catch (thrown) {
    if (thrown instanceof ConditionError) return `${thrown.at}: ${thrown.message} ${thrown.fix}`
    throw thrown
  }
  return 'accepted'
}

describe('the portable subset', () => {
  test.each<[string, Condition]>([
    ['TRUE', { kind: 'always' }],
    [
      "region = 'EU'",
      {
        kind: 'compare',
        op: '=',
        left: { kind: 'column', path: ['region'] },
        right: { kind: 'text', text: 'EU' },
      },
    ],
    ['marketing_consent', { kind: 'true', value: { kind: 'column', path: ['marketing_consent'] } }],
    ['base is not null', { kind: 'not', part: { kind: 'is-null', value: { kind: 'column', path: ['base'] } } }],
    [
      'base in principal.bases',
      { kind: 'in', value: { kind: 'column', path: ['base'] }, list: [{ kind: 'attribute', name: 'bases' }] },
    ],
    [
      'exists in gov.grants where u = principal.id and region = row.region',
      {
        kind: 'exists',
        schema: 'gov',
        table: 'grants',
        where: {
          kind: 'and',
          parts: [
            {
              kind: 'compare',
              op: '=',
              left: { kind: 'column', path: ['u'] },
              right: { kind: 'attribute', name: 'id' },
            },
            {
              kind: 'compare',
              op: '=',
              left: { kind: 'column', path: ['region'] },
              right: { kind: 'row-column', path: ['region'] },
            },
          ],
        },
      },
    ],
  ])('%s', (text, tree) => expect(parseCondition(text)).toEqual(tree))

  test.each([
    ['a = 1 or b = 2 and not c = 3', '("a" = 1) OR (("b" = 2) AND (NOT ("c" = 3)))'],
    ['(a + b) * 2 > -c', '(("a" + "b") * 2) > (0 - "c")'],
    ["name not like 'A%'", `NOT ("name" LIKE 'A%')`],
    ["d between DATE '2001-01-01' and DATE '2001-06-30'", `"d" BETWEEN DATE '2001-01-01' AND DATE '2001-06-30'`],
    ['a != 1', '"a" <> 1'],
    ['"Group"."b c" = \'it\'\'s\'', `"Group"."b c" = 'it''s'`],
    ['lower(trim(x)) = coalesce(y, z)', 'lower(trim("x")) = coalesce("y", "z")'],
    ['((a))', '"a"'],
  ])('%s reads as %s', (text, printed) => expect(printCondition(parseCondition(text))).toBe(printed))
})

describe('what is not in it is refused with its place', () => {
  test.each([
    ['1', '0: This is a value and not a condition. Compare it with something.'],
    ["'x'", '0: This is a value and not a condition. Compare it with something.'],
    ['a = 1; drop table t', '5: A condition is one expression: a second statement cannot follow.'],
    ['count(*) > 1', '0: Aggregates like count() are not in the portable subset: a filter sees one row.'],
    ['sum(a) > 1', '0: Aggregates like sum() are not in the portable subset: a filter sees one row.'],
    ['lower(a) over () = 1', '9: Window functions are not in the portable subset.'],
    ['a in (select b from c)', '6: Subqueries are not in the portable subset. Write: exists in DOMAIN.TABLE where …'],
    ['exists (select 1)', '0: Subqueries are not in the portable subset. Write: exists in DOMAIN.TABLE where …'],
    ['case when a then b end', '0: CASE is not in the portable subset. Write it with AND and OR.'],
    ['a::int = 1', '1: Casts are not in the portable subset.'],
    ["a || b = 'x'", '2: || is not in the portable subset. Join texts with concat(a, b).'],
    ["a = 'x", '4: The text that begins here does not end.'],
    ['a = null', '0: Nothing equals NULL. Write IS NULL or IS NOT NULL.'],
    ['a =', '3: The condition ends where a name is expected.'],
    ['lowr(a) = 1', '0: The function lowr is not in the portable subset. Did you mean lower?'],
    ['substring(a) = 1', '0: substring takes 2 to 3 values.'],
    ['a = 1 adn b = 2', '6: adn stands where the end of the condition is expected. Did you mean AND?'],
    ["d > DATE '2001-02-30'", "9: '2001-02-30' is no date. Write it as ISO 8601 does: DATE '2001-02-28'"],
    ['a like principal.x', '7: The pattern of LIKE is a text literal.'],
    ['principal.a.b = 1', '0: principal is followed by one attribute. Name one: principal.ATTRIBUTE'],
    ['exists in a.b where exists in c.d where x = 1', '20: An entitlement table cannot be looked up inside another.'],
    ['(a = 1) + 2 > 3', '8: + stands where AND, OR or the end is expected.'],
  ])('%s', (text, said) => expect(refusal(text)?.slice(0, said.length)).toBe(said))

  test('depth and length', () => {
    expect(refusal(`${'('.repeat(200)}a${')'.repeat(200)}`)).toContain('nests at most 64 levels')
    expect(refusal(`${'not '.repeat(200)}a`)).toContain('nests at most 64 levels')
    expect(refusal(`a = '${'x'.repeat(5000)}'`)).toContain('at most 4000 characters')
  })
})

test('what is printed parses to the same tree', () => {
  fc.assert(
    fc.property(anyCondition, condition => {
      expect(parseCondition(printCondition(condition))).toEqual(condition)
    }),
    { numRuns: 500 },
  )
})

test('no text breaks the parser', () => {
  const words = 'a "b" \'c\' 1 ( ) and or not in is null , . = < - * like between exists where principal row lower date'
  const piece = fc.constantFrom(...words.split(' '), ';', '::', ' ', '\u0000', '𝒳', "'")
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
      const text = pieces.join(' ')
      const said = refusal(text)
      if (said !== 'accepted') expect(Number.parseInt(said, 10)).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 2000 },
  )
})
