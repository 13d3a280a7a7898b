import { foldAscii, type Grant, type MeshState } from '../mesh/index.ts'
import type { Consumer } from './command.ts'
import { isValid } from './grants.ts'

/** A consumer with what decides whether a change hits it. */
export interface Use extends Consumer {
  /** Absent: it follows the newest major. */
  readonly major?: number
  /** Of a grant that is bounded. */
  readonly columns?: readonly string[]
  /** Of a declared input: the product that reads. */
  readonly product?: string
}

/** Whoever has access to a table or declares it as an input. */
export const consumersOf = (state: MeshState, tableId: string, now: Date = new Date(state.at)): readonly Consumer[] =>
  usesOf(state, tableId, now).map(({ who, table, why }) => ({ who, table, why }))

export function usesOf(state: MeshState, tableId: string, now: Date): readonly Use[] {
  const wanted = foldAscii(tableId)
  const grants = [...state.grants.values()].filter(g => foldAscii(g.table) === wanted && isValid(g, now))
  return [...grants.filter(g => !g.who.startsWith('product:')).map(useOfGrant), ...inputs(state, wanted, grants)]
}

const useOfGrant = ({ who, table, purpose, until, major, columns }: Grant): Use => ({
  who,
  table,
  why: `access for ${purpose} until ${until.slice(0, 10)}`,
  major,
  ...(columns === undefined ? {} : { columns }),
})

/** Of other products; a grant is counted with the input: the build reads the major that was declared, else granted, else the newest. */
function inputs(state: MeshState, wanted: string, grants: readonly Grant[]): readonly Use[] {
  const maker = state.tables.get(wanted)?.product
  return [...state.products.values()].flatMap(({ product }) => {
    if (product.id === maker) return []
    const reads = Object.values(product.build.inputs).find(i => i.kind === 'table' && foldAscii(i.table) === wanted)
    if (reads?.kind !== 'table') return []
    const who = `product:${product.id}`
    const major = reads.major ?? grants.filter(g => g.who === who).sort((a, b) => b.major - a.major)[0]?.major
    const use = { who, table: reads.table, why: `declared input of ${product.id}`, product: product.id }
    return [major === undefined ? use : { ...use, major }]
  })
}
