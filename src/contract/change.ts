/** `breaking`: somebody's query or trust breaks. `risky`: it works on, but may mean something else. `safe`: neither. */
export type Weight = 'breaking' | 'risky' | 'safe'

/** One difference between two releases, as consumers would notice it. */
export interface Change {
  /** Name of the table; `*` for what concerns the product as a whole. */
  readonly table: string
  /** In which major of the table; absent where both releases promise it in one and the same. */
  readonly major?: number
  /** Dotted path of the column. */
  readonly column?: string
  /** `column-removed`, `type-changed`, … */
  readonly kind: string
  readonly weight: Weight
  /** One sentence, which names the table and the column. */
  readonly message: string
}
