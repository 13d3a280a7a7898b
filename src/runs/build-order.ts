import type { Described } from './fit-columns.ts'

/** What one run was asked for. */
export interface BuildOrder {
  readonly run: string
  readonly from?: string
  readonly to?: string
  readonly sample?: number
  readonly signal: AbortSignal
}

/** What the SQL of an output saw and gave. */
export interface DescribedOutput {
  readonly inputs: ReadonlyMap<string, readonly Described[]>
  readonly outputs: readonly Described[]
}
