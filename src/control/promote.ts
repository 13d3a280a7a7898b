import { MeshError } from '../base/index.ts'
import { foldAscii, type MeshState, type Promotion } from '../mesh/index.ts'
import type { Command } from './command.ts'
import type { Decided, Situation } from './decided.ts'
import { mayDo } from './rights.ts'

/** Makes the snapshots of a run the ones that readers see: all of them, and only if nothing moved meanwhile. */
export function promote({ state, actor }: Situation, command: Command & { kind: 'promote' }): Decided {
  const { product: id, release, run, tables, lineage } = command
  const product = state.products.get(id)
  if (product === undefined) throw new MeshError('thing.not-found', `There is no product ${id}.`)
  const isItself = actor.kind === 'product' && actor.id === `product:${id}`
  const refusal = isItself ? undefined : mayDo(state, actor, 'run', product.product.domain)
  if (refusal !== undefined) throw refusal
  if (product.product.version !== release)
    throw conflict(`Release ${release} of ${id} was built, and ${product.product.version} is the active one now.`)
  if (new Set(tables.map(t => `${foldAscii(t.table)} ${t.major}`)).size !== tables.length)
    throw conflict(`The run ${run} promotes a table twice.`)
  for (const table of tables) requireUnmoved(state, id, table)
  return { events: [{ kind: 'snapshot.promoted', product: id, release, run, tables, lineage }], result: undefined }
}

function requireUnmoved(state: MeshState, product: string, { table, major, from }: Promotion): void {
  const version = state.tables.get(foldAscii(table))?.majors.get(major)
  if (version === undefined || version.product !== product)
    throw new MeshError('thing.not-found', `${product} has no table ${table} in version ${major}.`)
  if (version.snapshots.at(-1)?.to !== from) throw conflict(`Another run promoted ${table} meanwhile.`)
}

const conflict = (why: string) =>
  new MeshError('request.conflict', `${why} Nothing was promoted.`, { fix: 'Run the product again.' })
