import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { operations } from '../../src/api/index.ts'
import { digestOf, MeshError } from '../../src/base/index.ts'
import { handlers } from '../../src/operations/index.ts'
import { openHttp, type HttpWorld } from '../../src/protocols/http/index.ts'
import { bytes, openFake, type Opened } from './fake-world.ts'

const open: Opened[] = []
afterEach(async () => {
  for (const { door } of open.splice(0)) await door.close(0)
})
const opened = async (...options: Parameters<typeof openFake>) => {
  const world = await openFake(...options)
  open.push(world)
  return world
}

const ana = { Authorization: 'Bearer tok-ana' }
const post = (body: unknown, headers: Record<string, string> = ana): RequestInit => ({
  method: 'POST',
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** The answer of bytes written by hand: what no client library would send. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

describe('every operation', () => {
  test('has a handler and a path in the OpenAPI document', async () => {
    const { url } = await opened()
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: Record<string, object> }
    for (const [id, { path, method }] of Object.entries(operations)) {
      expect(handlers).toHaveProperty(id)
      expect(document.paths[path]).toHaveProperty(`${method}.operationId`, id)
    }
    expect(document.paths['/api/v1/query']).toHaveProperty('post')
    expect(document.paths['/api/v1/uploads/{digest}']).toHaveProperty('put')
  })

  test.each(Object.entries(operations).filter(([, o]) => o.for === 'member'))(
    '%s refuses whom nobody knows',
    async (_id, { path, method }) => {
      const { url } = await opened()
      for (const headers of [
        {},
        { Authorization: 'Bearer nobody' },
        { 'X-User': 'ana@x', 'X-Forwarded-User': 'ana@x', Cookie: 'meshwright_session=x' },
      ]) {
        const response = await fetch(`${url}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
          method: method.toUpperCase(),
          headers: headers as Record<string, string>,
          ...(method === 'post' ? { body: '{}' } : {}),
        })
        expect(response.status).toBe(401)
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
        expect(await response.json()).toMatchObject({ status: 401, code: expect.stringMatching(/^auth\./) as string })
      }
    },
  )
})

describe('problems', () => {
  test.each([
    ['GET', '/api/v1/nothing', undefined, 404, 'thing.not-found'],
    ['GET', '/nothing', undefined, 404, 'thing.not-found'],
    ['DELETE', '/api/v1/query', undefined, 405, 'request.method'],
    ['POST', '/api/v1/query', '{"sql"', 400, 'request.invalid'],
    ['POST', '/api/v1/query', '\xff', 400, 'request.invalid'],
    ['POST', '/api/v1/query', '{}', 400, 'request.invalid'],
    ['POST', '/api/v1/query', '{"sql":"select 1","role":"admin"}', 400, 'request.invalid'],
    ['POST', '/api/v1/query', '{"sql":"select 1","__proto__":{"purpose":"x"}}', 400, 'request.invalid'],
    ['POST', '/api/v1/query', '{"sql":"select ?","params":[12345678901234567890]}', 400, 'sql.parameters'],
    ['POST', '/api/v1/access/requests', '{"table":"a.b","purpose":"p","who":"boss"}', 400, 'request.invalid'],
    ['GET', '/api/v1/find?limit=0', undefined, 400, 'request.invalid'],
    ['GET', '/api/v1/find?q=a&admin=1', undefined, 400, 'request.invalid'],
  ])('%s %s %s: %i %s', async (method, path, body, status, code) => {
    const { url, asked } = await opened()
    const response = await fetch(`${url}${path}`, { method, headers: ana, ...(body === undefined ? {} : { body }) })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ status, code })
    for (const member of ['type', 'title', 'detail', 'fix']) expect(problem[member]).toBeTypeOf('string')
    expect(asked).toEqual([])
  })

  test.each([
    ['application/json', 200],
    ['Application/JSON; charset=utf-8', 200],
    ['application/vnd.api+json', 200],
    ['application/x-www-form-urlencoded', 200],
    ['text/plain;charset=UTF-8', 200],
    ['application/xml', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/csv', 415],
    ['application/octet-stream', 415],
  ])('a body of the type %s is %i', async (type, status) => {
    const { url } = await opened()
    const init = post({ sql: 'select 1' })
    const response = await fetch(`${url}/api/v1/query`, { ...init, headers: { ...ana, 'Content-Type': type } })
    expect(response.status).toBe(status)
    if (status === 415) expect(await response.json()).toMatchObject({ status, code: 'request.media-type' })
  })

  test('name the field that is wrong', async () => {
    const { url } = await opened()
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 5 }))
    expect(await response.json()).toMatchObject({ detail: 'body.sql must be text.' })
  })

  test('a mistake of ours shows an id and nothing else, and is logged with it', async () => {
    const { url, logged } = await opened({
      answer: () => {
        throw new Error('CANARY-US-1')
      },
    })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }))
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('CANARY')
    const { context } = JSON.parse(text) as { context: { request: string } }
    expect(logged).toContainEqual(['error', expect.any(String), expect.objectContaining({ request: context.request })])
  })

  test('a mistake that a room owns up to has an id as well', async () => {
    const { url, logged } = await opened({
      answer: () => {
        throw new MeshError('internal', 'The statement could not be run.', { cause: new Error('CANARY-US-1') })
      },
    })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }))
    const text = await response.text()
    expect(text).not.toContain('CANARY')
    const { context, fix } = JSON.parse(text) as { context: { request: string }; fix: string }
    expect(fix).toContain(context.request)
    expect(logged).toContainEqual(['error', expect.any(String), expect.objectContaining({ request: context.request })])
  })

  test('tells who sends far too much, while it is sent', async () => {
    const { url } = await opened({ limits: { requestBytesMax: 1000 } })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const parts: Buffer[] = []
    socket.on('data', part => parts.push(part))
    const length = 20_000_000
    socket.write(
      `POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ana.Authorization}\r\nContent-Length: ${length}\r\n\r\n`,
    )
    for (let sent = 0; sent < length; sent += 1_000_000)
      await new Promise<void>((resolve, reject) =>
        socket.write(Buffer.alloc(1_000_000, 'x'), problem => (problem ? reject(problem) : resolve())),
      )
    await once(socket, 'close')
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1.1 413 [^]*request\.too-large/)
  })

  test('too large a body is refused before it is read', async () => {
    const { url } = await opened({ limits: { requestBytesMax: 1000 } })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'x'.repeat(2000) }))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'request.too-large' })
  })

  test.each([
    ['GET / HTTP/9.9\r\n\r\n', 400, 'request.invalid'],
    ['\x16\x03\x01 hello', 400, 'request.invalid'],
    [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 413, 'request.too-large'],
  ])('%j is no request', async (text, status, code) => {
    const { door } = await opened()
    const answer = await raw(door.port, text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain('application/problem+json')
    expect(answer).toContain(`"code":"${code}"`)
  })

  test('a taken port is told with the line that takes another', async () => {
    const { door } = await opened()
    const world = { rooms: { url: () => '', version: '', gateway: {} } } as unknown as HttpWorld
    const again = openHttp({ host: '127.0.0.1', port: door.port }, world)
    await expect(again).rejects.toMatchObject({
      code: 'usage.invalid',
      fix: 'Take a free port: meshwright up --port 0',
    })
  })

  test('busy says when to come back', async () => {
    const { url } = await opened({
      answer: () => {
        throw new MeshError('busy.queue', 'Full.')
      },
    })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  })
})

describe('addresses', () => {
  test.each([
    '//api/v1/mesh',
    '/api/./v1/mesh',
    '/api/v1/%2e/mesh',
    '/api/v1/mesh;v1/users/login',
    '/api/v1//mesh',
    '/%61pi/v1/mesh',
  ])('%s is no way around signing in', async path => {
    const { door } = await opened()
    const bare = await raw(door.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect(bare).toMatch(/^HTTP\/1\.1 401 /)
  })

  test('HEAD, OPTIONS and no CORS', async () => {
    const { url } = await opened()
    const head = await fetch(`${url}/api/v1/mesh`, { method: 'HEAD', headers: ana })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const options = await fetch(`${url}/api/v1/query`, {
      method: 'OPTIONS',
      headers: { ...ana, Origin: 'http://evil', 'Access-Control-Request-Method': 'POST' },
    })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'OPTIONS, POST'])
    expect([...options.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
  })
})

describe('queries', () => {
  test('the JSON document is exactly the documented one', async () => {
    const { url } = await opened()
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }))
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('meshwright-receipt')).toBe('rcp_1')
    expect(await response.json()).toEqual({
      columns: [{ name: 'a', type: 'INTEGER' }],
      rows: [[1], [2]],
      notices: [],
      receipt: { id: 'rcp_1', url: `${url}/r/rcp_1` },
    })
  })

  test('says that it was truncated, and by which rule', async () => {
    const { url } = await opened({
      answer: () => ({
        rowLimit: { rows: 2, rule: 'g7', team: 'federation' },
        totals: Promise.resolve({ rows: 2, bytes: 7, truncated: true, elapsedMs: 1 }),
        notices: [{ code: 'limit', message: 'Only ‘two’ rows.' }],
      }),
    })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }))
    expect(await response.json()).toMatchObject({
      truncated: true,
      limit: { rule: 'g7' },
      notices: [{ code: 'limit' }],
    })
    const csv = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }, { ...ana, Accept: 'text/csv' }))
    expect(JSON.parse(csv.headers.get('meshwright-notices')!)).toEqual([{ code: 'limit', message: 'Only ‘two’ rows.' }])
    expect(csv.headers.get('meshwright-row-limit')).toBe('2')
  })

  test.each([
    ['text/csv', 'csv', 'text/csv; charset=utf-8; header=present'],
    ['application/x-ndjson', 'ndjson', 'application/x-ndjson'],
    ['application/vnd.apache.arrow.stream', 'arrow', 'application/vnd.apache.arrow.stream'],
    ['application/vnd.apache.parquet', 'parquet', 'application/vnd.apache.parquet'],
  ])('%s passes the bytes on', async (accept, format, contentType) => {
    const { url, asked } = await opened({ answer: () => ({ body: bytes('PAR1', '\x00\x01') }) })
    const response = await fetch(`${url}/api/v1/query`, post({ sql: 'select 1' }, { ...ana, Accept: accept }))
    expect([response.headers.get('content-type'), await response.text()]).toEqual([contentType, 'PAR1\x00\x01'])
    expect(asked[0]).toMatchObject({ format, door: 'http', sql: 'select 1', params: [] })
  })

  test.each([
    [{ sql: 's', purpose: 'body' }, { ...ana, 'Meshwright-Purpose': 'head' }, 'body'],
    [{ sql: 's' }, { ...ana, 'Meshwright-Purpose': 'head' }, 'head'],
    [{ sql: 's' }, { Authorization: 'Bearer tok-leo' }, 'planning'],
    [{ sql: 's' }, ana, undefined],
  ])('purpose of body, header, token: %j %j', async (body, headers, purpose) => {
    const { url, asked } = await opened()
    await (await fetch(`${url}/api/v1/query`, post(body, headers))).text()
    expect(asked[0]?.purpose).toBe(purpose)
  })

  test('a purpose that disagrees with a bound token is refused', async () => {
    const { url } = await opened()
    const response = await fetch(
      `${url}/api/v1/query`,
      post({ sql: 's', purpose: 'other' }, { Authorization: 'Bearer tok-leo' }),
    )
    expect(await response.json()).toMatchObject({ code: 'purpose.mismatch', status: 403 })
  })

  test('an agent asks on behalf of a person or not at all', async () => {
    const { url, asked } = await opened()
    const alone = await fetch(`${url}/api/v1/query`, post({ sql: 's' }, { Authorization: 'Bearer tok-bot' }))
    expect(alone.status).toBe(401)
    await (
      await fetch(
        `${url}/api/v1/query`,
        post({ sql: 's' }, { Authorization: 'Bearer tok-bot', 'Meshwright-On-Behalf-Of': 'tok-ana' }),
      )
    ).text()
    expect(asked[0]?.principal).toMatchObject({ id: 'bot', onBehalfOf: { id: 'ana@x' } })
  })

  test('the statement is told when its client is gone', async () => {
    let signal: AbortSignal | undefined
    const { url } = await opened({
      answer: request => {
        signal = request.signal
        return {
          body: (async function* () {
            for (;;) yield await new Promise<Uint8Array>(r => setTimeout(() => r(Buffer.alloc(70_000)), 5))
          })(),
        }
      },
    })
    const controller = new AbortController()
    const response = await fetch(`${url}/api/v1/query`, { ...post({ sql: 's' }), signal: controller.signal })
    await response.body!.getReader().read()
    controller.abort()
    await new Promise<void>(resolve => signal!.addEventListener('abort', () => resolve()))
  })
})

describe('uploads', () => {
  const file = Buffer.from('a,b\n1,2\n')
  const put = (url: string, digest: string, body: Buffer, headers: Record<string, string> = ana) =>
    fetch(`${url}/api/v1/uploads/${digest}`, { method: 'PUT', headers, body })

  test('are stored under their digest, twice is once', async () => {
    const { url, stored } = await opened()
    for (let i = 0; i < 2; i++) {
      expect(await (await put(url, digestOf(file), file)).json()).toEqual({ digest: digestOf(file), sizeBytes: 8 })
    }
    expect([...stored.keys()]).toEqual([digestOf(file)])
  })

  test.each([
    ['of another digest', digestOf('x'), file, ana, 400, 'request.invalid'],
    ['of no digest', 'x', file, ana, 400, 'request.invalid'],
    ['too large', digestOf(file), Buffer.alloc(101), ana, 413, 'request.too-large'],
    ['of nobody', digestOf(file), file, {}, 401, 'auth.required'],
  ])('%s are refused and not kept', async (_what, digest, body, headers, status, code) => {
    const { url, stored } = await opened({ limits: { uploadBytesMax: 100 } })
    const response = await put(url, digest, body, headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
    expect(stored.size).toBe(0)
  })
})

describe('pages', () => {
  test('need signing in, and keep no token in the cookie', async () => {
    const { url } = await opened()
    const first = await fetch(`${url}/p/sales/orders`)
    expect(first.status).toBe(401)
    expect(await first.text()).toContain('name="to" value="/p/sales/orders"')
    expect(first.headers.get('content-security-policy')).toContain("default-src 'none'")
    const form = new URLSearchParams({ token: 'tok-ana', to: '/' })
    const signed = await fetch(`${url}/signin`, {
      method: 'POST',
      headers: { Origin: url },
      body: form,
      redirect: 'manual',
    })
    expect([signed.status, signed.headers.get('location')]).toEqual([303, '/'])
    const cookie = signed.headers.get('set-cookie')!
    expect(cookie).toMatch(/^meshwright_session=ses_[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
    expect(cookie).not.toContain('tok-ana')
    const session = { Cookie: cookie.split(';')[0]! }
    const page = await fetch(`${url}/`, { headers: session })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('ana@x')
    // The cookie opens pages and nothing else.
    expect((await fetch(`${url}/api/v1/mesh`, { headers: session })).status).toBe(401)
    expect((await fetch(`${url}/api/v1/query`, post({ sql: 's' }, session))).status).toBe(401)
    await fetch(`${url}/signout`, { method: 'POST', headers: { ...session, Origin: url }, redirect: 'manual' })
    expect((await fetch(`${url}/`, { headers: session })).status).toBe(401)
  })

  test.each([[{}], [{ Origin: 'https://evil.example' }], [{ Origin: 'null' }]])(
    'a form of another site is refused: %j',
    async headers => {
      const { url } = await opened()
      const form = new URLSearchParams({ token: 'tok-ana', to: '/' })
      const response = await fetch(`${url}/signin`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: form,
        redirect: 'manual',
      })
      expect([response.status, response.headers.get('set-cookie')]).toEqual([400, null])
    },
  )

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:x'])(
    '%s is no place to go back to',
    async to => {
      const { url } = await opened()
      const form = new URLSearchParams({ token: 'tok-ana', to })
      const response = await fetch(`${url}/signin`, {
        method: 'POST',
        headers: { Origin: url },
        body: form,
        redirect: 'manual',
      })
      expect(response.headers.get('location')).toBe('/')
    },
  )
})

describe('health', () => {
  test('lives, serves, and counts without names', async () => {
    const { url } = await opened()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await fetch(`${url}/api/v1/products/sales.secret`, { headers: ana })
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('meshwright_http_request_seconds_count{route="/api/v1/products/{id}",status="404"} 1')
    expect(text).not.toContain('sales.secret')
  })

  test('draining refuses what is new and lets what is under way end', async () => {
    let finish: () => void = () => {}
    const finishing = new Promise<void>(resolve => (finish = resolve))
    const { url, door } = await opened({
      answer: () => ({
        body: (async function* () {
          await finishing
          yield Buffer.from('[7]')
        })(),
      }),
    })
    const underWay = fetch(`${url}/api/v1/query`, post({ sql: 's' }))
    await new Promise(resolve => setTimeout(resolve, 50))
    const closed = door.close(5000)
    await expect(fetch(`${url}/api/v1/mesh`, { headers: ana })).rejects.toThrow()
    finish()
    expect(await (await underWay).json()).toMatchObject({ rows: [[7]] })
    await closed
  })
})
