import { foldAscii, majorOf, type Product } from '../mesh/index.ts'
import type { ReadProduct } from './read-products.ts'

/** Products and tables are named once in the mesh; of a clash the later one is left out. */
export function withoutClashes(products: readonly ReadProduct[]): readonly Product[] {
  const ids = new Map<string, string>()
  const tables = new Map<string, { readonly product: string; readonly file: string }>()
  return products.flatMap(({ product, parts, report }) => {
    if (product === undefined) return []
    const first = ids.get(foldAscii(product.id))
    if (first !== undefined) {
      report.error(
        'product.repeated',
        ['id'],
        `The product ${product.id} is described in ${first} too.`,
        'Give one of them another id.',
      )
      return []
    }
    ids.set(foldAscii(product.id), report.document.file)
    let clash = false
    product.ports.forEach(({ contract }, p) => {
      const draft = parts.ports[p]!.contract
      contract.tables.forEach((table, i) => {
        const path = ['schema', i, 'name']
        const key = foldAscii(`${product.domain}.${table.name}`)
        const other = tables.get(key)
        const major = `${key}@${majorOf(contract.version)}`
        if (other !== undefined && (other.product !== product.id || tables.has(major))) {
          clash = true
          const message = `The table ${product.domain}.${table.name} is promised in ${other.file} too.`
          draft.report.error(
            'table.repeated',
            path,
            message,
            'Give one of them another name, or another major version.',
          )
        }
        tables.set(key, other ?? { product: product.id, file: draft.file })
        tables.set(major, { product: product.id, file: draft.file })
      })
    })
    return clash ? [] : [product]
  })
}
