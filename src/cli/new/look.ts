import type { ColumnGuess, ProductSource } from '../../scaffold/index.ts'

/** What a product is made of, and what a look at it showed. */
export interface Look {
  readonly source: ProductSource
  readonly columns: readonly ColumnGuess[]
  /** File to lay beside the documents. */
  readonly copy?: { readonly from: string; readonly as: string }
  readonly rows?: number
  /** `orders.csv`, `sales.orders`: for sentences. */
  readonly called: string
  /** Said to the person, as whole sentences. */
  readonly notes: readonly string[]
}
