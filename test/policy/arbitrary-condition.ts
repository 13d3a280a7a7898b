import * as fc from 'fast-check'
import { portableFunctions, type Condition, type Value } from '../../src/policy/index.ts'

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'region', 'Group', 'and', 'x y', 'quote"d', 'größe', 'principal2'),
  fc.string({ minLength: 1, maxLength: 6 }),
)
/** `principal` and `row` mean something as first word, so they are no columns unless quoted; they are printed quoted. */
const path = fc.array(name, { minLength: 1, maxLength: 3 })
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map(n => n.toFixed(3)),
)

const { value } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constant('column' as const), path }),
    fc.record({ kind: fc.constant('attribute' as const), name }),
    fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'binary' }) }),
    fc.record({ kind: fc.constant('number' as const), text: number }),
    fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
    fc.constant({ kind: 'date' as const, text: '2001-02-28' }),
    fc.constant({ kind: 'timestamp' as const, text: '2001-02-28 10:00:00' }),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      op: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const),
      left: tie('value'),
      right: tie('value'),
    }),
    fc
      .tuple(fc.constantFrom(...portableFunctions), fc.array(tie('value'), { minLength: 3, maxLength: 3 }))
      .map(([name, values]): Value => ({ kind: 'call', name, arguments: values.slice(0, counts[name] ?? 1) })),
  ),
}))

const counts: Readonly<Record<string, number>> = { substring: 3, coalesce: 2, concat: 3 }

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom<Condition>({ kind: 'always' }, { kind: 'never' }),
  fc.record({
    kind: fc.constant('compare' as const),
    op: fc.constantFrom('=' as const, '<>' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    left: value,
    right: value,
  }),
  fc.record({ kind: fc.constant('between' as const), value, low: value, high: value }),
  fc.record({ kind: fc.constant('in' as const), value, list: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('like' as const), value, pattern: fc.string() }),
  fc.record({ kind: fc.constant('is-null' as const), value }),
  fc.record({
    kind: fc.constant('true' as const),
    value: fc.oneof(
      fc.record({ kind: fc.constant('column' as const), path }),
      fc.record({ kind: fc.constant('attribute' as const), name }),
    ),
  }),
)

const { tree } = fc.letrec<{ tree: Condition }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('tree') }),
  ),
}))

export const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  tree,
  fc.record({ kind: fc.constant('exists' as const), schema: name, table: name, where: tree }),
)
