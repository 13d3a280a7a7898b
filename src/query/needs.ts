/** A governed relation in the engine's instance: under `schema.name` the statement finds `select`, and nothing else exists. */
export interface Relation {
  readonly schema: string
  readonly name: string
  /** One SELECT in the engine's dialect over exactly `files`, masks and filter included. */
  readonly select: string
  /** Absolute paths; the instance is locked to the union of these lists. */
  readonly files: readonly string[]
  /** What `select` gives, in order: the empty twin has the same names and types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Columns that a copy needs; absent: all. Only read where the statement runs on copies. */
  readonly copyColumns?: readonly string[]
  /** None of its rows is hidden from the asker: it may stay a view even where the statement runs on copies. */
  readonly whole?: boolean
  /** Neither rows nor values of it are hidden, so that nothing the engine knows of its files could betray any. */
  readonly plain?: boolean
}

export interface BindRequest {
  readonly relations: readonly Relation[]
  readonly sql: string
  readonly params: readonly Param[]
}

export type Param = null | boolean | number | bigint | string

export interface Bound {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The engine's bound plan as JSON text; absent where it cannot be read. */
  readonly plan?: string
}

export type AnswerFormat = 'json' | 'ndjson' | 'csv' | 'arrow' | 'parquet'

export interface RunRequest {
  readonly relations: readonly Relation[]
  /** `views`: the relations as they are. `copies`: temporary tables of them, made before the instance is locked. */
  readonly on: 'views' | 'copies'
  /** The statement may depend on the order of rows: run it with one thread. */
  readonly ordered?: boolean
  readonly sql: string
  readonly params: readonly Param[]
  readonly format: AnswerFormat
  readonly limits: RunLimits
  /** Fair queueing is among these keys. */
  readonly owner: string
  /** Relations, settings and files as one key: instances of equal keys may be kept and shared. */
  readonly instanceKey: string
  readonly signal?: AbortSignal
}

export interface RunLimits {
  readonly timeMs: number
  readonly memoryMb: number
  /** The answer ends here and says that it was truncated. */
  readonly truncateRows?: number
  /** More rows than this refuse with `limit.rows`. */
  readonly rowsMax: number
  readonly copyBytesMax: number
}

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /**
   * The rows in the format asked for. `json`: the rows' arrays joined by commas, without the outer brackets; `csv` with its
   * header; the others whole. Reading drives the engine: who stops reading stops it. Ends with an error if the run fails.
   */
  readonly body: AsyncIterable<Uint8Array>
  /** Settles when the body ended. */
  readonly totals: Promise<RunTotals>
}

export interface RunTotals {
  readonly rows: number
  readonly bytes: number
  readonly truncated: boolean
  readonly elapsedMs: number
}

/** What goes wrong inside the engine. `message` is the engine's own: it may betray data, so the gateway decides what is shown. */
export class EngineError extends Error {
  readonly kind:
    | 'parse'
    | 'bind'
    | 'runtime'
    | 'memory'
    | 'time'
    | 'rows'
    /** A value that the format of the answer cannot hold; the message is ours and may be shown. */
    | 'format'
    | 'copy'
    | 'cancelled'
    | 'crashed'
    | 'busy'
    | 'disk'
    | 'internal'
  /** The engine's own class of the error (`Conversion Error`). */
  readonly engineClass: string
  /** Offset in the statement, in UTF-8 bytes. */
  readonly position?: number

  constructor(kind: EngineError['kind'], message: string, engineClass = '', position?: number) {
    super(message)
    this.name = 'EngineError'
    this.kind = kind
    this.engineClass = engineClass
    if (position !== undefined) this.position = position
  }
}

/** How busy the engine is. */
export interface EngineLoad {
  /** Statements that wait for a process. */
  readonly waiting: number
  /** Statements that have one. */
  readonly running: number
}

/** A DuckDB behind process walls. Every call may throw an `EngineError`. */
export interface Engine {
  readonly capabilities: {
    /** What confines a worker on this machine, for `doctor`. */
    readonly confinement: readonly ('process' | 'address-space' | 'landlock')[]
  }
  /** The tree of a text as `json_serialize_sql` gives it, as JSON text. */
  parse(sql: string): Promise<string>
  /** Binds on an empty twin of the relations: no data is read, so its errors may be shown. */
  bind(request: BindRequest): Promise<Bound>
  /** Starts a statement; resolves when its columns are known and the first rows are there. */
  run(request: RunRequest): Promise<Answer>
  load?(): EngineLoad
  /** Ends all workers; statements under way end as cancelled. */
  close(): Promise<void>
}

/** Names one answer for ever: written before the first byte leaves. */
export interface QueryLog {
  /** Durable against the death of the process when it resolves. */
  begin(record: QueryRecord): Promise<void>
  finish(id: string, outcome: QueryOutcome): void
  get(id: string): Promise<(QueryRecord & { readonly outcome?: QueryOutcome }) | undefined>
}

export interface QueryRecord {
  readonly id: string
  readonly at: string
  readonly who: string
  readonly onBehalfOf?: string
  readonly purpose?: string
  readonly door: string
  readonly sql: string
  readonly policyVersion: number
  readonly ledgerSeq: number
  readonly tables: readonly { readonly table: string; readonly release: string; readonly snapshot: string }[]
  readonly rules: readonly {
    readonly rule: string
    readonly team: string
    readonly effect: string
    readonly table: string
    readonly column?: string
  }[]
  /** `mask`: what masks did to the values, in words; see `outputMasks`. Absent where they did nothing. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly mask?: string }[]
  readonly limitations: readonly string[]
  /** Refused before it ran: the code. */
  readonly refused?: string
}

export interface QueryOutcome {
  readonly rows: number
  readonly bytes: number
  readonly elapsedMs: number
  readonly truncated: boolean
  readonly failed?: string
}

/** The key of keyed hashes. */
export interface MaskKey {
  readonly bytes: Uint8Array
}

/** Absolute path of a file of the lake, for the engine. */
export interface LakePaths {
  absolute(path: string): string
}
