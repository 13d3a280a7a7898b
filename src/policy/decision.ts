import type { MeshError } from '../base/index.ts'
import type { Column, MaskName, MeshState, Principal, TableVersion } from '../mesh/index.ts'
import type { Condition } from './condition.ts'

/** May this person see these tables, for this purpose, now, and what of them? All tables of one statement together. */
export interface QueryQuestion {
  readonly state: MeshState
  readonly principal: Principal
  /** As stated. Absent: implied where exactly one purpose covers every table that is not open. */
  readonly purpose?: string
  readonly door: string
  readonly now: Date
  /** `columns`: what readers of the version see now, in order. */
  readonly tables: readonly { readonly version: TableVersion; readonly columns: readonly Column[] }[]
}

export type QueryDecision = Allowed | Denied

export interface Allowed {
  readonly verdict: 'allow'
  /** Stated or implied; absent where every table is open. */
  readonly purpose?: string
  readonly determinedBy: readonly Determinant[]
  /** One for each table of the question, in its order. */
  readonly tables: readonly TableDecision[]
  /** The strictest row limit of all rules: the answer is truncated there. */
  readonly rowLimit?: { readonly rows: number; readonly rule: string; readonly team: string }
  /** The strictest other limits of all rules. */
  readonly limits?: Readonly<Partial<Record<'perMinute' | 'exportRows' | 'cost', LimitSet>>>
  /** Policies that will change this answer when they come into force. Absent where there are none. */
  readonly warnings?: readonly PolicyWarning[]
}

export interface LimitSet {
  readonly most: number
  readonly rule: string
  readonly team: string
}

/** A policy in grace, or enforced from a later date, that would do something here. */
export interface PolicyWarning {
  readonly rule: string
  readonly team: string
  /** ISO date from which it binds, where it is known. */
  readonly from?: string
  readonly message: string
}

export interface Denied {
  readonly verdict: 'deny'
  /** `access.required`, `purpose.required`, `purpose.unknown`, `policy.denied` or `policy.unenforceable`, with rule, team and next step. */
  readonly error: MeshError
  readonly determinedBy: readonly Determinant[]
}

/** Why: the audit log, the receipt, the portal and the error text all read the same value. */
export interface Determinant {
  /** `<id>` of a global rule, `<domain>/<id>` of a local one, or the id of the grant. */
  readonly rule: string
  readonly team: string
  /** `grant`, `open`, `deny`, `mask keyed-hash`, `filter`, `limit 100 rows`, … */
  readonly effect: string
  /** `domain.table`. */
  readonly table: string
  readonly column?: string
}

export interface TableDecision {
  readonly table: string
  readonly major: number
  /** Only the columns that may be named, in the contract's order. */
  readonly columns: readonly SeenColumn[]
  /** All of them must hold for a row to be seen. Attributes are bound; nothing of the principal is left to look up. */
  readonly filters: readonly { readonly rule: string; readonly condition: Condition }[]
  readonly minimumGroup?: { readonly people: number; readonly rule: string; readonly team: string }
}

export interface SeenColumn {
  readonly name: string
  readonly column: Column
  /** The least upper bound of all masks that match it, made to fit its type. */
  readonly mask?: MaskName
  /** DuckDB's type as it is seen: a hashed integer is VARCHAR, all other masks keep the type. */
  readonly type: string
  /** Rules that mask it. */
  readonly rules: readonly string[]
  /** Masks inside a struct or list, by path below the column: `['phone']`, `['[]', 'zip']`. Empty where the whole is masked. */
  readonly nested: readonly {
    readonly path: readonly string[]
    readonly mask: MaskName
    readonly rules: readonly string[]
  }[]
}
