import type { Issue } from '../base/index.ts'
import { circleRefusals, productsInCircles } from '../control/index.ts'
import { emptyState, foldAscii, type Input, type Product } from '../mesh/index.ts'
import type { TableReference } from '../query/index.ts'
import type { Workspace } from '../spec/index.ts'
import type { SqlCheck } from './check-sql.ts'

/** Tables of a folder that read themselves, through however many others: each circle at the inputs that make it. */
export async function checkCircles(workspace: Workspace, engine?: SqlCheck): Promise<readonly Issue[]> {
  const products = await Promise.all(workspace.products.map(product => withInputs(product, engine)))
  const reads = new Map<string, ReadonlyMap<string, readonly string[]>>()
  for (const product of productsInCircles(emptyState, products)) reads.set(product.id, await readsOf(product, engine))
  const refusals = circleRefusals(emptyState, { products, reads })
  if (refusals.length === 0) return []
  const { placedRefusal } = await import('../operations/index.ts')
  return refusals.flatMap(refusal => placedRefusal(refusal, workspace).details.issues ?? [])
}

/** Without a build.yaml a product reads what its SQL names. */
async function withInputs(product: Product, engine: SqlCheck | undefined): Promise<Product> {
  if (!product.build.derived || engine === undefined) return product
  const inputs: Record<string, Input> = { ...product.build.inputs }
  for (const { sql } of Object.values(product.build.outputs))
    for (const table of (await engine.tablesOf(sql)) ?? [])
      if (table.schema !== '') inputs[nameOf(table)] = { kind: 'table', table: nameOf(table) }
  return { ...product, build: { ...product.build, inputs } }
}

async function readsOf(
  { build }: Product,
  engine: SqlCheck | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const reads = new Map<string, readonly string[]>()
  for (const [table, { sql }] of Object.entries(build.outputs)) {
    const named = await engine?.tablesOf(sql)
    if (named === undefined) continue
    const names = new Set(named.map(reference => foldAscii(nameOf(reference))))
    reads.set(
      table,
      Object.keys(build.inputs).filter(input => names.has(foldAscii(input))),
    )
  }
  return reads
}

const nameOf = ({ schema, name }: TableReference): string => (schema === '' ? name : `${schema}.${name}`)
