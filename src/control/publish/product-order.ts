import { MeshError } from '../../base/index.ts'
import { foldAscii, type MeshState, type Product } from '../../mesh/index.ts'
import { tablesRead } from './tables-read.ts'

/**
 * The products with each after those whose tables it reads or its checks look up, else as they came; and one refusal for each circle, which may
 * run through products that are published already.
 */
export function productOrder(
  state: MeshState,
  products: readonly Product[],
  isKnown: (id: string) => boolean = () => true,
): { readonly ordered: readonly Product[]; readonly refusals: readonly MeshError[] } {
  const all = new Map([...state.products.values()].map(({ product }) => [product.id, product]))
  for (const product of products) all.set(product.id, product)
  const makers = makersOf(all.values())
  const ordered: Product[] = []
  const refusals: MeshError[] = []
  const done = new Set<string>()

  const visit = (product: Product, path: readonly string[]): void => {
    if (done.has(product.id)) return
    const start = path.indexOf(product.id)
    if (start >= 0) {
      const names = [...path.slice(start), product.id]
      refusals.push(circle(names.map(id => (isKnown(id) ? id : 'a product that you may not see'))))
      return
    }
    const here = [...path, product.id]
    for (const maker of makersFor(product, makers, 'input')) visit(all.get(maker)!, here)
    for (const maker of makersFor(product, makers, 'reference'))
      if (!waitsFor(maker, here)) visit(all.get(maker)!, here)
    if (done.has(product.id)) return
    done.add(product.id)
    ordered.push(product)
  }

  /** Whether a product reads, itself or through others, one of those whose turn it is: what checks look up is no circle. */
  const waitsFor = (id: string, path: readonly string[], seen = new Set<string>()): boolean => {
    if (path.includes(id)) return true
    if (seen.has(id)) return false
    seen.add(id)
    return makersFor(all.get(id)!, makers, 'input').some(maker => waitsFor(maker, path, seen))
  }

  for (const product of products) visit(product, [])
  const published = new Set(products.map(product => product.id))
  return { ordered: ordered.filter(product => published.has(product.id)), refusals }
}

/** Table → product that makes it. */
const makersOf = (products: Iterable<Product>): ReadonlyMap<string, string> =>
  new Map(
    [...products].flatMap(product =>
      product.ports.flatMap(port =>
        port.contract.tables.map(table => [foldAscii(`${product.domain}.${table.name}`), product.id] as const),
      ),
    ),
  )

/** Products that make what a product reads, or what its checks look up. */
function makersFor(
  product: Product,
  makers: ReadonlyMap<string, string>,
  as: 'input' | 'reference',
): readonly string[] {
  const tables = tablesRead(product).filter(read => read.isReference === (as === 'reference'))
  const found = tables
    .map(({ table }) => foldAscii(table))
    .map(t => makers.get(t) ?? makers.get(t.replace(/_v\d+$/, '')))
  return [...new Set(found.filter(maker => maker !== undefined))]
}

const circle = (path: readonly string[]) =>
  new MeshError('document.invalid', `Products read each other in a circle: ${path.join(' reads ')}.`, {
    fix: 'Take one of the inputs out, or put what is shared into a product of its own.',
  })
