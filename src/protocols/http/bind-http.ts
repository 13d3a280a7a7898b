import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { MeshError } from '../../base/index.ts'
import { drain } from './drain.ts'
import { doorOf, type HttpDoor } from './http-door.ts'
import { listening } from './listening.ts'
import { isLoopback } from './loopback.ts'
import { problemAnswer } from './problem.ts'
import { refuseBytes } from './refuse-bytes.ts'
import type { HttpWorld } from './world.ts'

export interface HttpPlace {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly certificate: string }
}

/** A place that is ours, before there is anything to serve: until then every request is told that the server starts. */
export interface BoundHttp {
  readonly port: number
  serve(world: HttpWorld): HttpDoor
  /** Gives the place up again; after `serve` the door closes it. */
  release(): Promise<void>
}

/** Takes the place; resolves when clients can connect, and throws `usage.invalid` where another program has it. */
export async function bindHttp(place: HttpPlace): Promise<BoundHttp> {
  let answer = starting
  const options = { highWaterMark: 262_144, keepAliveTimeout: 30_000, headersTimeout: 20_000 }
  const listener = (request: IncomingMessage, response: ServerResponse) => answer(request, response)
  const server =
    place.tls === undefined
      ? createServer(options, listener)
      : createTlsServer({ ...options, key: place.tls.key, cert: place.tls.certificate }, listener)
  server.on('clientError', refuseBytes)
  await listening(server, place)
  const { port } = server.address() as AddressInfo
  return {
    port,
    serve(world) {
      const door = doorOf(world, isLoopback(place.host))
      answer = door.serve
      return { port, close: graceMs => drain(server, door, graceMs) }
    },
    release: () => drain(server, { underWay: () => 0, stopAccepting: () => undefined }, 0),
  }
}

/** Takes the place and serves at once. */
export async function openHttp(place: HttpPlace, world: HttpWorld): Promise<HttpDoor> {
  return (await bindHttp(place)).serve(world)
}

function starting(request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false
  if (request.url === '/healthz') {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=UTF-8' }).end('alive\n')
    return
  }
  const { status, headers, body } = problemAnswer(
    new MeshError('busy.starting', 'The server is starting.'),
    () => undefined,
  )
  response.writeHead(status, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }).end(body)
}
