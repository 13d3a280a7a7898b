/** A place to build in: an engine process that can read `read`, write into `write`, and nothing else. */
export interface Workshop {
  open(request: WorkshopRequest): Promise<WorkshopSession>
}

export interface WorkshopRequest {
  /** Absolute paths of files that the session may read. */
  readonly read: readonly string[]
  /** Absolute path of an existing empty folder that it may write into (and read back from). */
  readonly write: string
  readonly memoryMb: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Values as JavaScript: BIGINT and wider as bigint, DECIMAL, DATE, TIMESTAMP and the like as DuckDB's text, lists as arrays, structs as objects. */
export type EngineValue =
  null | boolean | number | bigint | string | readonly EngineValue[] | { readonly [key: string]: EngineValue }

export interface WorkshopSession {
  /** Runs one statement of ours; rows as objects by column name. Throws `EngineError` of the query room. */
  execute(sql: string): Promise<readonly Readonly<Record<string, EngineValue>>[]>
  /** Names and DuckDB types of what a SELECT would give, without running it. */
  describe(select: string): Promise<readonly { readonly name: string; readonly type: string }[]>
  /** From now on the instance can reach no other file and its settings are locked. Call it before any text of a user runs. */
  lock(): Promise<void>
  close(): Promise<void>
}

/** Every run ever started; telemetry, not ledger. Writes are durable when they resolve. */
export interface RunLog {
  put(run: RunRecord): Promise<void>
  get(id: string): Promise<RunRecord | undefined>
  /** The newest first. The limit counts what passes the filter. */
  list(filter: RunFilter): Promise<readonly RunRecord[]>
  /** Runs that were under way when the server died. */
  unfinished(): Promise<readonly RunRecord[]>
}

export interface RunFilter {
  readonly product?: string
  /** Of products of these domains only. */
  readonly domains?: readonly string[]
  /** Samples promote nothing, whatever becomes of them. */
  readonly withoutSamples?: boolean
  readonly limit: number
}

/** `sampled`: some rows were built and checked, and nothing was to be promoted. */
export type RunState = 'queued' | 'running' | 'checking' | 'promoted' | 'sampled' | 'rejected' | 'failed' | 'cancelled'

export interface RunRecord {
  readonly id: string
  readonly product: string
  readonly release: string
  readonly by: string
  readonly at: string
  readonly state: RunState
  readonly finishedAt?: string
  readonly steps: readonly RunStep[]
  readonly checks: readonly CheckResult[]
  /** Rows of the batch, by table. */
  readonly rows: Readonly<Record<string, number>>
  /** What a person should know though nothing failed: rows that the watermark left out. Whole sentences. */
  readonly notes?: readonly string[]
  /** Why it failed or was rejected, for a person. */
  readonly problem?: { readonly code: string; readonly message: string; readonly fix?: string }
  /** Table → where the batch that was not promoted lies, for `run show ID --rejected`. */
  readonly kept: Readonly<Record<string, string>>
  readonly snapshots: Readonly<Record<string, string>>
  /** What the build read, input by input: files as `path@digest of the content`, tables as `@digest of what was seen`. */
  readonly consumed: Readonly<Record<string, readonly string[]>>
  /** Table → greatest value of the watermark column that was taken, as the engine writes it. */
  readonly watermarks: Readonly<Record<string, string>>
  /** Table → of which column and type its watermark is; absent in records of an older form, whose marks may be too low. */
  readonly marked?: Readonly<Record<string, { readonly column: string; readonly type: string }>>
  /** Table → every file whose rows were ever added to it, however long ago, since it was last built whole. */
  readonly taken?: Readonly<Record<string, readonly TakenFile[]>>
  /** Digest of what made each table (SQL, inputs, contract): where it differs, nothing that was consumed counts any more. */
  readonly made?: Readonly<Record<string, string>>
}

/** A file by its path and its content. */
export interface TakenFile {
  readonly path: string
  readonly digest: string
}

export interface RunStep {
  readonly name: string
  readonly state: 'running' | 'done' | 'failed'
  readonly startedAt: string
  readonly elapsedMs?: number
  readonly rows?: number
}

export interface CheckResult {
  readonly table: string
  readonly check: string
  readonly description?: string
  readonly severity: 'error' | 'warning'
  readonly passed: boolean
  /** The number measured, as text, and what it had to keep. */
  readonly measured?: string
  readonly expected: string
  /** Rows that break it, where it is about rows. */
  readonly failedRows?: number
  /** How many of them were published before this run, under other expectations. */
  readonly failedBefore?: number
  readonly error?: string
}
