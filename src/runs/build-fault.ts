import type { Issue } from '../base/index.ts'

/**
 * Something in a product's build that could not work, found without reading any of its data. `file` is as the build names
 * it: beside the product's documents; absent where it is the contract's.
 */
export interface BuildFault extends Issue {
  readonly product: string
  /** Id of the contract that says it, where `file` is absent. */
  readonly contract?: string
  /** What stands at the place, where no line is known: a rule's text, the name of an input or of a column. */
  readonly text?: string
}
