import { digestOf } from '../base/index.ts'
import { principalOf, type MeshState } from '../mesh/index.ts'

/** Whom a token stands for. */
export interface Authenticated {
  readonly principal: string
  /** The token is bound to it. */
  readonly purpose?: string
  /** When the token ends. */
  readonly until?: string
  readonly tokenId: string
}

/**
 * Who holds a token, or undefined: unknown, ended, revoked, or for a service or agent that the mesh no longer knows. Looked
 * up by digest, so that how long it takes says nothing about tokens that exist.
 */
export function authenticate(state: MeshState, token: string, now: Date): Authenticated | undefined {
  const record = state.tokens.get(digestOf(token))
  if (record === undefined || record.revoked !== undefined) return undefined
  if (record.until !== undefined && new Date(record.until) <= now) return undefined
  if (record.as !== undefined && record.as !== principalOf(state, record.who).kind) return undefined
  const { who: principal, purpose, until, id: tokenId } = record
  return {
    principal,
    tokenId,
    ...(purpose === undefined ? {} : { purpose }),
    ...(until === undefined ? {} : { until }),
  }
}
