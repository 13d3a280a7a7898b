import type { Clock } from '../base/index.ts'
import type { Bundles, Control, LedgerProblem } from '../control/index.ts'
import type { Entry, MeshState, Principal, SourceFile } from '../mesh/index.ts'
import type { Gateway } from '../query/index.ts'
import type { Runs } from '../runs/index.ts'

/** What the operations are made of: the rooms' faces, put together by the server. */
export interface Rooms {
  readonly control: Control
  readonly gateway: Gateway
  readonly runs: Runs
  readonly bundles: Bundles
  readonly ledger: LedgerReader
  /** Files of the server's machine that builds may read by absolute path; absent: none. */
  readonly visibleSources?: () => Promise<readonly SourceFile[]>
  readonly clock: Clock
  /** Address under which people reach the server, without a slash at the end. */
  readonly url: () => string
  readonly version: string
  readonly demo: () => DemoProgress
  readonly doctor: () => Promise<readonly Finding[]>
  readonly backup: (to: string) => Promise<{ readonly files: number; readonly bytes: number }>
}

/** The ledger as auditors read it. */
export interface LedgerReader {
  read(after: number): Iterable<Entry>
  verify(): Promise<readonly LedgerProblem[]>
  /** The state as it was after the last entry at or before an instant. */
  stateAt(at: Date): MeshState
}

export interface DemoProgress {
  readonly state: 'none' | 'loading' | 'loaded' | 'failed'
  readonly done: number
  readonly of: number
  readonly step?: string
  readonly products: readonly string[]
  readonly people: readonly { readonly who: string; readonly purpose?: string }[]
  readonly problem?: string
  readonly elapsedMs?: number
}

export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  readonly fix?: string
}

/** Who calls: signed in, with the purpose of token, header or body in that order of weakness. */
export interface Caller {
  readonly principal: Principal
  readonly tokenPurpose?: string
  /** When the caller's token ends, or that of the person for whom an agent acts, whichever is first. */
  readonly tokenUntil?: string
  readonly headerPurpose?: string
  readonly door: 'http'
  readonly signal?: AbortSignal
}
