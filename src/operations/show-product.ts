import type { ProductShape } from '../api/index.ts'
import { consumersOf, stoppedInputs } from '../control/index.ts'
import { foldAscii, type Input, type MeshState, type Principal, type ProductState } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import type { Rooms } from './rooms.ts'
import { titleOf } from './title-of.ts'
import { showTable } from './show-table.ts'

export async function showProduct(
  rooms: Rooms,
  state: MeshState,
  found: ProductState,
  asker: Principal,
  purpose: string | undefined,
): Promise<ProductShape> {
  const { product, releases } = found
  const isKnown = (id: string) => mayDiscover(state, asker, id)
  // Contracts of several majors promise a table together.
  const promised = new Set(product.ports.flatMap(port => port.contract.tables.map(t => foldAscii(t.name))))
  const tables = [...promised]
    .map(name => state.tables.get(foldAscii(`${product.domain}.${name}`))!)
    .filter(table => isKnown(table.id))
  const [lastRun] = await rooms.runs.list({ product: product.id, limit: 1 })
  const stopped = stoppedInputs(state, product, rooms.clock())
  const contracts = product.ports.map(port => port.contract)
  return {
    id: product.id,
    title: titleOf(product),
    kind: product.kind,
    domain: product.domain,
    owner: product.owner,
    version: product.version,
    status: product.status,
    ...(product.description.purpose === undefined ? {} : { purpose: product.description.purpose }),
    ...(product.description.usage === undefined ? {} : { usage: product.description.usage }),
    ...(product.description.limitations === undefined ? {} : { limitations: product.description.limitations }),
    tags: [...product.tags],
    support: distinct([...product.support, ...contracts.flatMap(c => c.support)]),
    terms: contracts.flatMap(c => c.terms).map(t => ({ ...t })),
    serviceLevels: contracts
      .flatMap(c => c.serviceLevels)
      .map(({ property, value, unit }) => ({ property, value, ...(unit === undefined ? {} : { unit }) })),
    tables: tables.map(table => showTable(state, table, undefined, asker, purpose, rooms.clock())),
    inputs: Object.entries(product.build.inputs)
      .filter(([, input]) => input.kind !== 'table' || isKnown(input.table))
      .map(([name, input]) => {
        const note = stopped.find(each => each.input === name)?.message
        return { name, from: sourceOf(input), ...(note === undefined ? {} : { note }) }
      }),
    consumers: tables
      .flatMap(table => consumersOf(state, table.id).map(c => ({ ...c })))
      .filter(({ who }) => !who.startsWith('product:') || isKnown(who.slice('product:'.length))),
    releases: releases.map(({ version, at, by, change }) => ({ version, at, by, change })),
    ...(lastRun === undefined ? {} : { lastRun: { id: lastRun.id, state: lastRun.state, at: lastRun.at } }),
    ...(product.readme === undefined ? {} : { readme: product.readme }),
    url: `${rooms.url()}/p/${product.domain}/${product.name}`,
  }
}

/** A channel that the product and its contracts name alike is one. */
const distinct = (support: readonly ProductShape['support'][number][]): ProductShape['support'] =>
  [...new Map(support.toReversed().map(s => [s.channel, { ...s }])).values()].reverse()

function sourceOf(input: Input): string {
  if (input.kind === 'file') return input.path
  return input.kind === 'table' ? input.table : `${input.source} ${input.connection}`
}
