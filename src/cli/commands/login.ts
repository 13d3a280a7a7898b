import { MeshError } from '../../base/index.ts'
import { openApi } from '../api.ts'
import { textOf, type Action, type Cli } from '../command.ts'
import { currentLogin, forgetLogin, isAddress, storedLogin, storeLogin } from '../login-store.ts'

export const login: Action = async (given, cli) => {
  const { effects, output } = cli
  const url = addressOf(textOf(given, 'server') ?? (await currentLogin(effects)).url)
  const token = await tokenFrom(textOf(given, 'token'), cli)
  const me = await openApi({ url, token }, effects).call('whoami', {})
  await storeLogin(effects, { url, token })
  await output.answer({ url, id: me.id }, () => `Signed in at ${url} as ${me.id}.`)
  return 0
}

export const logout: Action = async (_given, { effects, output }) => {
  const stored = await storedLogin(effects)
  await forgetLogin(effects)
  await output.answer({ url: stored?.url ?? null }, () =>
    stored === undefined ? 'No login was stored.' : `Forgot the login at ${stored.url}.`,
  )
  return 0
}

function addressOf(text: string): string {
  if (isAddress(text)) return text
  throw new MeshError('usage.invalid', `${text} is not the address of a server.`, {
    fix: 'Write it as: meshwright login --server https://mesh.example.com',
  })
}

async function tokenFrom(given: string | undefined, { effects, output }: Cli): Promise<string> {
  if (given !== undefined && given !== '-') return given
  if (given === undefined && effects.stdin.isTty && effects.stderr.isTty && !output.json) return asked()
  if (given === undefined && effects.env['MESHWRIGHT_TOKEN'] !== undefined) return effects.env['MESHWRIGHT_TOKEN']
  const token = (await effects.stdin.text()).trim()
  if (token !== '') return token
  throw new MeshError('usage.invalid', 'There is no token to sign in with.', {
    fix: 'Give it on standard input: meshwright login --token - < token.txt',
  })
}

async function asked(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const token = await password({
    message: 'Token',
    validate: t => (t === undefined || t === '' ? 'Paste a token.' : undefined),
  })
  if (isCancel(token)) throw new MeshError('usage.invalid', 'Nothing was changed.')
  return token
}
