import type { Product, SourceFile } from '../mesh/index.ts'
import type { ReadProduct } from './read-products.ts'

/** The data files that the builds of these products read, by their paths in the publication. */
export function readPaths(
  read: readonly Product[],
  products: readonly ReadProduct[],
  sources: readonly SourceFile[],
): readonly string[] {
  const wanted = new Set<string>()
  for (const { product, parts } of products) {
    if (product === undefined || !read.includes(product)) continue
    for (const input of Object.values(product.build.inputs)) {
      if (input.kind !== 'file') continue
      for (const file of input.files) wanted.add(pathFrom(parts.folder, file.path))
    }
  }
  return sources.map(source => source.path).filter(path => wanted.has(path))
}

function pathFrom(folder: string, path: string): string {
  const up = folder === '' ? [] : folder.split('/')
  const down = path.split('/')
  while (down[0] === '..') {
    down.shift()
    up.pop()
  }
  return [...up, ...down].join('/')
}
