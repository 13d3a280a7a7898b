import { digestOf, unreachable } from '../base/index.ts'
import type { Entry, MeshEvent, Promotion } from './event.ts'
import { copying, copyingOnce, type MapEdits } from './map-edits.ts'
import type { Product } from './product.ts'
import { policyKey, type MeshState, type ProductState, type TableState, type TableVersion } from './state.ts'
import { foldAscii } from './table-name.ts'
import { majorOf } from './version.ts'

/** The state after one more entry. Pure and total: a ledger that was accepted once folds for ever. */
export const evolve = (state: MeshState, entry: Entry): MeshState => step(state, entry, copying)

/** The state after many more, as if each had been evolved; only the last state is ever seen. */
export function fold(state: MeshState, entries: Iterable<Entry>): MeshState {
  const maps = copyingOnce()
  let next = state
  for (const entry of entries) next = step(next, entry, maps)
  return next
}

const step = (state: MeshState, entry: Entry, maps: MapEdits): MeshState => ({
  ...state,
  ...changeOf(state, entry.event, entry, maps),
  seq: entry.seq,
  at: entry.at,
})

function changeOf(state: MeshState, event: MeshEvent, entry: Entry, maps: MapEdits): Partial<MeshState> {
  const { put, without, change } = maps
  const governed = { policyVersion: state.policyVersion + 1 }
  switch (event.kind) {
    case 'installation.founded':
      return { ...governed, founded: true, platformEngineers: [...state.platformEngineers, event.platformEngineer] }
    case 'mesh.published':
      return { ...governed, settings: event.mesh }
    case 'domain.published':
      return { ...governed, domains: put(state.domains, event.domain.id, event.domain) }
    case 'policy.published':
      return { ...governed, policies: put(state.policies, policyKey(event.policy), event.policy) }
    case 'policy.withdrawn':
      return { ...governed, policies: without(state.policies, policyKey(event)) }
    case 'release.activated':
      return {
        ...governed,
        products: put(state.products, event.product.id, released(state, event, entry)),
        tables: tablesOf(state, event.product, maps),
      }
    case 'sources.changed':
      return {
        products: change(state.products, event.product, p => ({
          ...p,
          bundle: event.bundle,
          product: { ...p.product, build: { ...p.product.build, inputs: event.inputs } },
        })),
      }
    case 'snapshot.promoted':
      return {
        products: change(state.products, event.product, p => ({ ...p, lineage: event.lineage })),
        tables: event.tables.reduce(
          (tables, promotion) =>
            change(tables, foldAscii(promotion.table), t => promoted(t, promotion, event, entry, maps)),
          state.tables,
        ),
      }
    case 'access.requested':
      return { requests: put(state.requests, event.request.id, event.request) }
    case 'access.answered':
      return {
        requests: change(state.requests, event.request, r => ({
          ...r,
          answers: [...r.answers, event.answer],
          ...(event.answer.answer === 'rejected' ? { state: 'rejected' as const } : {}),
        })),
      }
    case 'access.granted':
      return {
        grants: put(state.grants, event.grant.id, event.grant),
        requests: change(state.requests, event.grant.request, r => ({
          ...r,
          state: 'approved' as const,
          grant: event.grant.id,
        })),
      }
    case 'access.withdrawn':
      return { requests: change(state.requests, event.request, r => ({ ...r, state: 'withdrawn' as const })) }
    case 'access.revoked':
      return {
        grants: change(state.grants, event.grant, g => ({
          ...g,
          revoked: { at: entry.at, by: entry.actor, ...(event.reason === undefined ? {} : { reason: event.reason }) },
        })),
      }
    case 'token.created':
      return { tokens: put(state.tokens, event.token.digest, event.token) }
    case 'token.revoked': {
      const token = [...state.tokens.values()].find(t => t.id === event.token)
      return token === undefined ? {} : { tokens: put(state.tokens, token.digest, { ...token, revoked: entry.at }) }
    }
    case 'queries.recorded':
      return { queries: { count: event.count, head: event.head } }
    default:
      return unreachable(event)
  }
}

function released(state: MeshState, event: MeshEvent & { kind: 'release.activated' }, entry: Entry): ProductState {
  const before = state.products.get(event.product.id)
  const release = {
    version: event.product.version,
    at: entry.at,
    by: entry.actor,
    change: event.change,
    bundle: event.bundle,
    documents: documentsDigest(event.product),
  }
  return {
    product: event.product,
    bundle: event.bundle,
    releases: [...(before?.releases ?? []), release],
    lineage: before?.lineage ?? [],
  }
}

/** Equal for releases that promise and build the same: source files are data and do not count. */
export function documentsDigest(product: Product): string {
  const inputs = Object.entries(product.build.inputs).map(([name, input]) => [
    name,
    input.kind === 'file' ? { ...input, files: [] } : input,
  ])
  return digestOf({ ...product, build: { ...product.build, inputs } })
}

/** The tables that a release promises, each under its major; other majors and what was promoted stay. */
function tablesOf(state: MeshState, product: Product, { put }: MapEdits): ReadonlyMap<string, TableState> {
  let tables = state.tables
  for (const { contract } of product.ports) {
    const major = majorOf(contract.version)
    for (const table of contract.tables) {
      const id = `${product.domain}.${table.name}`
      const before = tables.get(foldAscii(id))
      const earlier = before?.majors.get(major)
      const version: TableVersion = {
        id,
        domain: product.domain,
        name: table.name,
        product: product.id,
        major,
        table,
        contract,
        release: product.version,
        snapshots: earlier?.snapshots ?? [],
        ...(earlier?.served === undefined ? {} : { served: earlier.served }),
      }
      const named = before ?? { id, domain: product.domain, name: table.name, product: product.id, majors: new Map() }
      tables = put(tables, foldAscii(id), { ...named, majors: put(named.majors, major, version) })
    }
  }
  return tables
}

function promoted(
  state: TableState,
  promotion: Promotion,
  event: MeshEvent & { kind: 'snapshot.promoted' },
  entry: Entry,
  { change }: MapEdits,
): TableState {
  const majors = change(state.majors, promotion.major, version => ({
    ...version,
    served: version.table,
    snapshots: [
      ...version.snapshots,
      {
        ...promotion,
        run: event.run,
        release: event.release,
        at: entry.at,
        seq: entry.seq,
        columns: version.table.columns,
      },
    ],
  }))
  return { ...state, majors }
}
