import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshError } from '../base/index.ts'
import { configFolder, type Effects } from './effects.ts'
import { whyNot } from './file-trouble.ts'

export interface Login {
  readonly url: string
  readonly token?: string
}

type World = Pick<Effects, 'env' | 'userHome'>
const fileOf = (world: World) => join(configFolder(world), 'login.json')
const defaultUrl = 'http://127.0.0.1:7400'

/** `MESHWRIGHT_URL` and `MESHWRIGHT_TOKEN`, then what `login` stored. A stored token is never sent to another address. */
export async function currentLogin(world: World): Promise<Login> {
  const stored = await storedLogin(world)
  const fromEnv = world.env['MESHWRIGHT_URL']
  if (fromEnv !== undefined && !isAddress(fromEnv)) {
    throw new MeshError('usage.invalid', `MESHWRIGHT_URL is ${fromEnv}, which is not the address of a server.`, {
      fix: `Write it as: export MESHWRIGHT_URL=${defaultUrl}`,
    })
  }
  const url = fromEnv ?? stored?.url ?? defaultUrl
  const token = world.env['MESHWRIGHT_TOKEN'] ?? (stored?.url === trimmed(url) ? stored.token : undefined)
  return { url: trimmed(url), ...(token === undefined || token === '' ? {} : { token }) }
}

export async function storedLogin(world: World): Promise<Login | undefined> {
  let text: string
  try {
    text = await readFile(fileOf(world), 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MeshError('usage.invalid', `${fileOf(world)} cannot be opened: ${whyNot(thrown)}.`, {
      cause: thrown,
      fix: 'Mend it, or name another folder with MESHWRIGHT_CONFIG.',
    })
  }
  const value = parsed(text)
  if (typeof value?.url === 'string' && typeof value.token === 'string') return { url: value.url, token: value.token }
  throw new MeshError('usage.invalid', `The stored login in ${fileOf(world)} cannot be read.`, {
    fix: 'Sign in again: meshwright login',
  })
}

/** Readable by its owner only, and replaced whole. */
export async function storeLogin(world: World, login: Required<Login>): Promise<void> {
  await mkdir(configFolder(world), { recursive: true, mode: 0o700 })
  const next = `${fileOf(world)}.${process.pid}`
  await writeFile(next, `${JSON.stringify({ url: trimmed(login.url), token: login.token })}\n`, { mode: 0o600 })
  await chmod(next, 0o600)
  await rename(next, fileOf(world))
}

export const forgetLogin = (world: World): Promise<void> => rm(fileOf(world), { force: true })

function parsed(text: string): { url?: unknown; token?: unknown } | undefined {
  try {
    return JSON.parse(text) as { url?: unknown; token?: unknown }
  } catch {
    return undefined // not JSON: reported as a login that cannot be read
  }
}

/** An address that a server can be asked at. */
export const isAddress = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

const trimmed = (url: string) => url.replace(/\/+$/, '')
