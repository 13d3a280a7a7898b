import type { EngineValue, RunRecord } from './needs.ts'

/** Building products: ingest, transform, check, promote. */
export interface Runs {
  /** Queues a run and gives its record at once. Throws `run.busy` where one of the product is under way. */
  start(order: {
    readonly product: string
    readonly by: string
    /** Bounds of a backfill, as text of the watermark column's type. */
    readonly from?: string
    readonly to?: string
    /** Builds so many rows of each source and promotes nothing. */
    readonly sample?: number
  }): Promise<RunRecord>
  get(id: string): Promise<RunRecord | undefined>
  list(filter: { readonly product?: string; readonly limit: number }): Promise<readonly RunRecord[]>
  /** The run when it is over. */
  wait(id: string): Promise<RunRecord>
  /** The record now and after each change, until the run is over. */
  watch(id: string): AsyncIterable<RunRecord>
  /** Asks it to stop; `wait` tells when it has. Nothing of it is published. */
  cancel(id: string, by: string): Promise<void>
  /** Rows of a batch that was kept because it failed its checks. */
  rejected(
    id: string,
    options: { readonly table?: string; readonly limit: number },
  ): Promise<{
    readonly table: string
    readonly columns: readonly string[]
    readonly rows: readonly (readonly EngineValue[])[]
  }>
  /** At start: marks runs of a dead server as failed and removes what they left. */
  recover(): Promise<void>
  close(): Promise<void>
}
