/** An ODCS document as the mesh understands it; the document itself lies in the bundle, untouched. */
export interface Contract {
  readonly id: string
  /** Semantic version of the promise; its major is what names and grants pin. */
  readonly version: string
  readonly status: string
  readonly name?: string
  readonly description: { readonly purpose?: string; readonly usage?: string; readonly limitations?: string }
  readonly tables: readonly ContractTable[]
  readonly serviceLevels: readonly ServiceLevel[]
  readonly support: readonly { readonly channel: string; readonly url?: string }[]
  readonly tags: readonly string[]
  /** Terms of use, licence and such, as text to show. */
  readonly terms: readonly { readonly kind: string; readonly text: string; readonly url?: string }[]
}

export interface ContractTable {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly columns: readonly Column[]
  /** What must hold for the table as a whole and for its columns, besides what the columns say themselves. */
  readonly expectations: readonly Expectation[]
}

export interface Column {
  readonly name: string
  /** DuckDB's name of the type: `BIGINT`, `DECIMAL(12,2)`, `TIMESTAMP WITH TIME ZONE`, `STRUCT("a" INTEGER)`, `VARCHAR[]`. */
  readonly type: string
  readonly logicalType: string
  readonly required: boolean
  readonly unique: boolean
  /** 1-based position in the primary key; absent where it is no part of it. */
  readonly keyPosition?: number
  /** As written; absent where the contract says none. */
  readonly class?: string
  /** The mesh's shared identifier that it holds, from the tag `identifier:<id>`. */
  readonly identifier?: string
  readonly title?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly examples: readonly string[]
  /** Members of a struct, in order. */
  readonly fields?: readonly Column[]
  /** Element of a list. */
  readonly element?: Column
  /** Limits that the contract's logicalTypeOptions put on each value. */
  readonly options: ValueOptions
}

export interface ValueOptions {
  readonly pattern?: string
  readonly minimum?: string
  readonly maximum?: string
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** One bound that a measured number must keep. `value` is a number as text, so that nothing is rounded. */
export type Comparison =
  | { readonly op: '=' | '<>' | '<' | '<=' | '>' | '>='; readonly value: string }
  | { readonly op: 'between' | 'not-between'; readonly low: string; readonly high: string }

/** One executable (or only readable) quality rule of a contract. */
export interface Expectation {
  /** Unique in the table: from the document, else derived from what it says (`delay_min.invalidValues`). */
  readonly id: string
  readonly description?: string
  readonly dimension?: string
  readonly severity: 'error' | 'warning'
  /** Dotted path of the column that it is about; absent for the table. */
  readonly column?: string
  readonly rule: Rule
}

export type Rule =
  | {
      readonly kind: 'library'
      /** ODCS library metrics. */
      readonly metric: 'nullValues' | 'missingValues' | 'invalidValues' | 'duplicateValues' | 'rowCount'
      readonly unit: 'rows' | 'percent'
      readonly comparison: Comparison
      readonly arguments: {
        readonly validValues?: readonly (string | number | boolean)[]
        readonly missingValues?: readonly (string | number | boolean | null)[]
        readonly pattern?: string
        readonly properties?: readonly string[]
        readonly minimum?: string
        readonly maximum?: string
        readonly minLength?: number
        readonly maxLength?: number
      }
    }
  /** A SELECT that gives one number; `{object}`, `{batch}` and `{property}` are replaced. */
  | { readonly kind: 'sql'; readonly query: string; readonly comparison: Comparison }
  /** Every non-null value of `columns` is found in `domain.table`'s columns. */
  | {
      readonly kind: 'reference'
      readonly columns: readonly string[]
      readonly table: string
      readonly toColumns: readonly string[]
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'custom'; readonly engine: string }

export interface ServiceLevel {
  readonly property: string
  readonly value: string
  readonly unit?: string
  readonly element?: string
  readonly driver?: string
  readonly description?: string
}
