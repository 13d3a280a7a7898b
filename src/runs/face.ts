import type { MeshState, Product } from '../mesh/index.ts'
import type { BuildFault } from './build-fault.ts'
import type { EngineValue, RunFilter, RunRecord } from './needs.ts'

/** Building products: ingest, transform, check, promote. */
export interface Runs {
  /** Queues a run and gives its record at once. Throws `run.busy` where one of the product is under way. */
  start(order: {
    readonly product: string
    readonly by: string
    /** Bounds of a backfill, as text of the watermark column's type: `from` included, `to` excluded. All files are read again. */
    readonly from?: string
    readonly to?: string
    /**
     * Builds so many rows of each source file and input table, whatever was read before, checks them by themselves and
     * promotes nothing: the run ends as `sampled`, and its rows can be looked at by `rejected`.
     */
    readonly sample?: number
  }): Promise<RunRecord>
  get(id: string): Promise<RunRecord | undefined>
  list(filter: RunFilter): Promise<readonly RunRecord[]>
  /** The run when it is over. */
  wait(id: string): Promise<RunRecord>
  /** The record now and after each change, until the run is over. */
  watch(id: string): AsyncIterable<RunRecord>
  /** Asks it to stop; `wait` tells when it has. Nothing of it is published. */
  cancel(id: string, by: string): Promise<void>
  /**
   * Rows of a batch that was kept because it failed its checks, or was a sample. The first column, `_reason`, says which
   * expectations a row breaks, and rows that break one come first; a batch that does not fit its types comes as it is.
   */
  rejected(
    id: string,
    options: { readonly table?: string; readonly limit: number },
  ): Promise<{
    readonly table: string
    readonly columns: readonly string[]
    readonly rows: readonly (readonly EngineValue[])[]
  }>
  /**
   * What would stop every run of these products, found on empty twins of their inputs before they are put in force.
   * `state` is the mesh as it would be with them. Nothing is changed, and no data but the heads of source files is read.
   */
  examine(products: readonly Product[], state: MeshState): Promise<readonly BuildFault[]>
  /** At start: marks runs of a dead server as failed and removes what they left. */
  recover(): Promise<void>
  /** How many ends of runs could not be written yet, for want of space say; they count, and are written when they can be. */
  unwritten(): number
  close(): Promise<void>
}
