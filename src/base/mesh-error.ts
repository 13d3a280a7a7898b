import { errorCodes, type ErrorCode } from './error-codes.ts'
import type { Issue } from './issue.ts'

/** What gets somebody past a refusal: a command to paste and an address to open. */
export interface NextStep {
  readonly command: string
  readonly url?: string
}

export interface ErrorDetails {
  readonly fix?: string
  /** The rule that decided, and the team that answers for it. */
  readonly rule?: string
  readonly team?: string
  readonly next?: NextStep
  readonly issues?: readonly Issue[]
  /** Facts for clients, as JSON values: the line of an SQL error, the consumers hit. Never anything hidden. */
  readonly context?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The world said no. One value for every protocol; each maps `code` to its own status. */
export class MeshError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  /** `detail` is one or more whole sentences: what happened and why. */
  constructor(code: ErrorCode, detail: string, details: ErrorDetails = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'MeshError'
    this.code = code
    this.details = details
  }

  get fix(): string {
    return this.details.fix ?? errorCodes[this.code].fix
  }
}

/** What was thrown, as text for a person. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
