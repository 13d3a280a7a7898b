import type { MeshError } from '../../base/index.ts'
import type { Principal } from '../../mesh/index.ts'
import type { Rooms } from '../../operations/index.ts'

/** What the door needs of the server that opens it. */
export interface HttpWorld {
  readonly rooms: Rooms
  /** Who a token signs in now; undefined for one that is unknown, over or revoked. */
  readonly authenticate: (token: string) => SignedIn | undefined
  /** Whether the server answers queries: what `/readyz` says. */
  readonly ready: () => boolean
  /** What keeps it from recording anything new; `/readyz` then says it with status 503. */
  readonly trouble?: () => MeshError | undefined
  readonly log: HttpLog
  readonly limits?: Partial<HttpLimits>
}

export interface SignedIn {
  readonly principal: Principal
  /** The purpose that the token is bound to. */
  readonly purpose?: string
  /** When the token ends. */
  readonly until?: string
}

export type HttpLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts: Readonly<Record<string, unknown>>,
) => void

export interface HttpLimits {
  /** Body of an operation or a query. */
  readonly requestBytesMax: number
  /** One uploaded file. */
  readonly uploadBytesMax: number
  /** All uploads under way together. */
  readonly uploadsBytesMax: number
  /** Requests under way; more are refused with `busy.queue`. */
  readonly requestsMax: number
  /** A client that takes nothing of its answer for so long loses it. */
  readonly idleMs: number
}
