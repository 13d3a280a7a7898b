import { MeshError, nearest } from '../base/index.ts'
import { resolveTableName, type MeshState, type Principal, type ProductState, type TableState } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'

/** The product of that id, if the asker may know of it; else the same refusal as for one that does not exist. */
export function productNamed(state: MeshState, asker: Principal, id: string): ProductState {
  const product = state.products.get(id.toLowerCase()) ?? state.products.get(id)
  if (product !== undefined && mayDiscover(state, asker, product.product.id)) return product
  throw notFound('product', id, visible(state, asker, state.products.keys()))
}

/** The table that `domain.table` or `domain.table_v2` names, if the asker may know of it. */
export function tableNamed(
  state: MeshState,
  asker: Principal,
  id: string,
): { readonly table: TableState; readonly major?: number } {
  const dot = id.indexOf('.')
  const found = dot < 0 ? undefined : resolveTableName(state, id.slice(0, dot), id.slice(dot + 1))
  if (found !== undefined && mayDiscover(state, asker, found.table.id)) return found
  throw notFound(
    'table',
    id,
    visible(
      state,
      asker,
      [...state.tables.values()].map(t => t.id),
    ),
  )
}

const visible = (state: MeshState, asker: Principal, ids: Iterable<string>) =>
  [...ids].filter(id => mayDiscover(state, asker, id))

/** `thing.not-found` with the nearest name that exists and may be seen. */
export function notFound(kind: string, id: string, known: Iterable<string>): MeshError {
  const near = nearest(id, known)
  return new MeshError('thing.not-found', `There is no ${kind} ${id}.`, {
    fix: near === undefined ? 'Look for it with: meshwright find WORDS' : `Did you mean ${near}?`,
    ...(near === undefined ? {} : { next: { command: `meshwright show ${near}` } }),
  })
}
