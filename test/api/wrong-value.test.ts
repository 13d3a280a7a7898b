import { expect, test } from 'vitest'
import { z } from 'zod'
import { operations, queryBody, wrongValue } from '../../src/api/index.ts'

const said = (schema: z.ZodType, value: unknown): string => {
  const { error } = schema.safeParse(value)
  return (error?.issues ?? []).map(issue => wrongValue(issue, value)).join('; ')
}

test.each([
  [z.coerce.number().int().max(500), '501', 'may be at most 500'],
  [z.coerce.number().int().min(1), '0', 'must be at least 1'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.coerce.number().int(), '1.5', 'must be a whole number'],
  [z.coerce.number(), 'x', 'must be a number'],
  [z.string(), 5, 'must be text'],
  [z.string(), undefined, 'is missing'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().max(1), 'ab', 'may have at most 1 character'],
  [z.array(z.string()).min(2), ['a'], 'must have at least 2 values'],
  [z.enum(['a', 'b']), 'c', 'must be one of: a, b'],
  [z.literal('a'), 'b', 'must be a'],
  [z.strictObject({}), { x: 1, y: 2 }, 'has no members x, y'],
  [z.string().regex(/^a$/), 'b', 'must match /^a$/'],
  [z.union([z.string(), z.number()]), true, 'has none of the forms that it may have'],
  [z.boolean(), 'x', 'must be true or false'],
])('%#: a value that is wrong is told in our words', (schema, value, expected) => {
  expect(said(schema, value)).toBe(expected)
})

test('no part of any request is told in the words of the library', () => {
  const parts = Object.values(operations).flatMap(operation =>
    (['params', 'query', 'body'] as const).flatMap(part => (part in operation ? [Reflect.get(operation, part)] : [])),
  ) as z.ZodType[]
  for (const schema of [...parts, queryBody]) {
    const shape = Object.keys((schema as z.ZodObject).shape)
    for (const bad of [undefined, null, 5, 'x', '', [], {}, true, Number.NaN, 1e99, 'x'.repeat(1e6)]) {
      const value = Object.fromEntries([...shape, 'nope'].map(name => [name, bad]))
      for (const text of [said(schema, value), said(schema, bad)]) {
        expect(text).not.toMatch(/Invalid|Too (big|small)|expected|received|Unrecognized|undefined/)
      }
    }
  }
  expect(parts.length).toBeGreaterThan(25)
})
