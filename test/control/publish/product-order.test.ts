import { expect, it } from 'vitest'
import type { Publication } from '../../../src/control/index.ts'
import type { Input, Product } from '../../../src/mesh/index.ts'
import { productOrder } from '../../../src/control/publish/product-order.ts'
import { emptyState } from '../../../src/mesh/index.ts'
import { product, table } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const reading = (of: string, major?: number): Input => ({
  kind: 'table',
  table: of,
  ...(major === undefined ? {} : { major }),
})

/** A product whose tables read what is said of each, under the name of the table that is read. */
function made(id: string, tables: Readonly<Record<string, readonly string[]>>, version = '1.0.0'): Made {
  const inputs = [...new Set(Object.values(tables).flat())]
  return {
    product: product(id, {
      version,
      tables: Object.keys(tables).map(name => table(name, 'id')),
      reads: inputs.map(name => reading(name)),
    }),
    reads: new Map(Object.entries(tables)),
  }
}

interface Made {
  readonly product: Product
  readonly reads: ReadonlyMap<string, readonly string[]>
}

const publication = (...of: readonly Made[]): Pick<Publication, 'products' | 'reads'> => ({
  products: of.map(each => each.product),
  reads: new Map(of.map(each => [each.product.id, each.reads])),
})

const promote = (t: Trial, id: string, name: string) =>
  t.do('tariq', {
    kind: 'promote',
    product: id,
    release: '1.0.0',
    run: 'run_1',
    lineage: [],
    tables: [{ table: `${id.split('.')[0]}.${name}`, major: 1, to: 'm', snapshot: '1', rows: 1, sizeBytes: 1 }],
  })

it('lets an output read its sibling', () => {
  const t = trial()
  const plan = t.publish('omar', publication(made('m.two', { b: ['m.a'], a: [] })))
  expect(plan.items.map(item => item.id)).toEqual(['m', 'm.two'])
})

it('refuses what a table reads of itself, at each input of the circle', () => {
  const t = trial()
  const self = t.refused('omar', publication(made('m.two', { b: ['m.b'], a: [] })))
  expect(self.message).toBe('The table m.b reads itself.')
  const pair = t.refused('omar', publication(made('m.two', { b: ['m.a'], a: ['m.b'] })))
  expect(pair.message).toBe('Tables read each other in a circle: m.b reads m.a reads m.b.')
  expect(pair.details.issues?.map(issue => [issue.product, issue.path])).toEqual([
    ['m.two', 'inputs["m.a"]'],
    ['m.two', 'inputs["m.b"]'],
  ])
})

it('takes every input for read where nobody looked into the SQL, but not siblings', () => {
  const t = trial()
  const { product: two } = made('m.two', { b: ['m.a'], a: [] })
  expect(t.publish('omar', { products: [two] }).allowed).toBe(true)
  const { product: alone } = made('m.alone', { alone: ['m.alone'] })
  expect(t.refused('omar', { products: [alone] }).message).toContain('reads itself')
})

it('refuses a sibling that is not ready, and an older major of one', () => {
  const t = trial()
  const two = made('m.two', { b: ['m.bad'], a: [], bad: [] })
  const { bad: _, ...outputs } = two.product.build.outputs
  const build = { ...two.product.build, outputs: { ...outputs, a: { ...outputs['a']!, rejects: 'bad' } } }
  const no = t.refused('omar', { ...publication(two), products: [{ ...two.product, build }] })
  expect(no.message).toContain('m.bad, which takes the rejects of its own a')
  const old = product('m.old', {
    version: '2.0.0',
    reads: [reading('m.a', 1)],
    tables: [table('a', 'id'), table('c', 'id')],
  })
  const reads = new Map([
    [
      'm.old',
      new Map([
        ['c', ['m.a']],
        ['a', []],
      ]),
    ],
  ])
  expect(t.refused('omar', { products: [old], reads }).message).toContain(
    'reads v1 of m.a, of which its own run makes v2',
  )
})

it('orders products that are a circle while their tables are none, by who has data', () => {
  const t = trial()
  const [first, second] = [made('p.p', { a: [], c: ['q.b'] }, '1.1.0'), made('q.q', { b: ['p.a'] })]
  const stuck = t.refused('omar', publication(first, second))
  expect(stuck.message).toBe("Products wait for each other's first data in a circle: p.p reads q.q reads p.p.")
  expect(stuck.fix).toBe('Publish p.p without what it reads of q.q first, and add that when q.q has data.')
  t.publish('omar', publication(made('p.p', { a: [] })))
  promote(t, 'p.p', 'a')
  const plan = t.publish('omar', publication(first, second))
  expect(plan.items.map(item => item.id)).toEqual(['q', 'q.q', 'p.p'])
})

it('finds circles in a large mesh in a moment', () => {
  const chain = Array.from({ length: 2000 }, (_, i) => made(`m.t${i}`, { [`t${i}`]: i === 0 ? [] : [`m.t${i - 1}`] }))
  const { ordered, refusals } = productOrder(emptyState, publication(...chain.toReversed()))
  expect(refusals).toEqual([])
  expect(ordered.map(({ id }) => id)).toEqual(chain.map(each => each.product.id))
})
