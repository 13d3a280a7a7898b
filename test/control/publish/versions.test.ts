import { describe, expect, it } from 'vitest'
import type { Product } from '../../../src/mesh/index.ts'
import { domain, product, table } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const id = 'flights.departures'
const first = product(id, { tables: [table('departures', 'id', 'amount')] })
const of = (version: string, contractVersion: string, ...columns: readonly string[]) =>
  product(id, { version, contractVersion, tables: [table('departures', ...columns)] })

function published(): Trial {
  const t = trial()
  t.publish('omar', { domains: [domain('flights', { omar: ['product-owner'] })], products: [first] })
  t.serve(id)
  return t
}

/** After release 1.0.0 with the columns id and amount. */
const cases: readonly {
  readonly name: string
  readonly next: Product
  readonly due?: string
  readonly code?: string
}[] = [
  {
    name: 'a new column under the same version',
    next: of('1.0.0', '1.0.0', 'id', 'amount', 'x'),
    code: 'release.immutable',
  },
  { name: 'a new column as a patch', next: of('1.0.1', '1.0.1', 'id', 'amount', 'x'), code: 'release.version' },
  { name: 'a new column as a minor', next: of('1.1.0', '1.1.0', 'id', 'amount', 'x'), due: '1.1.0' },
  { name: 'more than is due', next: of('1.7.0', '1.7.0', 'id', 'amount', 'x'), due: '1.1.0' },
  {
    name: 'a new column that the contract keeps to itself',
    next: of('1.1.0', '1.0.0', 'id', 'amount', 'x'),
    code: 'release.version',
  },
  { name: 'other SQL under the same version', next: product(id, { sql: 'select 2' }), code: 'release.immutable' },
  { name: 'other SQL as a patch', next: product(id, { version: '1.0.1', sql: 'select 2' }), due: '1.0.1' },
  { name: 'a lost column as a minor', next: of('1.1.0', '1.1.0', 'id'), code: 'release.version' },
  { name: 'a lost column, the contract as it was', next: of('2.0.0', '1.1.0', 'id'), code: 'release.version' },
  { name: 'a lost column as a major', next: of('2.0.0', '2.0.0', 'id'), due: '2.0.0' },
  { name: 'an older version', next: of('0.9.0', '0.9.0', 'id', 'amount'), code: 'release.version' },
  { name: 'a version that is none', next: of('1.x', '1.0.0', 'id', 'amount', 'x'), code: 'release.version' },
  { name: 'only another version', next: of('1.0.1', '1.0.0', 'id', 'amount'), due: '1.0.1' },
]

describe('after 1.0.0', () => {
  it.each(cases)('$name → $due$code', ({ next, due, code }) => {
    const t = published()
    if (code !== undefined) expect(t.refused('omar', { products: [next] }).code).toBe(code)
    else expect(t.publish('omar', { products: [next] }).items[0]).toMatchObject({ action: 'update', due })
  })
})

it('changes nothing when the same is published again', () => {
  const t = published()
  const before = t.state
  const plan = t.publish('omar', { domains: [domain('flights', { omar: ['product-owner'] })], products: [first] })
  expect(plan.items.map(i => i.action)).toEqual(['unchanged', 'unchanged'])
  expect(t.state).toBe(before)
})

it('takes new source files under the same release', () => {
  const raw = (digest: string) =>
    product('flights.raw', {
      reads: [
        {
          kind: 'file',
          path: 'raw/*.csv',
          format: 'csv',
          options: {},
          files: [{ path: 'a.csv', sizeBytes: 1, at: { digest } }],
        },
      ],
    })
  const t = published()
  t.publish('omar', { products: [raw('d1')] })
  const plan = t.publish('omar', { products: [raw('d2')] })
  expect(plan.items[0]).toMatchObject({ action: 'sources', version: '1.0.0' })
  expect(t.state.products.get('flights.raw')!.releases).toHaveLength(1)
  expect(t.publish('omar', { products: [raw('d2')] }).items[0]).toMatchObject({ action: 'unchanged' })
})

it('keeps the old major readable beside the new one', () => {
  const t = published()
  t.publish('omar', { products: [of('2.0.0', '2.0.0', 'id')] })
  const majors = t.state.tables.get('flights.departures')!.majors
  expect([...majors.keys()]).toEqual([1, 2])
  expect(majors.get(1)!.table.columns.map(c => c.name)).toEqual(['id', 'amount'])
})
