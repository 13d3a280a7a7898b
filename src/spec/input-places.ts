import { parsePath } from './document-place.ts'
import { joinPath } from './document-path.ts'
import type { ReadProduct } from './read-products.ts'
import type { Workspace } from './workspace.ts'

/** Where an input of a product stands: in its `build.yaml`, else where its SQL names the table. */
export function inputPlaces(
  products: readonly ReadProduct[],
  sql: ReadonlyMap<string, string>,
): NonNullable<Workspace['placeInBuild']> {
  return (id, path) => {
    const read = products.find(({ product }) => product?.id === id)
    if (read?.product === undefined) return undefined
    const { parts, product } = read
    if (parts.build !== undefined) {
      const { document } = parts.build
      return { file: document.file, ...document.placeOf(parsePath(path) ?? []), path }
    }
    const name = parsePath(path)?.[1]
    for (const output of Object.values(product.build.outputs)) {
      const file = joinPath(parts.folder, output.file)
      const text = file === undefined ? undefined : sql.get(file)
      const place = text === undefined ? undefined : placeOfName(String(name), text)
      if (file !== undefined && place !== undefined) return { file, ...place }
    }
    return { file: parts.reports[0]!.document.file }
  }
}

/** The first time that an SQL text says `domain.table`, outside of comments and texts. */
function placeOfName(name: string, sql: string): { readonly line: number; readonly column: number } | undefined {
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, text => text.replace(/[^\n]/g, ' '))
  const parts = name.split('.').map(part => `"?${part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?`)
  const found = new RegExp(`(?<![\\w."])${parts.join('\\s*\\.\\s*')}(?![\\w"])`, 'i').exec(bare)
  if (found === null) return undefined
  const before = sql.slice(0, found.index).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
