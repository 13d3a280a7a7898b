import type { ArrowChunk } from './arrow-chunk.ts'
import type { Pointer } from './library.ts'

/** A format's bytes: what comes first, the first `count` rows of a chunk, what comes last. */
export interface ChunkWriter {
  readonly options: Pointer
  head(): Uint8Array
  rows(chunk: ArrowChunk, count: number, first: boolean): Uint8Array
  tail(): Uint8Array
}
