/** `build.yaml`: how a product is made; derived where there is none. */
export interface Build {
  /** Relation name in the SQL → what it reads. */
  readonly inputs: Readonly<Record<string, Input>>
  /** Table name → how it is made. */
  readonly outputs: Readonly<Record<string, Output>>
  readonly schedule?: { readonly cron?: string; readonly after: readonly string[] }
  /** True where no document says so: the inputs are the tables that the SQL names, as `domain.table`. */
  readonly derived: boolean
}

export type Input =
  | {
      readonly kind: 'file'
      /** As written; relative to the product's folder, may hold `*`. */
      readonly path: string
      readonly format: 'csv' | 'json' | 'parquet'
      /** Options of the reader, named as DuckDB names them (`delim`, `nullstr`, `types`): text, number, boolean or map of text. */
      readonly options: Readonly<Record<string, string | number | boolean | Readonly<Record<string, string>>>>
      /** What lies in the bundle for it, ordered by path. Absent paths are read where the server sees them. */
      readonly files: readonly SourceFile[]
    }
  | { readonly kind: 'table'; readonly table: string; readonly major?: number }
  | { readonly kind: 'source'; readonly source: string; readonly connection: string; readonly query: string }

export interface SourceFile {
  /** As the SQL sees it in `_file`. */
  readonly path: string
  readonly sizeBytes: number
  /** Where it lies: the digest of a bundled file, or an absolute path visible to the server with its modification time. */
  readonly at: { readonly digest: string } | { readonly absolute: string; readonly modifiedMs: number }
}

export interface Output {
  /** Text of one SELECT. */
  readonly sql: string
  /** Name of the file that it came from, for messages. */
  readonly file: string
  readonly mode: 'full' | 'append' | 'merge' | 'partition'
  /** Columns: of the merge key, or of the partition. */
  readonly key: readonly string[]
  readonly watermark?: string
  /** Table that takes the rows which fail a row-level expectation. */
  readonly rejects?: string
}
