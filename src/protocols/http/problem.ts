import { problemOf } from '../../api/index.ts'
import { MeshError, newId, toJson } from '../../base/index.ts'
import type { HttpLog } from './world.ts'

export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Whatever was thrown as `application/problem+json`. What is ours to mend is logged whole and shown as an id only. */
export function problemAnswer(thrown: unknown, log: HttpLog): ProblemAnswer {
  const isOurs = !(thrown instanceof MeshError) || thrown.code === 'internal'
  const problem = problemOf(isOurs ? internal(thrown, log) : thrown)
  return {
    status: problem.status,
    headers: { ...fixedHeaders, 'Content-Type': 'application/problem+json', ...extraHeaders(problem) },
    body: toJson(problem),
  }
}

/** On every response. */
export const fixedHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** A full disk is nobody's mistake, wherever it is noticed; where the file would have been is not said. */
function fullDisk(thrown: unknown): MeshError | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined
  return new MeshError('storage.full', 'The disk of the server is full.', { cause: thrown })
}

function internal(thrown: unknown, log: HttpLog): MeshError {
  const full = fullDisk(thrown)
  if (full !== undefined) return full
  const request = newId('req')
  log('error', 'a request failed by a mistake of ours', { request, err: thrown })
  return new MeshError('internal', 'Meshwright made a mistake while it answered.', {
    fix: `Report it with the request id ${request}, under which the log has the cause.`,
    context: { request },
  })
}

function extraHeaders({ status, code }: { status: number; code: string }): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="meshwright"' }
  if (code.startsWith('busy.')) return { 'Retry-After': '1' }
  return {}
}
