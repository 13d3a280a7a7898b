import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerMediaTypes, queryBody } from '../../api/index.ts'
import { MeshError } from '../../base/index.ts'
import { chosenPurpose } from '../../operations/index.ts'
import type { AnswerFormat, Param, QueryAnswer } from '../../query/index.ts'
import { formatOf } from './accept.ts'
import { checked } from './checked.ts'
import { fixedHeaders } from './problem.ts'
import { readJson } from './read-body.ts'
import { sendStream } from './send-stream.ts'
import { callerOf, requirePerson } from './sign-in.ts'
import type { HttpLimits, HttpWorld } from './world.ts'

/** `POST /api/v1/query`. Throws while nothing was sent; afterwards a failure ends the connection. */
export async function answerQuery(
  world: HttpWorld,
  limits: HttpLimits,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortController,
): Promise<void> {
  const { headers } = request
  const caller = callerOf(world.authenticate, credentialsOf(request), gone.signal)
  requirePerson(caller)
  const format = formatOf(headers.accept)
  const body = checked(queryBody, await readJson(request, limits.requestBytesMax), 'body')
  const purpose = chosenPurpose(body.purpose, caller.headerPurpose, caller.tokenPurpose)
  const answer = await world.rooms.gateway.query({
    sql: body.sql,
    params: (body.params ?? []).map(paramOf),
    principal: caller.principal,
    door: 'http',
    format,
    url: world.rooms.url(),
    signal: gone.signal,
    ...(purpose === undefined ? {} : { purpose }),
    ...(body.at === undefined ? {} : { at: body.at }),
  })
  await sendStream(response, gone, limits.idleMs, {
    headers: headersOf(format, answer),
    body: format === 'json' ? asJsonDocument(answer, world.rooms.url()) : answer.body,
  })
}

export const credentialsOf = ({ headers }: IncomingMessage) => ({
  authorization: headers.authorization,
  purpose: textOf(headers['meshwright-purpose']),
  onBehalfOf: textOf(headers['meshwright-on-behalf-of']),
})

const textOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(', ') : header)

/** Beyond 2^53 JSON.parse has already changed the number: better refused than wrong. */
function paramOf(value: Param): Param {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value
  throw new MeshError(
    'sql.parameters',
    'A parameter is a whole number beyond 2^53 − 1, which JSON does not carry exactly.',
    {
      fix: 'Send it as text and cast it in the statement: CAST(? AS HUGEINT).',
    },
  )
}

function headersOf(format: AnswerFormat, answer: QueryAnswer): Record<string, string> {
  const notices = format === 'json' || answer.notices.length === 0 ? undefined : asciiJson(answer.notices)
  return {
    ...fixedHeaders,
    'Content-Type': contentTypes[format],
    'Meshwright-Receipt': answer.receipt,
    ...(answer.rowLimit === undefined ? {} : { 'Meshwright-Row-Limit': String(answer.rowLimit.rows) }),
    ...(notices === undefined || notices.length > 4096 ? {} : { 'Meshwright-Notices': notices }),
  }
}

const contentTypes: Readonly<Record<AnswerFormat, string>> = {
  ...answerMediaTypes,
  csv: 'text/csv; charset=utf-8; header=present',
}

/** Headers carry ASCII only, and JSON can say everything in it. */
const asciiJson = (value: unknown) =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The rows between the head and the tail of the documented object. */
async function* asJsonDocument(answer: QueryAnswer, url: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`{"columns":${JSON.stringify(answer.columns.map(({ name, type }) => ({ name, type })))},"rows":[`)
  yield* answer.body
  const { truncated } = await answer.totals
  const limit = answer.rowLimit
  yield Buffer.from(
    `],"notices":${JSON.stringify(answer.notices)},"receipt":${JSON.stringify({ id: answer.receipt, url: `${url}/r/${answer.receipt}` })}` +
      `${truncated ? `,"truncated":true${limit === undefined ? '' : `,"limit":${JSON.stringify(limit)}`}` : ''}}`,
  )
}
