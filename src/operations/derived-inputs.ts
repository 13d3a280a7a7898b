import { MeshError } from '../base/index.ts'
import { foldAscii, resolveTableName, type Input, type MeshState, type Principal, type Product } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import { walkStatement } from '../query/index.ts'
import type { Workspace } from '../spec/index.ts'
import type { Rooms } from './rooms.ts'

/** Products without a `build.yaml` read the tables that their SQL names: found by the engine's own parser. */
export async function withDerivedInputs(
  rooms: Rooms,
  state: MeshState,
  workspace: Workspace,
  publisher: Principal,
): Promise<readonly Product[]> {
  const published = new Set(
    workspace.products.flatMap(p =>
      p.ports.flatMap(port => port.contract.tables.map(t => foldAscii(`${p.domain}.${t.name}`))),
    ),
  )
  const products: Product[] = []
  for (const product of workspace.products) {
    products.push(product.build.derived ? await withInputs(product) : product)
  }
  return products

  async function withInputs(product: Product): Promise<Product> {
    const inputs: Record<string, Input> = { ...product.build.inputs }
    for (const output of Object.values(product.build.outputs)) {
      for (const { schema, name } of await tablesNamed(output.sql, output.file)) {
        const id = `${schema}.${name}`
        const named = resolveTableName(state, schema, name)
        const found = named !== undefined && mayDiscover(state, publisher, named.table.id) ? named : undefined
        if (found === undefined && !published.has(foldAscii(id))) {
          throw new MeshError('sql.table-not-found', `${output.file} reads ${id}, which does not exist.`, {
            fix: 'Mend the name, or publish that product first.',
          })
        }
        inputs[id] = {
          kind: 'table',
          table: found?.table.id ?? id,
          ...(found?.major === undefined ? {} : { major: found.major }),
        }
      }
    }
    return { ...product, build: { ...product.build, inputs } }
  }

  async function tablesNamed(sql: string, file: string) {
    try {
      return walkStatement(await rooms.gateway.parse(sql)).tables
    } catch (thrown) {
      if (thrown instanceof MeshError)
        throw new MeshError(thrown.code, `${file}: ${thrown.message}`, { ...thrown.details, cause: thrown })
      throw thrown
    }
  }
}
