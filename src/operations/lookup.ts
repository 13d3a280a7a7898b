import { MeshError, nearest } from '../base/index.ts'
import {
  foldAscii,
  resolveTableName,
  type Column,
  type MeshState,
  type Principal,
  type ProductState,
  type TableState,
} from '../mesh/index.ts'
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

/** The same for somebody who may know of every table, or of this one: hidden or not. */
export function anyTableNamed(state: MeshState, id: string): { readonly table: TableState; readonly major?: number } {
  const dot = id.indexOf('.')
  const found = dot < 0 ? undefined : resolveTableName(state, id.slice(0, dot), id.slice(dot + 1))
  if (found !== undefined) return found
  throw notFound('table', id, [])
}

/** The column of a table by the name that a person wrote; one that is not there is a refusal, never an empty answer. */
export function columnNamed(columns: readonly Column[], table: string, name: string): Column {
  const found = columns.find(c => foldAscii(c.name) === foldAscii(name))
  if (found !== undefined) return found
  const near = nearest(
    name.split('.')[0]!,
    columns.map(c => c.name),
  )
  throw new MeshError(
    'thing.not-found',
    `The table ${table} has no column ${name}.${near === undefined ? '' : ` Did you mean ${table}.${near}?`}`,
    { fix: 'Its columns:', next: { command: `meshwright show ${table}` } },
  )
}

/** What the asker may know of, by the names that `show` takes. */
export const knownTo = (state: MeshState, asker: Principal): readonly string[] => [
  ...state.domains.keys(),
  ...visible(state, asker, [...[...state.tables.values()].map(t => t.id), ...state.products.keys()]),
]

const visible = (state: MeshState, asker: Principal, ids: Iterable<string>) =>
  [...ids].filter(id => mayDiscover(state, asker, id))

/** `thing.not-found` with the nearest name that exists and may be seen, else with where such things are listed. */
export function notFound(kind: string, id: string, known: Iterable<string>): MeshError {
  const near = nearestName(id, [...known])
  if (near === undefined) {
    return new MeshError('thing.not-found', `There is no ${kind} ${id}${asFarAs[kind] ?? ''}.`, {
      fix: listedBy[kind] ?? `Look for it with: meshwright find ${wordsOf(id)}`,
    })
  }
  return new MeshError('thing.not-found', `There is no ${kind} ${id}.`, {
    fix: `Did you mean ${near}?`,
    next: { command: `meshwright show ${near}` },
  })
}

const listedBy: Readonly<Record<string, string>> = {
  run: 'See the runs with: meshwright run list',
  request: 'See the requests with: meshwright access list --state all',
  token: 'See the tokens with: meshwright token list',
  domain: 'See the domains with: meshwright show mesh',
}
const asFarAs: Readonly<Record<string, string>> = { run: ' that you may see', request: ' that you may see' }

/** What can be searched for, without what a shell would read. */
const wordsOf = (id: string): string => id.match(/[\p{L}\p{N}]+/gu)?.join(' ') ?? 'WORDS'

/** As a whole, else by the last of its words: `orders` and `shop.ordrs` both mean `sales.orders` where that is the only one. */
function nearestName(id: string, known: readonly string[]): string | undefined {
  const whole = nearest(id, known)
  if (whole !== undefined) return whole
  const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  const near = nearest(lastOf(id), known.map(lastOf))
  return near === undefined ? undefined : known.find(name => lastOf(name) === near)
}
