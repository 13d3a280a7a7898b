import { MeshError } from '../../base/index.ts'
import { foldAscii, type MeshState, type Product } from '../../mesh/index.ts'

/**
 * The products with each after those whose tables it reads, else as they came; and one refusal for each circle, which may
 * run through products that are published already.
 */
export function productOrder(
  state: MeshState,
  products: readonly Product[],
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
      refusals.push(circle([...path.slice(start), product.id]))
      return
    }
    for (const maker of inputsOf(product, makers)) visit(all.get(maker)!, [...path, product.id])
    if (done.has(product.id)) return
    done.add(product.id)
    ordered.push(product)
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

function inputsOf(product: Product, makers: ReadonlyMap<string, string>): readonly string[] {
  const tables = Object.values(product.build.inputs).flatMap(input => (input.kind === 'table' ? [input.table] : []))
  const found = tables.map(table => makers.get(foldAscii(table)) ?? makers.get(foldAscii(table).replace(/_v\d+$/, '')))
  return [...new Set(found.filter(maker => maker !== undefined))]
}

const circle = (path: readonly string[]) =>
  new MeshError('document.invalid', `Products read each other in a circle: ${path.join(' reads ')}.`, {
    fix: 'Take one of the inputs out, or put what is shared into a product of its own.',
  })
