import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { limits as systemLimits, MeshError } from '../../base/index.ts'
import { canonicalPath } from './canonical-path.ts'
import { requireKnownHost } from './loopback.ts'
import { openMetrics, type Metrics } from './metrics.ts'
import { operationsApp } from './operations-app.ts'
import { addPages } from './pages/add-pages.ts'
import { endWhenSent } from './linger.ts'
import { problemAnswer } from './problem.ts'
import { answerQuery, credentialsOf } from './query-door.ts'
import { callerOf } from './sign-in.ts'
import { takeUpload, type UploadBudget } from './upload-door.ts'
import type { HttpLimits, HttpWorld } from './world.ts'

export interface HttpDoor {
  readonly port: number
  /** Takes nothing new, lets what is under way end within `graceMs`, then cuts it. */
  close(graceMs: number): Promise<void>
}

/** What answers the requests of one server. */
export interface Door {
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void
  readonly underWay: () => number
  readonly stopAccepting: () => void
}

const defaultLimits: HttpLimits = {
  requestBytesMax: systemLimits.requestBytesMax,
  uploadBytesMax: systemLimits.bundleBytesMax,
  uploadsBytesMax: 4 * systemLimits.bundleBytesMax,
  requestsMax: 1000,
  idleMs: 60_000,
}

export function doorOf(world: HttpWorld, loopback: boolean): Door {
  const limits = { ...defaultLimits, ...world.limits }
  const metrics = openMetrics(world.rooms)
  const app = operationsApp(world, limits, metrics, loopback)
  addPages(app, world)
  const viaApp = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    hostname: 'localhost',
    errorHandler: thrown => {
      const { status, headers, body } = problemAnswer(malformed(thrown), world.log)
      return new Response(body, { status, headers })
    },
  })
  const uploads: UploadBudget = { bytes: 0 }
  let draining = false
  let underWay = 0

  async function answer(request: IncomingMessage, response: ServerResponse, gone: AbortController): Promise<void> {
    if (loopback) requireKnownHost(request.headers.host, world.rooms.url())
    const path = canonicalPath(request.url ?? '')
    if (draining && path !== '/healthz' && path !== '/readyz') {
      response.shouldKeepAlive = false
      throw new MeshError('busy.draining', 'The server is shutting down.')
    }
    if (underWay > limits.requestsMax && path !== '/healthz') {
      throw new MeshError('busy.queue', `More than ${limits.requestsMax} requests are under way.`)
    }
    if (path === undefined) {
      callerOf(world.authenticate, credentialsOf(request))
      throw new MeshError('thing.not-found', 'The address is not written in its one plain form.')
    }
    if (path === '/api/v1/query' && request.method === 'POST') {
      return metered(metrics, path, response, () => answerQuery(world, limits, request, response, gone))
    }
    if (path.startsWith(uploadPrefix) && request.method === 'PUT') {
      const digest = path.slice(uploadPrefix.length)
      return metered(metrics, '/api/v1/uploads/{digest}', response, () =>
        takeUpload(world, limits, uploads, digest, request, response),
      )
    }
    await viaApp(request, response)
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    underWay++
    metrics.underWay(1)
    const gone = new AbortController()
    response.on('close', () => {
      underWay--
      metrics.underWay(-1)
      if (!response.writableFinished) gone.abort()
    })
    answer(request, response, gone).catch((thrown: unknown) => refuse(world, request, response, thrown))
  }

  return {
    serve,
    underWay: () => underWay,
    stopAccepting: () => {
      draining = true
    },
  }
}

const uploadPrefix = '/api/v1/uploads/'

async function metered(metrics: Metrics, route: string, response: ServerResponse, work: () => Promise<void>) {
  const start = performance.now()
  response.once('close', () => metrics.observe(route, response.statusCode, (performance.now() - start) / 1000))
  await work()
}

/** What the adapter could not make a request of: a broken Host header, say. */
const malformed = (thrown: unknown): unknown =>
  thrown instanceof Error && thrown.name === 'RequestError'
    ? new MeshError('request.invalid', 'The request is not well-formed HTTP.', { cause: thrown })
    : thrown

function refuse(world: HttpWorld, request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { status, headers, body } = problemAnswer(thrown, world.log)
  // What is still arriving of a refused body would be read as the next request.
  if (!request.complete) response.shouldKeepAlive = false
  response.writeHead(status, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) })
  if (request.complete || request.destroyed) {
    response.end(body)
    return
  }
  response.write(body)
  endWhenSent(request, response)
}
