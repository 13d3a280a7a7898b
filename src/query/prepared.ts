import type { MeshState } from '../mesh/index.ts'
import type { Allowed, TableDecision } from '../policy/index.ts'
import type { PlanLineage } from './bind/plan-lineage.ts'
import type { Notice } from './gateway-face.ts'
import type { Bound, Relation, RunLimits } from './needs.ts'
import type { ResolvedTable } from './resolve/resolve-tables.ts'

export interface PreparedTable extends ResolvedTable {
  readonly decision: TableDecision
}

/** A statement that may run, with everything that was decided about it. */
export interface Prepared {
  readonly state: MeshState
  /** What runs: the person's own text, less what views cannot say. */
  readonly sql: string
  readonly decision: Allowed
  readonly tables: readonly PreparedTable[]
  readonly relations: readonly Relation[]
  readonly bound: Bound
  /** Which column of the answer depends on which of the tables; absent where the plan does not tell. */
  readonly lineage?: PlanLineage
  /** Some rows of some table are hidden from the asker. */
  readonly hidesRows: boolean
  readonly on: 'views' | 'copies'
  /** Why it runs on copies. */
  readonly because: readonly string[]
  /** Never on a copy, and no error in the engine's words: only groups may be seen. */
  readonly groupsOnly: boolean
  readonly ordered: boolean
  /** Rows are looked up in an entitlement table, so that a copy has no order of its own unless one thread makes it. */
  readonly looksUp: boolean
  /** Texts of the statement that it reads as another type: an error about one of them is the statement's own. */
  readonly textCasts: readonly string[]
  readonly limits: RunLimits
  readonly notices: readonly Notice[]
}
