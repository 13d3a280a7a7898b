import { MeshError, nearest } from '../../base/index.ts'
import { foldAscii, type Product, type TableState } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Drafting } from './drafting.ts'

/** Why a table cannot be read: it is the product's own, or it is not there. A check may look up what comes later. */
export function refuseUnread(
  draft: Drafting,
  product: Product,
  name: string,
  own: TableState | undefined,
  isReference: boolean,
): void {
  if (own !== undefined) {
    if (isReference) return
    const fix = 'Put what it reads into a product of its own.'
    draft.refuse(new MeshError('document.invalid', `${product.id} reads ${name}, which it makes itself.`, { fix }))
    return
  }
  const isOwn = product.ports.some(p =>
    p.contract.tables.some(t => foldAscii(`${product.domain}.${t.name}`) === foldAscii(name)),
  )
  if (isReference) {
    if (!isOwn) draft.warn(`A check of ${product.id} looks up ${name}, which is not there yet.`)
    return
  }
  const near = nearest(
    name,
    [...draft.state().tables.values()].map(t => t.id).filter(id => mayDiscover(draft.state(), draft.actor, id)),
  )
  draft.refuse(
    new MeshError('sql.table-not-found', `${product.id} reads ${name}, which does not exist.`, {
      fix: near === undefined ? 'Publish the product that makes it first.' : `Did you mean ${near}?`,
    }),
  )
}
