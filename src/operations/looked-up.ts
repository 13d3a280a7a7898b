import { MeshError } from '../base/index.ts'
import type { Product } from '../mesh/index.ts'
import { walkStatement } from '../query/index.ts'
import type { Rooms } from './rooms.ts'

/**
 * Product → tables that the SQL of its quality rules names, found by the engine's own parser. What does not parse names
 * none: that is told when the rules are tried.
 */
export async function lookedUp(
  rooms: Pick<Rooms, 'gateway'>,
  products: readonly Product[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const product of products) {
    const tables: string[] = []
    for (const query of rulesOf(product)) tables.push(...(await tablesNamed(rooms, query)))
    if (tables.length > 0) found.set(product.id, [...new Set(tables)])
  }
  return found
}

const rulesOf = (product: Product): readonly string[] =>
  product.ports
    .flatMap(port => port.contract.tables.flatMap(table => table.expectations))
    .flatMap(({ rule }) => (rule.kind === 'sql' ? [rule.query.trim().replace(/;$/, '')] : []))

async function tablesNamed({ gateway }: Pick<Rooms, 'gateway'>, query: string): Promise<readonly string[]> {
  const text = query.replaceAll(/\{(object|batch)\}/g, own).replaceAll('{property}', own)
  try {
    const { tables } = walkStatement(await gateway.parse(text))
    return tables.flatMap(({ schema, name }) => (schema === '' ? [] : [`${schema}.${name}`]))
  } catch (thrown) {
    if (thrown instanceof MeshError) return []
    throw thrown
  }
}

/** Stands for what a rule calls its table and its column. */
const own = '"own"'
