import { MeshError, nearest, type ErrorCode } from '../../base/index.ts'
import { foldAscii, majorOf, type Product } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Drafting } from './drafting.ts'
import { inputPath } from './product-order.ts'
import type { Wanted } from './tables-read.ts'

/** Whether a table is one of those that the release promises. */
export const makes = (product: Product, table: string): boolean => majorsMade(product, table).length > 0

const majorsMade = (product: Product, table: string): readonly number[] =>
  product.ports
    .filter(({ contract }) => contract.tables.some(t => foldAscii(`${product.domain}.${t.name}`) === foldAscii(table)))
    .map(({ contract }) => majorOf(contract.version))

/** A table may be made of its siblings as one run makes them, and of nothing else of the own product. */
export function refuseOwn(draft: Drafting, product: Product, wanted: Wanted): void {
  if (wanted.isReference) return
  const { table, major } = wanted
  const maker = Object.entries(product.build.outputs).find(([, output]) => isCalled(product, output.rejects, table))
  const isMade = Object.keys(product.build.outputs).some(name => isCalled(product, name, table))
  const newest = Math.max(...majorsMade(product, table))
  if (!isMade && maker !== undefined) {
    const what = `${product.id} reads ${table}, which takes the rejects of its own ${maker[0]} and is ready when the run ends.`
    draft.refuse(refusedInput(product, wanted, 'document.invalid', what, 'Read it in a product of its own.'))
  } else if (major !== undefined && major !== newest) {
    const what = `${product.id} reads v${major} of ${table}, of which its own run makes v${newest}.`
    draft.refuse(
      refusedInput(product, wanted, 'document.invalid', what, 'Leave major out, or read it in another product.'),
    )
  }
}

const isCalled = (product: Product, name: string | undefined, table: string): boolean =>
  name !== undefined && foldAscii(`${product.domain}.${name}`) === foldAscii(table)

/** A table that is not there. A check may look up what comes later. */
export function refuseUnread(draft: Drafting, product: Product, wanted: Wanted): void {
  const { table: name, isReference } = wanted
  if (isReference) {
    draft.warn(`A check of ${product.id} looks up ${name}, which is not there yet.`)
    return
  }
  const near = nearest(
    name,
    [...draft.state().tables.values()].map(t => t.id).filter(id => mayDiscover(draft.state(), draft.actor, id)),
  )
  const fix = near === undefined ? 'Publish the product that makes it first.' : `Did you mean ${near}?`
  draft.refuse(
    refusedInput(product, wanted, 'sql.table-not-found', `${product.id} reads ${name}, which does not exist.`, fix),
  )
}

/** A refusal that stands at the input which names the table. */
export function refusedInput(
  product: Product,
  { table }: Wanted,
  code: ErrorCode,
  message: string,
  fix?: string,
): MeshError {
  const input = Object.entries(product.build.inputs).find(
    ([, reading]) => reading.kind === 'table' && foldAscii(reading.table) === foldAscii(table),
  )?.[0]
  const error = new MeshError(code, message, fix === undefined ? {} : { fix })
  if (input === undefined) return error
  const issue = {
    code,
    message,
    fix: error.fix,
    severity: 'error',
    product: product.id,
    path: inputPath(input),
  } as const
  return new MeshError(code, message, { ...error.details, issues: [issue] })
}
