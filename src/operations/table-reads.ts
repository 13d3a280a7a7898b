import { foldAscii, type MeshState, type Product } from '../mesh/index.ts'
import { MeshError } from '../base/index.ts'
import { productsInCircles, type TableReads } from '../control/index.ts'
import { walkStatement } from '../query/index.ts'
import type { Rooms } from './rooms.ts'

/**
 * Which inputs each table's SQL reads, found by the engine's own parser, of the products that read each other or
 * themselves. What does not parse is left out: that is told when the builds are tried.
 */
export async function tableReads(
  { gateway }: Pick<Rooms, 'gateway'>,
  state: MeshState,
  products: readonly Product[],
): Promise<TableReads> {
  const reads = new Map<string, ReadonlyMap<string, readonly string[]>>()
  for (const { id, build } of productsInCircles(state, products)) {
    const found = new Map<string, readonly string[]>()
    for (const [table, { sql }] of Object.entries(build.outputs)) {
      const named = await namesIn(sql)
      if (named === undefined) continue
      found.set(
        table,
        Object.keys(build.inputs).filter(input => named.has(foldAscii(input))),
      )
    }
    reads.set(id, found)
  }
  return reads

  async function namesIn(sql: string): Promise<ReadonlySet<string> | undefined> {
    try {
      const { tables } = walkStatement(await gateway.parse(sql))
      return new Set(tables.map(({ schema, name }) => foldAscii(schema === '' ? name : `${schema}.${name}`)))
    } catch (thrown) {
      if (thrown instanceof MeshError) return undefined
      throw thrown
    }
  }
}
