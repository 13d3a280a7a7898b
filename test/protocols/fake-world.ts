import { digestOf } from '../../src/base/index.ts'
import { emptyState, type MeshState, type Principal } from '../../src/mesh/index.ts'
import type { Rooms } from '../../src/operations/index.ts'
import { openHttp, type HttpDoor, type HttpWorld } from '../../src/protocols/http/index.ts'
import type { Gateway, QueryAnswer, QueryRequest } from '../../src/query/index.ts'

const person = (id: string, roles: Principal['roles'] = {}): Principal => ({
  id,
  kind: 'person',
  teams: [],
  roles,
  attributes: {},
})

export const people: Readonly<Record<string, { principal: Principal; purpose?: string }>> = {
  'tok-ana': { principal: person('ana@x') },
  'tok-leo': { principal: person('leo@x'), purpose: 'planning' },
  'tok-tariq': { principal: person('tariq@x', { '': ['platform-engineer'] }) },
  'tok-bot': { principal: { ...person('bot'), kind: 'agent' } },
}

export interface Opened {
  readonly url: string
  readonly door: HttpDoor
  readonly asked: QueryRequest[]
  readonly logged: [string, string, Readonly<Record<string, unknown>>][]
  readonly stored: Map<string, Uint8Array>
}

export type Answering = (request: QueryRequest) => Partial<QueryAnswer>

/** The door over rooms that answer from memory: what is tested is bytes to calls and back. */
export async function openFake(
  options: {
    readonly answer?: Answering
    readonly limits?: HttpWorld['limits']
    readonly state?: MeshState
    readonly host?: string
    readonly publicUrl?: string
  } = {},
): Promise<Opened> {
  const asked: QueryRequest[] = []
  const logged: Opened['logged'] = []
  const stored = new Map<string, Uint8Array>()
  let url = ''
  const gateway: Pick<Gateway, 'query' | 'explain' | 'receipt'> = {
    query(request) {
      asked.push(request)
      return Promise.resolve({ ...oneRow, ...options.answer?.(request) })
    },
    explain: () => Promise.resolve({ verdict: 'allow', tables: [], determinedBy: [], columns: [], notices: [] }),
    receipt: () => Promise.resolve(undefined),
  }
  const rooms = {
    control: { state: () => options.state ?? emptyState },
    gateway,
    runs: { list: () => Promise.resolve([]) },
    bundles: {
      has: (digest: string) => Promise.resolve(stored.has(digest)),
      put: (bytes: Uint8Array) => {
        stored.set(digestOf(bytes), bytes)
        return Promise.resolve(digestOf(bytes))
      },
    },
    clock: () => new Date(),
    url: () => options.publicUrl ?? url,
    version: '0.0.0-test',
    demo: () => ({ state: 'none', done: 0, of: 0, products: [], people: [] }),
    doctor: () => Promise.resolve([]),
  } as unknown as Rooms
  const door = await openHttp(
    { host: options.host ?? '127.0.0.1', port: 0 },
    {
      rooms,
      authenticate: token => (Object.hasOwn(people, token) ? people[token] : undefined),
      ready: () => true,
      log: (level, message, facts) => void logged.push([level, message, facts]),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    },
  )
  url = `http://127.0.0.1:${door.port}`
  return { url, door, asked, logged, stored }
}

export const bytes = async function* (...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const oneRow: QueryAnswer = {
  columns: [{ name: 'a', type: 'INTEGER' }],
  get body() {
    return bytes('[1]', ',[2]')
  },
  totals: Promise.resolve({ rows: 2, bytes: 7, truncated: false, elapsedMs: 1 }),
  receipt: 'rcp_1',
  notices: [],
}
