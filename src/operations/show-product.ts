import type { ProductShape } from '../api/index.ts'
import { consumersOf } from '../control/index.ts'
import { foldAscii, type Input, type MeshState, type Principal, type ProductState } from '../mesh/index.ts'
import type { Rooms } from './rooms.ts'
import { showTable } from './show-table.ts'

export async function showProduct(
  rooms: Rooms,
  state: MeshState,
  found: ProductState,
  asker: Principal,
  purpose: string | undefined,
): Promise<ProductShape> {
  const { product, releases } = found
  const tables = product.ports.flatMap(port =>
    port.contract.tables.map(t => state.tables.get(foldAscii(`${product.domain}.${t.name}`))!),
  )
  const [lastRun] = await rooms.runs.list({ product: product.id, limit: 1 })
  const contracts = product.ports.map(port => port.contract)
  return {
    id: product.id,
    title: product.title,
    kind: product.kind,
    domain: product.domain,
    owner: product.owner,
    version: product.version,
    status: product.status,
    ...(product.description.purpose === undefined ? {} : { purpose: product.description.purpose }),
    ...(product.description.usage === undefined ? {} : { usage: product.description.usage }),
    ...(product.description.limitations === undefined ? {} : { limitations: product.description.limitations }),
    tags: [...product.tags],
    support: [...product.support, ...contracts.flatMap(c => c.support)].map(s => ({ ...s })),
    terms: contracts.flatMap(c => c.terms).map(t => ({ ...t })),
    serviceLevels: contracts
      .flatMap(c => c.serviceLevels)
      .map(({ property, value, unit }) => ({ property, value, ...(unit === undefined ? {} : { unit }) })),
    tables: tables.map(table => showTable(state, table, undefined, asker, purpose, rooms.clock())),
    inputs: Object.entries(product.build.inputs).map(([name, input]) => ({ name, from: sourceOf(input) })),
    consumers: tables.flatMap(table => consumersOf(state, table.id).map(c => ({ ...c }))),
    releases: releases.map(({ version, at, by, change }) => ({ version, at, by, change })),
    ...(lastRun === undefined ? {} : { lastRun: { id: lastRun.id, state: lastRun.state, at: lastRun.at } }),
    ...(product.readme === undefined ? {} : { readme: product.readme }),
    url: `${rooms.url()}/p/${product.domain}/${product.name}`,
  }
}

function sourceOf(input: Input): string {
  if (input.kind === 'file') return input.path
  return input.kind === 'table' ? input.table : `${input.source} ${input.connection}`
}
