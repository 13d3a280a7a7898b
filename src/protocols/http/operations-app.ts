import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { openApi, operations, type Operation, type OperationId } from '../../api/index.ts'
import { MeshError, toJson } from '../../base/index.ts'
import { handlers, type Caller, type Rooms } from '../../operations/index.ts'
import { checked } from './checked.ts'
import { namesLoopback } from './loopback.ts'
import type { Metrics } from './metrics.ts'
import { fixedHeaders, problemAnswer } from './problem.ts'
import { credentialsOf } from './query-door.ts'
import { readJson } from './read-body.ts'
import { allowedMethods } from './allowed-methods.ts'
import { callerOf, requirePerson } from './sign-in.ts'
import type { HttpLimits, HttpWorld } from './world.ts'

export type App = Hono<{ Bindings: HttpBindings; Variables: { route?: string } }>
export type AppContext = Context<{ Bindings: HttpBindings; Variables: { route?: string } }>

/** Every operation of the table under its path, and what watches over the server: health, metrics, the API's description. */
export function operationsApp(world: HttpWorld, limits: HttpLimits, metrics: Metrics, loopback: boolean): App {
  const app: App = new Hono()
  app.use(async (c, next) => {
    const start = performance.now()
    await next()
    for (const [name, value] of Object.entries(fixedHeaders)) if (!c.res.headers.has(name)) c.header(name, value)
    metrics.observe(c.get('route') ?? 'other', c.res.status, (performance.now() - start) / 1000)
  })
  for (const [id, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    app.on(operation.method.toUpperCase(), operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async c => {
      c.set('route', operation.path)
      return json(await perform(world, limits, id, operation, c))
    })
  }
  app.get('/healthz', c => c.text('alive\n'))
  app.get('/readyz', c => {
    if (!world.ready()) return c.text('not ready\n', 503)
    const trouble = world.trouble?.()
    return trouble === undefined ? c.text('ready\n') : notReady(trouble, world)
  })
  app.get('/metrics', async c => {
    const { incoming } = c.env
    if (!loopback || !namesLoopback(incoming.headers.host)) callerOf(world.authenticate, credentialsOf(incoming))
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType })
  })
  let description: string | undefined
  app.get('/api/openapi.json', () => json((description ??= toJson(openApi(world.rooms.version)))))
  app.onError(thrown => {
    const { status, headers, body } = problemAnswer(thrown, world.log)
    return new Response(body, { status, headers })
  })
  app.notFound(c => nothingHere(world, c))
  return app
}

/** Whoever asks whether the server is ready understands one status. */
function notReady(trouble: MeshError, { log }: HttpWorld): Response {
  const { headers, body } = problemAnswer(trouble, log)
  return new Response(toJson({ ...(JSON.parse(body) as object), status: 503 }), { status: 503, headers })
}

const json = (body: string) => new Response(body, { headers: { ...fixedHeaders, 'Content-Type': 'application/json' } })

async function perform(
  world: HttpWorld,
  limits: HttpLimits,
  id: OperationId,
  operation: Operation,
  c: AppContext,
): Promise<string> {
  const { incoming } = c.env
  const caller =
    operation.for === 'anyone' ? nobody : callerOf(world.authenticate, credentialsOf(incoming), c.req.raw.signal)
  if (operation.method !== 'get') requirePerson(caller)
  const input = {
    ...(operation.params === undefined ? {} : checked(operation.params, c.req.param(), 'path')),
    ...(operation.query === undefined ? {} : checked(operation.query, c.req.query(), 'query')),
    ...(operation.body === undefined
      ? {}
      : checked(operation.body, await readJson(incoming, limits.requestBytesMax), 'body')),
  }
  return toJson(await (handlers[id] as AnyHandler)(world.rooms, input, caller))
}

/** The table pairs each operation with the handler of its own input; over all of them that is one loose type. */
type AnyHandler = (rooms: Rooms, input: unknown, caller: Caller) => unknown

const nobody: Caller = {
  principal: { id: 'anybody', kind: 'person', teams: [], roles: {}, attributes: {} },
  door: 'http',
}

/** Under `/api` only who is signed in learns what exists. */
export function nothingHere(world: HttpWorld, c: AppContext): Response {
  const { path, method } = c.req
  if (path.startsWith('/api/')) callerOf(world.authenticate, credentialsOf(c.env.incoming))
  const allowed = allowedMethods(path)
  if (allowed.length === 0) {
    throw new MeshError('thing.not-found', 'There is nothing at this address.', {
      fix: 'See the API description at /api/openapi.json.',
    })
  }
  const allow = { ...fixedHeaders, Allow: allowed.join(', ') }
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
  const refusal = new MeshError('request.method', `This address does not know the method ${method}.`, {
    fix: `Use one of ${allowed.join(', ')}.`,
  })
  const { headers, body, status } = problemAnswer(refusal, world.log)
  return new Response(body, { status, headers: { ...headers, ...allow } })
}
