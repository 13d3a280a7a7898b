import { resolve } from 'node:path'
import { MeshError, messageOf } from '../../base/index.ts'
import { textOf, isOn, type Action, type Cli } from '../command.ts'
import { homeOf } from '../effects.ts'
import { storedLogin, storeLogin } from '../login-store.ts'
import { shellWord } from '../shell-quoted.ts'
import { tourText } from '../tour-text.ts'
import { optionalNumber } from '../number-of.ts'

export const up: Action = async (given, cli) => {
  const { effects, output } = cli
  const { loadDemo, startServer } = await import('../../server/index.ts')
  const home = resolve(effects.cwd, homeOf(textOf(given, 'home'), effects))
  const server = await startServer({
    home,
    env: effects.env,
    newToken: isOn(given, 'new-token'),
    quiet: !output.json && (effects.stderr.isTty || isOn(given, 'demo')),
    ...portOf(textOf(given, 'port')),
  }).catch(thrown => {
    throw withVerify(thrown, home)
  })
  // A mistake of ours ends what it happened in, not the server.
  process.on('unhandledRejection', thrown =>
    server.log('error', 'something failed that nobody waited for', { err: thrown }),
  )
  const ended = effects.ended()
  if (server.token !== undefined) await rememberLogin(server.url, server.token, cli)
  const isStranger = server.token === undefined && (await tokenFor(server.url, effects)) === undefined
  const { url, token, doors } = server
  const document = { url, ...(token === undefined ? {} : { token }), home, doors }
  await output.answer(document, () =>
    [
      `Meshwright serves ${home} at ${url}`,
      ...(token === undefined
        ? []
        : [`You are its platform engineer, ${server.platformEngineer}. Your token, shown this once:`, `  ${token}`]),
      ...(isStranger ? nobodySignedIn(server.platformEngineer, home, textOf(given, 'port')) : []),
      ...(isOn(given, 'demo') ? [] : ['Make a first product:', '  meshwright new product DOMAIN/NAME --from FILE']),
    ].join('\n'),
  )
  const loading = isOn(given, 'demo') ? demo(server, loadDemo, cli) : undefined
  await ended
  if (!output.json) await output.note('Shutting down.')
  await server.stop()
  await loading
  return 0
}

/** What commands would send to this server from here; a login that cannot be read is none. */
const tokenFor = async (url: string, effects: Cli['effects']): Promise<string | undefined> => {
  const own = effects.env['MESHWRIGHT_TOKEN']
  if (own !== undefined && own !== '') return own
  const stored = await storedLogin(effects).catch(() => undefined)
  return stored?.url === url ? stored.token : undefined
}

const nobodySignedIn = (engineer: string, home: string, port: string | undefined): readonly string[] => [
  `Nobody is signed in from here. If you are its platform engineer, ${engineer}, and have no token any more, stop it and start it with a new one:`,
  `  meshwright up --new-token --home ${shellWord(home)}${port === undefined ? '' : ` --port ${port}`}`,
]

function portOf(text: string | undefined): { readonly port?: number } {
  const given = optionalNumber('port', text)
  if ((given.port ?? 0) <= 65_535) return given
  throw new MeshError('usage.invalid', `--port takes a number from 0 to 65535, and ${text} is none.`)
}

/** What a server refuses to open is looked into without one. */
function withVerify(thrown: unknown, home: string): unknown {
  if (!(thrown instanceof MeshError) || (thrown.code !== 'ledger.damaged' && thrown.code !== 'storage.damaged'))
    return thrown
  return new MeshError(thrown.code, thrown.message, {
    ...thrown.details,
    fix: `Restore the home from a backup. Everything that is wrong is listed by: meshwright audit verify --home ${shellWord(home)}`,
  })
}

type Server = typeof import('../../server/index.ts')

/** The sample mesh loads while the server serves; a failure of it is told and leaves the server up. */
async function demo(
  server: Awaited<ReturnType<Server['startServer']>>,
  loadDemo: Server['loadDemo'],
  { output }: Cli,
): Promise<void> {
  const progress = output.progress()
  try {
    await loadDemo(server, now => {
      server.setDemo(now)
      if (now.step !== undefined) progress.step(`sample mesh, ${now.done} of ${now.of}: ${now.step}`)
    })
    progress.done('The sample mesh is loaded.')
    if (!output.json) await output.note(tourText(server.url))
  } catch (thrown) {
    if (!server.serving()) return // it was stopped meanwhile, and goes on at the next start
    server.demoFailed(thrown)
    progress.failed(`The sample mesh could not be loaded: ${messageOf(thrown)}`)
  }
}

/** For the person who started it, unless there is a login already; one for this very address is of a home that is gone. */
async function rememberLogin(url: string, token: string, { effects, output }: Cli): Promise<void> {
  const stored = await storedLogin(effects).catch(() => undefined)
  if (stored === undefined || stored.url === url) {
    await storeLogin(effects, { url, token }).catch(thrown =>
      // The token is shown below: it must not be lost with the file that was to keep it.
      output.note(`The login cannot be stored (${messageOf(thrown)}); set MESHWRIGHT_TOKEN to the token instead.`),
    )
  } else if (!output.json) {
    await output.note(
      `You are signed in at ${stored.url}; to use this server: meshwright login --server ${url} --token -`,
    )
  }
}
