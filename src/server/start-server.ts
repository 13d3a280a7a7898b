import { existsSync, readFileSync } from 'node:fs'
import { hostname as machineName, userInfo } from 'node:os'
import { rm, mkdir } from 'node:fs/promises'
import { lockHome } from '../adapters/sqlite/index.ts'
import { MeshError, messageOf, systemClock, type Clock } from '../base/index.ts'
import { principalOf } from '../mesh/index.ts'
import type { DemoProgress, Rooms } from '../operations/index.ts'
import type { Workshop } from '../runs/index.ts'
import { bindHttp, type HttpLog } from '../protocols/http/index.ts'
import { compose } from './compose.ts'
import { readConfig } from './configuration.ts'
import { noDemo } from './demo-state.ts'
import { layoutOf, makeHome } from './home.ts'
import { openLog } from './log.ts'
import { maskKeyOf } from './mask-key.ts'
import { recordQueries } from './record-queries.ts'
import type { Config } from './settings.ts'

export interface ServerOptions {
  /** Absolute path of the home; made where it does not exist. */
  readonly home: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Goes before configuration and environment. */
  readonly port?: number
  /** Makes another token for the platform engineer: for whoever lost the first and can reach the home's files. */
  readonly newToken?: boolean
  /** A person looks on: only warnings and errors are logged, unless the configuration says what is. */
  readonly quiet?: boolean
  readonly log?: HttpLog
  readonly clock?: Clock
}

export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string
  readonly home: string
  /** The platform engineer's; at the first start, or where another was asked for. */
  readonly token?: string
  readonly platformEngineer: string
  readonly doors: { readonly http: string }
  /** What the operations work on: the demo loader and tests call them without HTTP. */
  readonly rooms: Rooms
  /** Engine processes for SQL of ours. */
  readonly workshop: Workshop
  readonly log: HttpLog
  /** False from the moment in which it was asked to stop. */
  serving(): boolean
  setDemo(progress: DemoProgress): void
  demoFailed(thrown: unknown): void
  /** Takes nothing new, lets what is under way end, and closes everything. */
  stop(): Promise<void>
}

/** Opens a home and serves it; resolves when it does. A failure half-way closes what was opened. */
export async function startServer({
  home: path,
  env = process.env,
  port,
  newToken = false,
  quiet = false,
  log,
  clock = systemClock,
}: ServerOptions): Promise<RunningServer> {
  const config = readConfig(path, env, port === undefined ? {} : { port }, quiet ? { logLevel: 'warn' } : {})
  const closing: (() => unknown)[] = []
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const lock = () => {
    const held = lockHome(path)
    closing.push(() => held.release())
  }
  try {
    // A server that runs already is told as such, not as a port that is taken.
    const isThere = existsSync(layoutOf(path).ledger)
    if (isThere) lock()
    // Before anything is made: a start that fails for its place leaves no home behind, and no token that nobody saw.
    const bound = await bindHttp(placeOf(config))
    let serving = false
    closing.push(() => (serving ? undefined : bound.release()))
    const home = makeHome(path)
    if (!isThere) lock()
    await rm(home.scratch, { recursive: true, force: true })
    await mkdir(home.scratch, { mode: 0o700 })
    const say = log ?? openLog(config)
    let demo: DemoProgress = noDemo
    let url = ''
    const { rooms, workshop, authenticate, trouble, queryHead, close } = await compose({
      home,
      config,
      env,
      clock,
      maskKey: maskKeyOf(home, env),
      url: () => url,
      version,
      demo: () => demo,
    })
    closing.push(close)
    await rooms.runs.recover()
    url = config.publicUrl === '' ? addressOf(config, bound.port) : config.publicUrl
    const token = await firstToken(rooms, config, newToken)
    let ready = true
    const door = bound.serve({
      rooms,
      authenticate,
      ready: () => ready,
      trouble,
      log: say,
      limits: { idleMs: config.clientIdleS * 1000 },
    })
    serving = true
    closing.push(() => door.close(config.drainS * 1000))
    closing.push(recordQueries(rooms.control, queryHead, say))
    say('info', 'serving', { url, home: path })
    return {
      url,
      home: path,
      ...(token === undefined ? {} : { token }),
      platformEngineer: rooms.control.state().platformEngineers[0] ?? engineerOf(config),
      doors: { http: url },
      rooms,
      workshop,
      log: say,
      serving: () => ready,
      setDemo(progress) {
        demo = progress
      },
      demoFailed(thrown) {
        say('error', 'the sample mesh could not be loaded', { err: thrown })
        demo = { ...demo, state: 'failed', problem: messageOf(thrown) }
      },
      async stop() {
        ready = false
        // What closes may wait for handles that do not keep the process alive, idle workers for instance.
        const alive = setInterval(() => {}, 1000)
        await closeAll().finally(() => clearInterval(alive))
        say('info', 'stopped', {})
      },
    }
  } catch (thrown) {
    await closeAll()
    throw thrown
  }
}

const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/**
 * The first start makes somebody answer for the installation; the token is shown once and kept nowhere. A home that has
 * no token at all was left by a start that ended too early.
 */
async function firstToken({ control }: Rooms, config: Config, another: boolean): Promise<string | undefined> {
  const isNew = !control.state().founded
  if (!isNew && !another && control.state().tokens.size > 0) return undefined
  const engineer = control.state().platformEngineers[0] ?? engineerOf(config)
  const actor = () => principalOf(control.state(), engineer)
  if (isNew) await control.execute({ kind: 'found', platformEngineer: engineer }, actor())
  const { result } = await control.execute({ kind: 'create-token', for: engineer }, actor())
  return (result as { readonly token: string }).token
}

function engineerOf({ platformEngineer }: Config): string {
  if (platformEngineer !== '') return platformEngineer
  const name = userName().replace(/[^\w.+-]/g, '-')
  return `${name === '' ? 'platform' : name}@localhost`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'platform' // a user without an entry, as in some containers
  }
}

function placeOf({ host, port, tlsKey, tlsCertificate }: Config) {
  if (tlsKey === '') return { host, port }
  try {
    return { host, port, tls: { key: readFileSync(tlsKey, 'utf8'), certificate: readFileSync(tlsCertificate, 'utf8') } }
  } catch (thrown) {
    throw new MeshError('usage.invalid', `The key or certificate for TLS cannot be read: ${messageOf(thrown)}.`, {
      cause: thrown,
      fix: 'Mend http.tls.key and http.tls.certificate.',
    })
  }
}

function addressOf({ host, tlsKey }: Config, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? machineName() : host.includes(':') ? `[${host}]` : host
  return `${tlsKey === '' ? 'http' : 'https'}://${name}:${port}`
}
