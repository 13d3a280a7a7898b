import type { AccessRequest, Grant, TokenRecord } from './access.ts'
import type { Column, Contract, ContractTable } from './contract.ts'
import type { Domain } from './domain.ts'
import type { LineageEdge, Promotion } from './event.ts'
import type { Policy } from './policy.ts'
import type { Product } from './product.ts'
import { defaultSettings, type MeshSettings } from './settings.ts'

/** The whole mesh at one sequence number of the ledger: an immutable value. */
export interface MeshState {
  readonly seq: number
  /** Of the last entry; ISO instant. */
  readonly at: string
  readonly founded: boolean
  readonly platformEngineers: readonly string[]
  /** Counts what can change a decision: settings, domains, policies, releases. Part of every cache key. */
  readonly policyVersion: number
  readonly settings: MeshSettings
  readonly domains: ReadonlyMap<string, Domain>
  /** By `domain.product`. */
  readonly products: ReadonlyMap<string, ProductState>
  /** By `domain.table`, spelled in lower case. */
  readonly tables: ReadonlyMap<string, TableState>
  /** By `policyKey`. */
  readonly policies: ReadonlyMap<string, Policy>
  readonly requests: ReadonlyMap<string, AccessRequest>
  readonly grants: ReadonlyMap<string, Grant>
  /** By digest. */
  readonly tokens: ReadonlyMap<string, TokenRecord>
  /** Head of the query log's chain as it was recorded last. */
  readonly queries?: { readonly count: number; readonly head: string }
}

export interface ProductState {
  readonly product: Product
  readonly bundle: string
  /** Oldest first; the last is the active one. */
  readonly releases: readonly {
    readonly version: string
    readonly at: string
    readonly by: string
    readonly change: string
    readonly bundle: string
    readonly documents: string
  }[]
  readonly lineage: readonly LineageEdge[]
}

/** A name in SQL, with every major version behind it. */
export interface TableState {
  /** `domain.table`, as the contract spells it. */
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly product: string
  /** By major. */
  readonly majors: ReadonlyMap<number, TableVersion>
}

export interface TableVersion {
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly product: string
  readonly major: number
  /** What the active release promises. */
  readonly table: ContractTable
  readonly contract: Contract
  readonly release: string
  /** Promoted snapshots, oldest first; the last is what readers see. Empty: `table.no-data`. */
  readonly snapshots: readonly SnapshotRecord[]
  /** What was promised when the last of them was promoted; absent where none was. */
  readonly served?: ContractTable
}

export interface SnapshotRecord extends Promotion {
  readonly run: string
  readonly release: string
  readonly at: string
  readonly seq: number
  /** The columns that this snapshot was promoted with: readers keep them until the next promotion. */
  readonly columns: readonly Column[]
}

export const emptyState: MeshState = {
  seq: 0,
  at: '1970-01-01T00:00:00.000Z',
  founded: false,
  platformEngineers: [],
  policyVersion: 0,
  settings: defaultSettings,
  domains: new Map(),
  products: new Map(),
  tables: new Map(),
  policies: new Map(),
  requests: new Map(),
  grants: new Map(),
  tokens: new Map(),
}

/** Global policies and each domain's share no names. */
export const policyKey = (policy: { readonly id: string; readonly domain?: string }): string =>
  `${policy.domain ?? ''}/${policy.id}`
