import { nearest } from '../base/index.ts'
import { foldAscii, type Product } from '../mesh/index.ts'
import type { ReadProduct } from './read-products.ts'
import type { Surroundings } from './workspace.ts'

/** What a schedule waits for must be there: in the documents, or in the mesh where that is known. */
export function checkSchedules(read: readonly ReadProduct[], { hasTable }: Pick<Surroundings, 'hasTable'>): void {
  const promised = read.flatMap(({ product }) => (product === undefined ? [] : tablesOf(product)))
  const known = new Set(promised.map(foldAscii))
  // What cannot be read may promise any table.
  const isWhole = read.every(({ product }) => product !== undefined)
  for (const { product, parts } of read) {
    const { build } = parts
    if (product === undefined || build === undefined) continue
    const own = new Set(tablesOf(product).map(foldAscii))
    product.build.schedule?.after.forEach((table, i) => {
      const path = ['schedule', 'after', i]
      if (own.has(foldAscii(table))) {
        const message = `${product.id} would run after its own table ${table}, and so without end.`
        build.error('build.after-own', path, message, 'Name a table that it reads, or take it out.')
      } else if (!known.has(foldAscii(table)) && isWhole && hasTable?.(table) !== true) {
        const near = nearest(table, promised)
        const fix = near === undefined ? 'Mend the name, or publish that product first.' : `Did you mean ${near}?`
        const code = 'build.after-unknown'
        if (hasTable !== undefined)
          build.error(code, path, `The schedule waits for ${table}, which does not exist.`, fix)
        else {
          const what = `The schedule waits for ${table}, which none of the documents promises: plan says whether the mesh has it.`
          build.warning(code, path, what, fix)
        }
      }
    })
  }
}

const tablesOf = (product: Product): readonly string[] =>
  product.ports.flatMap(port => port.contract.tables.map(table => `${product.domain}.${table.name}`))
