import type { Entry, MeshEvent, MeshState } from '../mesh/index.ts'

/** The append-only, hash-chained record of every event. */
export interface Ledger {
  /** Entries after a sequence number, in order, chain checked. Throws MeshError `ledger.damaged` naming the first bad entry. */
  read(after: number): Iterable<Entry>
  /**
   * Appends in one transaction, durable when it resolves. `expected` is the sequence number of the last entry that the
   * caller knows; undefined comes back if somebody else appended meanwhile, and nothing was written.
   */
  append(expected: number, drafts: readonly EntryDraft[]): Promise<readonly Entry[] | undefined>
  /** Checks the whole chain and the anchor; lists every problem. */
  verify(): Promise<readonly LedgerProblem[]>
  saveSnapshot(state: MeshState): Promise<void>
  loadSnapshot(): Promise<MeshState | undefined>
}

export interface EntryDraft {
  readonly at: string
  readonly actor: string
  readonly event: MeshEvent
}

export interface LedgerProblem {
  readonly seq: number
  readonly what: 'changed' | 'removed' | 'swapped' | 'truncated' | 'unreadable'
  readonly message: string
}

/** Content-addressed bytes beside the ledger: bundles and their files. */
export interface Bundles {
  /** Durable when it resolves; the digest is SHA-256 in hexadecimal. */
  put(bytes: Uint8Array): Promise<string>
  get(digest: string): Promise<Uint8Array | undefined>
  has(digest: string): Promise<boolean>
  /** Absolute local path of a stored file, for the engine to read. */
  pathOf(digest: string): string
}
