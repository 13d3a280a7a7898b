import type { Issue } from '../base/index.ts'
import type { Product } from '../mesh/index.ts'
import type { BuildFault } from '../runs/index.ts'
import type { TextFile } from '../spec/index.ts'

/** The fault of a build as an issue of the document that its owner wrote, at the line where it stands. */
export function placedFault(
  { product: id, contract, text, ...issue }: BuildFault,
  products: readonly Product[],
  documents: readonly TextFile[],
): Issue {
  const product = products.find(each => each.id === id)
  const contracts = product?.ports.map(port => documentOf(port.contract.id, documents)) ?? []
  const folder = contracts.find(found => found !== undefined)?.path.replace(/[^/]*$/, '') ?? ''
  const document =
    issue.file === undefined
      ? documentOf(contract ?? '', documents)
      : documents.find(({ path }) => path === `${folder}${issue.file}`)
  if (document === undefined) return issue.file === undefined ? issue : { ...issue, file: `${folder}${issue.file}` }
  const placed = { ...issue, file: document.path }
  return issue.line !== undefined || text === undefined ? placed : { ...placed, ...placeOf(text, document.text) }
}

/** The contract of an id. */
function documentOf(id: string, documents: readonly TextFile[]): TextFile | undefined {
  return documents.find(
    ({ path, text }) => path.endsWith('.odcs.yaml') && /^id:\s*['"]?([^'"\s#]+)/m.exec(text)?.[1] === id && id !== '',
  )
}

/** Where the first line of a text stands, as a whole word if it is one. */
function placeOf(wanted: string, text: string): { readonly line?: number; readonly column?: number } {
  const first = wanted
    .split('\n')
    .map(line => line.trim())
    .find(line => line !== '')
  if (first === undefined) return {}
  const isBoundary = (character: string | undefined) => character === undefined || !/\w/.test(character)
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    for (let at = line.indexOf(first); at !== -1; at = line.indexOf(first, at + 1)) {
      if (isBoundary(line[at - 1]) && isBoundary(line[at + first.length])) return { line: i + 1, column: at + 1 }
    }
  }
  return {}
}
