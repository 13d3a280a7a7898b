import type { AccessAnswer, AccessRequest, Grant, TokenRecord } from './access.ts'
import type { Domain } from './domain.ts'
import type { Policy } from './policy.ts'
import type { Product } from './product.ts'
import type { MeshSettings } from './settings.ts'

/** Everything that can change the mesh. Kinds and their members are permanent: old ledgers are read for ever. */
export type MeshEvent =
  | { readonly kind: 'installation.founded'; readonly platformEngineer: string }
  | { readonly kind: 'mesh.published'; readonly mesh: MeshSettings; readonly bundle: string }
  | { readonly kind: 'domain.published'; readonly domain: Domain; readonly bundle: string }
  | { readonly kind: 'policy.published'; readonly policy: Policy; readonly bundle: string }
  | { readonly kind: 'policy.withdrawn'; readonly id: string; readonly domain?: string }
  | {
      readonly kind: 'release.activated'
      readonly product: Product
      readonly change: ReleaseChange
      readonly bundle: string
    }
  /** Source files are data: new ones under the same release. */
  | {
      readonly kind: 'sources.changed'
      readonly product: string
      readonly inputs: Product['build']['inputs']
      readonly bundle: string
    }
  | {
      readonly kind: 'snapshot.promoted'
      readonly product: string
      readonly release: string
      readonly run: string
      readonly tables: readonly Promotion[]
      readonly lineage: readonly LineageEdge[]
    }
  | { readonly kind: 'access.requested'; readonly request: AccessRequest }
  | { readonly kind: 'access.answered'; readonly request: string; readonly answer: AccessAnswer }
  | { readonly kind: 'access.granted'; readonly grant: Grant }
  | { readonly kind: 'access.withdrawn'; readonly request: string }
  | { readonly kind: 'access.revoked'; readonly grant: string; readonly reason?: string }
  | { readonly kind: 'token.created'; readonly token: TokenRecord }
  | { readonly kind: 'token.revoked'; readonly token: string }
  /** The head of the query log's own hash chain. */
  | { readonly kind: 'queries.recorded'; readonly count: number; readonly head: string }

export type ReleaseChange = 'first' | 'breaking' | 'risky' | 'safe'

/** One table's pointer moves. `from` is compared, `to` is set: paths of Iceberg metadata files, relative to the lake. */
export interface Promotion {
  /** `domain.table`. */
  readonly table: string
  readonly major: number
  readonly from?: string
  readonly to: string
  /** Iceberg snapshot id, decimal text: it does not fit a JSON number. */
  readonly snapshot: string
  readonly rows: number
  readonly sizeBytes: number
}

/** An output column depends on an input column; `*` where lineage could not be computed. */
export interface LineageEdge {
  /** `domain.table.column`. */
  readonly to: string
  /** `domain.table.column`, or `file:<path>.column` for a source. */
  readonly from: string
  readonly how: 'value' | 'aggregate' | 'condition'
}

/** One entry of the ledger. `hash` covers the previous hash and everything here but itself. */
export interface Entry {
  readonly seq: number
  /** ISO instant, UTC, milliseconds. */
  readonly at: string
  readonly actor: string
  readonly event: MeshEvent
  readonly hash: string
}
