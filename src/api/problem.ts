import { errorCodes, type ErrorCode, MeshError } from '../base/index.ts'
import type { Problem } from './shapes.ts'

/** RFC 9457 problem document of a refusal: the same on HTTP and, with `--json`, on standard output. */
export function problemOf(error: MeshError): Problem {
  const { rule, team, next, issues, context } = error.details
  return {
    type: `https://meshwright.dev/errors/${error.code}`,
    title: errorCodes[error.code].title,
    status: statusOf(error.code),
    code: error.code,
    detail: error.message,
    fix: error.fix,
    ...(rule === undefined ? {} : { rule }),
    ...(team === undefined ? {} : { team }),
    ...(next === undefined ? {} : { next }),
    ...(issues === undefined ? {} : { issues: [...issues] }),
    ...(context === undefined ? {} : { context }),
  }
}

const byCode: Partial<Record<ErrorCode, number>> = {
  'request.method': 405,
  'request.media-type': 415,
  'request.too-large': 413,
  'request.conflict': 409,
  'run.busy': 409,
  'release.immutable': 409,
  'table.name-clash': 409,
  'busy.rate': 429,
  'storage.full': 507,
}

const byFamily: Readonly<Record<string, number>> = {
  sql: 400,
  auth: 401,
  access: 403,
  purpose: 403,
  policy: 403,
  role: 403,
  thing: 404,
  table: 409,
  limit: 422,
  document: 422,
  release: 422,
  run: 422,
  source: 422,
  request: 400,
  usage: 400,
  busy: 503,
  home: 503,
  server: 503,
  engine: 503,
}

/** HTTP status of a code; what is ours to mend is 500. */
export const statusOf = (code: ErrorCode): number => byCode[code] ?? byFamily[code.split('.')[0]!] ?? 500
