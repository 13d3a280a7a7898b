import type { MeshError } from '../base/index.ts'
import type { Change } from '../contract/index.ts'
import type {
  Domain,
  Entry,
  LineageEdge,
  MeshSettings,
  MeshState,
  Policy,
  Principal,
  Product,
  Promotion,
} from '../mesh/index.ts'
import type { TableReads } from './publish/table-circles.ts'

/** Everything that somebody can ask the mesh to change. Each is decided purely on the state. */
export type Command =
  /** The very first: makes `platformEngineer` the one who answers for the installation. */
  | { readonly kind: 'found'; readonly platformEngineer: string }
  /** Result: `Plan`. Refused as a whole by the first of the plan's refusals, with all issues in its details. */
  | { readonly kind: 'publish'; readonly publication: Publication }
  /** By the run that built it. Result: undefined. `request.conflict` where a pointer moved meanwhile. */
  | {
      readonly kind: 'promote'
      readonly product: string
      readonly release: string
      readonly run: string
      readonly tables: readonly Promotion[]
      readonly lineage: readonly LineageEdge[]
    }
  /** Result: the request's id. An equal open or still valid request is used again. */
  | {
      readonly kind: 'request-access'
      readonly for: string
      readonly table: string
      readonly major?: number
      readonly columns?: readonly string[]
      readonly rows?: string
      readonly purpose: string
      readonly serves?: readonly string[]
      readonly days?: number
      readonly reason?: string
    }
  | {
      readonly kind: 'answer-access'
      readonly id: string
      readonly answer: 'approved' | 'rejected'
      readonly reason?: string
    }
  | { readonly kind: 'withdraw-access'; readonly id: string }
  /** `id` of the grant. */
  | { readonly kind: 'revoke-access'; readonly id: string; readonly reason?: string }
  /** Result: `{token, id, until?}`; the token is shown this once. */
  | {
      readonly kind: 'create-token'
      readonly for: string
      readonly purpose?: string
      readonly days?: number
      /** Purpose that the caller's own token is bound to: a token never gives more than the one that made it. */
      readonly boundTo?: string
      /** When the caller's own token ends: what it makes ends then at the latest. */
      readonly boundUntil?: string
    }
  | { readonly kind: 'revoke-token'; readonly id: string }
  | { readonly kind: 'record-queries'; readonly count: number; readonly head: string }

/** What `publish` brings: finished nouns, read from documents that had no errors. */
export interface Publication {
  readonly mesh?: MeshSettings
  readonly domains: readonly Domain[]
  readonly policies: readonly Policy[]
  readonly products: readonly Product[]
  /** Product → tables of others that the SQL of its quality rules names. */
  readonly lookedUp?: ReadonlyMap<string, readonly string[]>
  /** Which inputs each table's SQL reads, of the products that read each other or themselves. */
  readonly reads?: TableReads
  /** Digest of the bundle's list of files. */
  readonly bundle: string
}

/** What a publication would change and whether it may: the same value for `plan` and `publish`. */
export interface Plan {
  readonly allowed: boolean
  /** In the order in which they come into force: mesh, domains, policies, products in the order of their inputs. */
  readonly items: readonly PlanItem[]
  readonly refusals: readonly MeshError[]
  readonly warnings: readonly string[]
}

export interface PlanItem {
  readonly kind: 'mesh' | 'domain' | 'policy' | 'product'
  readonly id: string
  /** `sources`: the documents are those of the active release, the source files changed. */
  readonly action: 'create' | 'update' | 'unchanged' | 'sources'
  /** Of products: `first`, `breaking`, `risky`, `safe`. */
  readonly change?: string
  readonly version?: string
  /** The lowest version that may carry the changes. */
  readonly due?: string
  readonly changes: readonly Change[]
  readonly consumers: readonly Consumer[]
  readonly violations: readonly Violation[]
  /** Access that the build needs, as it stands: `state` is that of the request, or `needed`. */
  readonly requests: readonly {
    readonly table: string
    readonly purpose: string
    readonly id?: string
    readonly state: string
  }[]
  readonly assumptions: readonly string[]
}

export interface Consumer {
  readonly who: string
  readonly table: string
  /** `access for planning until …`, `declared input of …`. */
  readonly why: string
}

export interface Violation {
  readonly policy: string
  readonly team: string
  readonly message: string
  readonly fix?: string
  /** ISO date from which it will block; absent where it blocks now. */
  readonly grace?: string
}

export interface Outcome {
  readonly entries: readonly Entry[]
  readonly result: unknown
}

/** The use cases over one ledger. */
export interface Control {
  /** The newest state; an immutable value. */
  state(): MeshState
  /** Decides on the newest state and appends, again on the next state where somebody else was faster. Throws MeshError for a no. */
  execute(command: Command, actor: Principal): Promise<Outcome>
  /** Called after each change; gives a function that ends it. */
  onChange(listener: (state: MeshState) => void): () => void
  /** Writes a snapshot of the state and closes. */
  close(): Promise<void>
}
