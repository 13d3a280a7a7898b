import {
  operations,
  type AnswerOf,
  type CallOf,
  type Operation,
  type OperationId,
  type Operations,
} from '../api/index.ts'
import { MeshError, messageOf } from '../base/index.ts'
import type { Effects } from './effects.ts'
import type { Login } from './login-store.ts'
import { Refusal } from './refusal.ts'

/** The server's API, typed by the same table that the server mounts. Throws `Refusal` for its no. */
export interface Api {
  readonly url: string
  call<K extends OperationId>(id: K, input: CallOf<Operations[K]>): Promise<AnswerOf<Operations[K]>>
  /** Anything else under the same address and token; the response is a good one. */
  send(path: string, init: RequestInit): Promise<Response>
}

export function openApi({ url, token }: Login, effects: Pick<Effects, 'fetch'>): Api {
  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
    const response = await reached(url, () => effects.fetch(`${url}${path}`, { ...init, headers, redirect: 'error' }))
    if (response.ok) return response
    throw await refusalOf(response, url)
  }
  return {
    url,
    send,
    async call(id, input) {
      const { path, init } = requestOf(operations[id], input as Readonly<Record<string, unknown>>)
      const response = await send(path, init)
      return (await response.json()) as never
    },
  }
}

async function reached(url: string, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
    throw new MeshError('server.unreachable', `No server answers at ${url} (${messageOf(cause)}).`, {
      cause: thrown,
      fix: 'Start it: meshwright up',
    })
  }
}

/** Puts each member of the input where the operation's table says that it belongs. */
function requestOf(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): { path: string; init: RequestInit } {
  const inPath = namesOf(operation.params)
  const inQuery = namesOf(operation.query)
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])))
  const query = new URLSearchParams()
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || inPath.has(name)) continue
    if (inQuery.has(name)) query.set(name, typeof value === 'string' ? value : JSON.stringify(value))
    else body[name] = value
  }
  const init: RequestInit = { method: operation.method.toUpperCase() }
  if (operation.body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'Content-Type': 'application/json' }
  }
  return { path: query.size === 0 ? path : `${path}?${query.toString()}`, init }
}

const namesOf = (shape: Operation['params']): ReadonlySet<string> => new Set(Object.keys(shape?.shape ?? {}))

async function refusalOf(response: Response, url: string): Promise<Error> {
  const text = await response.text()
  if (response.headers.get('content-type')?.startsWith('application/problem+json') === true) {
    return new Refusal(JSON.parse(text) as Refusal['problem'])
  }
  return new MeshError(
    'server.unreachable',
    `What answers at ${url} is no Meshwright server (status ${response.status}).`,
    {
      fix: 'Sign in to the right one: meshwright login --server URL',
    },
  )
}
