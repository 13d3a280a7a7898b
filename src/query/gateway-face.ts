import type { MeshState, Principal } from '../mesh/index.ts'
import type { Determinant } from '../policy/index.ts'
import type { AnswerFormat, EngineLoad, Param, QueryOutcome, QueryRecord, RunTotals } from './needs.ts'
import type { Tree } from './tree.ts'

export interface QueryRequest {
  readonly sql: string
  readonly params: readonly Param[]
  readonly principal: Principal
  readonly purpose?: string
  readonly door: string
  readonly format: AnswerFormat
  /** ISO instant: all tables as they were then, governed as of now. */
  readonly at?: string
  /** Address of the server, for the links in refusals. */
  readonly url: string
  readonly signal?: AbortSignal
}

export interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** As `Answer.body` of the engine. */
  readonly body: AsyncIterable<Uint8Array>
  readonly totals: Promise<RunTotals>
  readonly receipt: string
  readonly notices: readonly Notice[]
  /** The rule that truncates, where one does: known before the rows are. */
  readonly rowLimit?: { readonly rows: number; readonly rule: string; readonly team: string }
}

export interface Notice {
  readonly code: string
  readonly message: string
  readonly rule?: string
}

/** A receipt as its reader may see it. */
export type Receipt = Omit<QueryRecord, 'policyVersion' | 'ledgerSeq' | 'door' | 'refused'> & {
  readonly rows?: number
  readonly truncated?: boolean
  readonly cost?: { readonly answerBytes: number; readonly amount: number }
  readonly incidents: readonly string[]
  readonly outcome?: QueryOutcome
}

/** What would be done with a statement, hidden and why; never SQL. */
export interface Explanation {
  readonly verdict: 'allow' | 'deny'
  readonly purpose?: string
  readonly code?: string
  readonly detail?: string
  readonly fix?: string
  readonly next?: { readonly command: string; readonly url?: string }
  readonly tables: readonly {
    readonly table: string
    readonly release: string
    readonly snapshot: string
    readonly filteredBy: readonly string[]
    readonly masked: readonly { readonly column: string; readonly mask: string; readonly rules: readonly string[] }[]
  }[]
  readonly determinedBy: readonly Determinant[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** `views`: straight over the files. `copy`: over a temporary copy of what may be seen, and why. */
  readonly runsOn?: 'views' | 'copy'
  readonly because?: readonly string[]
  readonly notices: readonly Notice[]
}

/** What may be counted of a statement that ended: nothing of its text, its asker, its tables or rows hidden in them. */
export interface StatementEnd {
  /** `ok`, or the family of the code: `sql` of `sql.parse`. */
  readonly outcome: string
  readonly seconds: number
  /** What it was planned on, whatever became of it; absent where it was refused before it was planned. */
  readonly on?: 'views' | 'copies'
  readonly truncated: boolean
}

/** The one enforcement point before which every door stands. All calls throw MeshError for a no. */
export interface Gateway {
  /** Parses one SELECT into its tree, by the engine's own parser. `sql.parse`, `sql.unsupported`. */
  parse(sql: string): Promise<Tree>
  query(request: QueryRequest): Promise<QueryAnswer>
  explain(request: QueryRequest): Promise<Explanation>
  /** Tells of each statement when it has ended, for meters. */
  watch?(listener: (end: StatementEnd) => void): void
  /** How busy the engine is now; undefined where it does not tell. */
  load?(): EngineLoad | undefined
  /** Undefined where there is none, or where the asker may not see it. Owners of its tables see it without literals. */
  receipt(id: string, asker: Principal): Promise<Receipt | undefined>
}

export interface GatewayWorld {
  readonly state: () => MeshState
  readonly now: () => Date
}
