import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf } from '../base/index.ts'
import type { Finding } from '../operations/index.ts'
import { readConfig } from './configuration.ts'
import { layoutOf, type Home } from './home.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What can be said of a home without opening anything in it, so beside a running server too. */
export async function examineHome(path: string, env: Env): Promise<readonly Finding[]> {
  const home = layoutOf(path)
  return [nodeFinding(), homeFinding(home), diskFinding(home), configFinding(home, env), secretsFinding(home)]
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > 20 || (major === 20 && minor >= 19)
  return {
    name: 'node',
    ok,
    detail: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    ...(ok ? {} : { fix: 'Install Node 20.19 or newer.' }),
  }
}

function homeFinding({ path, ledger }: Home): Finding {
  const name = 'home'
  if (!existsSync(path)) return { name, ok: true, detail: `${path} does not exist yet; the first start makes it.` }
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (thrown) {
    return {
      name,
      ok: false,
      detail: `${path} cannot be written: ${messageOf(thrown)}.`,
      fix: 'Give it to the user who runs the server.',
    }
  }
  return { name, ok: true, detail: `${path} ${existsSync(ledger) ? 'holds a mesh' : 'is empty'}` }
}

const freeMbMin = 1024

function diskFinding({ path }: Home): Finding {
  let folder = path
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  const freeMb = Math.floor((bavail * bsize) / 1_048_576)
  const ok = freeMb >= freeMbMin
  return {
    name: 'disk',
    ok,
    detail: `${freeMb} MB are free`,
    ...(ok ? {} : { fix: `Free some space: below ${freeMbMin} MB builds may fail.` }),
  }
}

function configFinding({ path }: Home, env: Env): Finding {
  try {
    readConfig(path, env)
    return { name: 'configuration', ok: true, detail: 'reads without a problem' }
  } catch (thrown) {
    return { name: 'configuration', ok: false, detail: messageOf(thrown), fix: 'Mend meshwright.yaml.' }
  }
}

function secretsFinding({ secrets }: Home): Finding {
  const name = 'secrets'
  if (!existsSync(secrets)) return { name, ok: true, detail: 'none yet' }
  const ok = process.platform === 'win32' || (statSync(secrets).mode & 0o077) === 0
  return {
    name,
    ok,
    detail: ok ? 'readable by the server’s user only' : `${secrets} can be read by others.`,
    ...(ok ? {} : { fix: `Run: chmod -R go-rwx ${secrets}` }),
  }
}
