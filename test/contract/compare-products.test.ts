import { assert, boolean, constantFrom, property, record, uniqueArray, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareProducts, dueVersion, weightOf } from '../../src/contract/index.ts'
import type {
  Build,
  Column,
  ContractTable,
  Expectation,
  Input,
  Output,
  Product,
  ServiceLevel,
} from '../../src/mesh/index.ts'
import { columns, product, table } from '../runs/support/nouns.ts'

const [id] = columns('id BIGINT key required')
const base: Column = columns('v INTEGER')[0]!

const productOf = (
  tables: readonly ContractTable[],
  serviceLevels: readonly ServiceLevel[] = [],
  sql = 'select 1',
): Product => {
  const made = product('flights.p', { tables, outputs: { t: { sql } } })
  return { ...made, ports: made.ports.map(port => ({ ...port, contract: { ...port.contract, serviceLevels } })) }
}

const withColumn = (column: Partial<Column> | undefined): Product =>
  productOf([table('t', column === undefined ? [id!] : [id!, { ...base, ...column }])])

const changesOf = (before: Product, after: Product) =>
  compareProducts(before, after).map(({ weight, kind, column }) => `${weight} ${kind} ${column ?? '-'}`)

describe('a column', () => {
  const nested = (...fields: readonly Column[]) => ({ type: 'STRUCT', fields })
  test.each<[string, Partial<Column> | undefined, Partial<Column> | undefined, readonly string[]]>([
    ['that goes', {}, undefined, ['breaking column-removed v']],
    ['that comes', undefined, {}, ['safe column-added v']],
    ['that is renamed', {}, { name: 'w' }, ['breaking column-removed v', 'safe column-added w']],
    ['whose name changes case', {}, { name: 'V' }, ['safe column-respelled V']],
    ['that widens', { type: 'INTEGER' }, { type: 'BIGINT' }, ['risky type-widened v']],
    ['that gets more digits', { type: 'DECIMAL(9,2)' }, { type: 'DECIMAL(12,2)' }, ['risky type-widened v']],
    ['that gets another scale', { type: 'DECIMAL(9,2)' }, { type: 'DECIMAL(12,3)' }, ['breaking type-changed v']],
    ['that narrows', { type: 'BIGINT' }, { type: 'INTEGER' }, ['breaking type-changed v']],
    ['that becomes text', {}, { type: 'VARCHAR' }, ['breaking type-changed v']],
    ['that may be null', { required: true }, {}, ['breaking required-dropped v']],
    ['that is never null', {}, { required: true }, ['safe required-added v']],
    ['that may repeat', { unique: true }, {}, ['breaking unique-dropped v']],
    ['that no longer repeats', {}, { unique: true }, ['safe unique-added v']],
    ['of another class', { class: 'public' }, { class: 'personal' }, ['risky class-changed v']],
    ['of another identifier', {}, { identifier: 'airport' }, ['risky identifier-changed v']],
    ['with another text', {}, { description: 'x' }, ['safe description-changed v']],
    ['that leaves the key', { keyPosition: 2 }, {}, ['breaking key-changed -']],
    ['with a wider range', { options: { maximum: '9' } }, { options: { maximum: '10' } }, ['risky limit-widened v']],
    ['with a smaller range', { options: { maximum: '10' } }, { options: { maximum: '9' } }, ['safe limit-narrowed v']],
    [
      'with a lower minimum',
      { options: { minimum: '-9' } },
      { options: { minimum: '-10' } },
      ['risky limit-widened v'],
    ],
    ['without its pattern', { options: { pattern: 'a' } }, {}, ['risky limit-widened v']],
    ['with a pattern', {}, { options: { pattern: 'a' } }, ['safe limit-narrowed v']],
    [
      'whose bound is allowed',
      { options: { minimum: '1', exclusiveMinimum: true } },
      { options: { minimum: '1' } },
      ['risky limit-widened v'],
    ],
    ['that loses a member', nested(base), nested(), ['breaking column-removed v.v']],
    ['whose member widens', nested(base), nested({ ...base, type: 'BIGINT' }), ['risky type-widened v.v']],
    [
      'whose element changes',
      { type: 'INTEGER[]', element: base },
      { type: 'VARCHAR[]', element: { ...base, type: 'VARCHAR' } },
      ['breaking type-changed v[]'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(changesOf(withColumn(before), withColumn(after))).toEqual(expected)
  })
})

describe('a table', () => {
  const [a, b] = [table('a', [id!]), table('b', [id!])]
  const rule: Expectation = {
    id: 'rows',
    severity: 'error',
    rule: { kind: 'library', metric: 'rowCount', unit: 'rows', comparison: { op: '>', value: '0' }, arguments: {} },
  }
  const level = (value: string): ServiceLevel => ({ property: 'latency', value, unit: 'h' })
  const other = columns('x BIGINT', 'y BIGINT')
  test.each<[string, Product, Product, readonly string[]]>([
    ['that goes', productOf([a, b]), productOf([a]), ['breaking table-removed -']],
    ['that comes', productOf([a]), productOf([a, b]), ['safe table-added -']],
    ['with another text', productOf([a]), productOf([{ ...a, description: 'x' }]), ['safe description-changed -']],
    [
      'in another order',
      productOf([table('a', other)]),
      productOf([table('a', [...other].reverse())]),
      ['safe columns-reordered -'],
    ],
    [
      'that gets a key',
      productOf([table('a', columns('x BIGINT'))]),
      productOf([table('a', columns('x BIGINT key'))]),
      ['safe key-added -'],
    ],
    ['without a check', productOf([{ ...a, expectations: [rule] }]), productOf([a]), ['risky check-removed -']],
    ['with a new check', productOf([a]), productOf([{ ...a, expectations: [rule] }]), ['safe check-added -']],
    [
      'whose check only warns',
      productOf([{ ...a, expectations: [rule] }]),
      productOf([{ ...a, expectations: [{ ...rule, severity: 'warning' }] }]),
      ['risky check-severity -'],
    ],
    [
      'whose check refuses',
      productOf([{ ...a, expectations: [{ ...rule, severity: 'warning' }] }]),
      productOf([{ ...a, expectations: [rule] }]),
      ['safe check-severity -'],
    ],
    [
      'whose check is another',
      productOf([{ ...a, expectations: [rule] }]),
      productOf([{ ...a, expectations: [{ ...rule, rule: { kind: 'text' } }] }]),
      ['risky check-changed -'],
    ],
    ['without a promise', productOf([a], [level('4')]), productOf([a]), ['risky promise-removed -']],
    ['with another promise', productOf([a], [level('4')]), productOf([a], [level('5')]), ['risky promise-changed -']],
    ['with a new promise', productOf([a]), productOf([a], [level('4')]), ['safe promise-added -']],
    [
      'that is built differently',
      productOf([table('t', [id!])]),
      productOf([table('t', [id!])], [], 'select 2'),
      ['safe build-changed -'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(changesOf(before, after)).toEqual(expected)
  })
})

describe('a build', () => {
  const t = table('t', columns('id BIGINT key', 'at DATE'))
  const built = (output: Partial<Output>, build: Partial<Build> = {}): Product => {
    const made = product('flights.p', { tables: [t], outputs: { t: { sql: 'select 1', ...output } } })
    return { ...made, build: { ...made.build, ...build } }
  }
  const file = (path: string, digest = 'd'): Input => ({
    kind: 'file',
    path,
    format: 'csv',
    options: {},
    files: [{ path, sizeBytes: 1, at: { digest } }],
  })
  const read = (input: Input) => built({}, { inputs: { raw: input } })
  const of = (major?: number): Input => ({ kind: 'table', table: 'a.t', ...(major === undefined ? {} : { major }) })
  const merge = { mode: 'merge', key: ['id'] } as const
  test.each<[string, Product, Product, readonly string[]]>([
    [
      'in another mode',
      built(merge),
      built({ mode: 'append' }),
      ['risky build-mode-changed', 'safe build-key-changed'],
    ],
    ['by another key', built(merge), built({ mode: 'merge', key: ['at'] }), ['risky build-key-changed']],
    ['with a watermark', built({}), built({ watermark: 'at' }), ['risky build-watermark-changed']],
    ['without its watermark', built({ watermark: 'at' }), built({}), ['risky build-watermark-changed']],
    ['that puts bad rows aside', built({}), built({ rejects: 'r' }), ['risky build-rejects-changed']],
    ['that bad rows stop', built({ rejects: 'r' }), built({}), ['safe build-rejects-changed']],
    ['of an SQL file that moved', built({ file: 'a.sql' }), built({ file: 'b.sql' }), ['safe build-file-changed']],
    ['of one more input', built({}), read(of()), ['safe build-input-changed']],
    ['of one input less', read(of()), built({}), ['safe build-input-changed']],
    ['of a pinned input', read(of()), read(of(1)), ['risky build-input-changed']],
    ['of other files', read(file('a.csv')), read(file('b.csv')), ['risky build-input-changed']],
    ['of the same files with other rows', read(file('a.csv')), read(file('a.csv', 'e')), []],
    [
      'at other times',
      built({}),
      built({}, { schedule: { cron: '0 * * * *', after: [] } }),
      ['safe build-schedule-changed'],
    ],
    ['that build.yaml describes', built({}, { derived: true }), built({}), ['safe build-input-changed']],
  ])('%s', (_, before, after, expected) => {
    const changes = compareProducts(before, after)
    expect(changes.map(({ weight, kind }) => `${weight} ${kind}`)).toEqual(expected)
  })
})

describe('documents', () => {
  const plain = withColumn({})
  test.each<[string, Partial<Product>, string]>([
    ['status', { status: 'deprecated' }, 'risky status-changed'],
    ['owner', { owner: 'leo' }, 'safe owner-changed'],
    ['README', { readme: 'x' }, 'safe description-changed'],
    ['tags', { tags: ['x'] }, 'safe description-changed'],
  ])('with another %s', (_, change, expected) => {
    const changes = compareProducts(plain, { ...plain, ...change })
    expect(changes.map(({ weight, kind }) => `${weight} ${kind}`)).toEqual([expected])
  })

  test('never differ without a word', () => {
    const [change] = compareProducts(plain, withColumn({ examples: ['7'] }))
    expect(change).toMatchObject({ kind: 'document-changed', weight: 'safe' })
    expect(change!.message).toContain('examples.0 is "7" now, before nothing')
  })
})

describe('majors side by side', () => {
  const of = (...majors: readonly (readonly [string, ...Column[]])[]): Product => {
    const made = productOf([table('t', [id!])])
    const port = made.ports[0]!
    return {
      ...made,
      ports: majors.map(([version, ...more]) => ({
        ...port,
        contract: { ...port.contract, version, tables: [table('t', [id!, ...more])] },
      })),
    }
  }
  const seen = (before: Product, after: Product) =>
    compareProducts(before, after).map(({ weight, kind, major }) => `${weight} ${kind} v${major}`)
  test('are each compared with what they were', () => {
    const one = ['1.0.0', base] as const
    expect(seen(of(one), of(one, ['2.0.0']))).toEqual(['breaking column-removed v2'])
    expect(seen(of(one, ['2.0.0']), of(one, ['2.1.0', { ...base, name: 'x' }]))).toEqual(['safe column-added v2'])
    expect(seen(of(one, ['2.0.0']), of(['1.1.0'], ['2.0.0']))).toEqual(['breaking column-removed v1'])
    expect(seen(of(one, ['2.0.0']), of(['2.0.0']))).toEqual(['risky version-removed v1'])
    expect(seen(of(one, ['2.0.0']), of(one, ['2.0.0']))).toEqual([])
  })
})

test('a table that keeps its rows has them checked for what is asked anew, and the change says so', () => {
  const promise = (of: readonly Column[], mode: Output['mode']) => {
    const { build, ...rest } = productOf([table('t', of)])
    const output: Output = { sql: 'from raw', file: 't.sql', mode, key: [] }
    return { ...rest, build: { ...build, outputs: { t: output } } }
  }
  const says = (mode: Output['mode'], after: Partial<Column>, more: readonly Column[] = []) =>
    compareProducts(promise([base], mode), promise([{ ...base, ...after }, ...more], mode)).map(c => c.message)
  const asked = 'The rows that are published already are checked for it too.'
  for (const after of [{ required: true }, { unique: true }, { options: { minimum: '0' } }]) {
    expect(says('append', after)).toEqual([expect.stringContaining(asked)])
    expect(says('full', after)).toEqual([expect.not.stringContaining(asked)])
  }
  expect(says('merge', {}, [{ ...base, name: 'n', required: true }])).toEqual([expect.stringContaining(asked)])
  expect(says('append', {}, [{ ...base, name: 'n' }])).toEqual([expect.not.stringContaining(asked)])
  expect(says('append', { description: 'x' })).toEqual([expect.not.stringContaining(asked)])
})

test('a first release changes nothing, and neither does the same again', () => {
  expect(compareProducts(undefined, withColumn({}))).toEqual([])
  expect(compareProducts(withColumn({}), withColumn({}))).toEqual([])
})

test.each([
  ['breaking', undefined, '2.0.0'],
  ['risky', { type: 'BIGINT' }, '1.3.0'],
  ['safe', { description: 'x' }, '1.2.4'],
] as const)('a %s change makes its version due', (weight, after, version) => {
  const changes = compareProducts(withColumn({}), withColumn(after))
  expect(weightOf(changes)).toBe(weight)
  expect(dueVersion('1.2.3', changes)).toBe(version)
})

test('an addition is a minor version, no change is none', () => {
  expect(dueVersion('1.2.3', compareProducts(withColumn(undefined), withColumn({})))).toBe('1.3.0')
  expect(dueVersion('1.2.3', [])).toBe('1.2.3')
})

const anyColumn: Arbitrary<Column> = record({
  name: constantFrom('v', 'w', 'x'),
  type: constantFrom('INTEGER', 'BIGINT', 'VARCHAR', 'DECIMAL(9,2)'),
  required: boolean(),
  unique: boolean(),
}).map(parts => ({ ...base, ...parts }))
const anyProduct = uniqueArray(anyColumn, { selector: c => c.name, minLength: 1 }).map(of =>
  productOf([table('t', of)]),
)

test('equal products never differ, and what is safe one way is never breaking by itself both ways', () => {
  assert(
    property(anyProduct, anyProduct, (a, b) => {
      expect(compareProducts(a, a)).toEqual([])
      const there = compareProducts(a, b)
      expect(there.length === 0).toBe(compareProducts(b, a).length === 0)
      expect([...there].map(change => change.weight)).toEqual(
        [...there].map(c => c.weight).sort((x, y) => order[x] - order[y]),
      )
    }),
    { numRuns: 300 },
  )
})

const order = { breaking: 0, risky: 1, safe: 2 }
