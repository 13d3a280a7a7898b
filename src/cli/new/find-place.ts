import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MeshError, limits } from '../../base/index.ts'
import { plainName } from '../../scaffold/index.ts'
import { readWorkspace, withoutSurroundings } from '../../spec/index.ts'
import { optional } from '../number-of.ts'

/** Where the documents of a domain lie, or will lie. */
export interface Place {
  readonly domain: string
  /** Absolute. */
  readonly folder: string
  /** The `domain.yaml` that is there. */
  readonly written?: DomainThere
}

export interface DomainThere {
  readonly folder: string
  readonly id: string
  readonly channel?: string
}

const levelsUp = 8

/** The domain that a folder lies in, or the one of this name in or below it, or a new folder of its name. */
export async function findPlace(cwd: string, domain: string | undefined): Promise<Place> {
  const around = await domainAround(cwd)
  if (around !== undefined && (domain ?? around.id) === around.id)
    return { domain: around.id, folder: around.folder, written: around }
  if (domain === undefined) {
    throw new MeshError('usage.invalid', 'This folder lies in no domain, and the name says none.', {
      fix: 'Write it as: meshwright new product DOMAIN/NAME --from FILE',
    })
  }
  const top = around === undefined ? cwd : await meshAround(around.folder)
  if (top === undefined) {
    throw new MeshError('usage.invalid', `This folder belongs to the domain ${around!.id}, not to ${domain}.`, {
      fix: `Name it ${around!.id}/…, or go to the folder that holds the domains.`,
    })
  }
  const below = (await domainsBelow(top)).find(({ id }) => id === domain)
  if (below === undefined) refuseName('domain', domain)
  return below === undefined ? { domain, folder: join(top, domain) } : { domain, folder: below.folder, written: below }
}

export function refuseName(what: 'mesh' | 'domain' | 'product', name: string): void {
  if (what === 'mesh' ? limits.namePattern.test(name) : plainName(name) === name) return
  const plain = plainName(name)
  const why = limits.namePattern.test(name) && what !== 'mesh' ? ': statements would have to put it in quotes' : ''
  throw new MeshError('usage.invalid', `${JSON.stringify(name)} cannot be the name of a ${what}${why}.`, {
    fix:
      plain === undefined
        ? 'Use small letters, digits and _, starting with a letter: at most 100.'
        : `Call it ${plain}.`,
  })
}

/** The nearest `domain.yaml` at or above a folder, and not beyond the repository. */
async function domainAround(folder: string): Promise<DomainThere | undefined> {
  for (const at of await upward(folder)) {
    const found = await domainIn(at)
    if (found !== undefined) return found
  }
  return undefined
}

async function meshAround(folder: string): Promise<string | undefined> {
  for (const at of await upward(folder)) if (await readable(join(at, 'mesh.yaml'))) return at
  return undefined
}

/** The text of the nearest `mesh.yaml` at or above a folder. */
export async function meshTextAround(folder: string): Promise<string | undefined> {
  const top = await meshAround(folder)
  return top === undefined ? undefined : readable(join(top, 'mesh.yaml'))
}

async function upward(folder: string): Promise<readonly string[]> {
  const all = [folder]
  for (let at = folder; all.length <= levelsUp && dirname(at) !== at && !(await hasGit(at));) {
    at = dirname(at)
    all.push(at)
  }
  return all
}

/** Two levels are looked through: `shop/domain.yaml`, `domains/shop/domain.yaml`. */
async function domainsBelow(top: string): Promise<readonly DomainThere[]> {
  const first = await foldersIn(top)
  const second = (await Promise.all(first.map(foldersIn))).flat()
  const found = await Promise.all([...first, ...second].map(domainIn))
  return found.filter(domain => domain !== undefined)
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []) // one that may not be read holds nothing for us
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(entry => join(folder, entry.name))
}

async function domainIn(folder: string): Promise<DomainThere | undefined> {
  const text = await readable(join(folder, 'domain.yaml'))
  if (text === undefined) return undefined
  const [domain] = readWorkspace([{ path: 'domain.yaml', text }], [], withoutSurroundings).domains
  if (domain === undefined) {
    throw new MeshError(
      'document.invalid',
      `${join(folder, 'domain.yaml')} has errors, so nothing can be added to it.`,
      {
        fix: `Mend it first; see what is wrong with: meshwright check ${folder}`,
      },
    )
  }
  return { folder, id: domain.id, ...optional('channel', domain.contact?.channel) }
}

const readable = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)
const hasGit = async (folder: string): Promise<boolean> =>
  (await stat(join(folder, '.git')).catch(() => undefined)) !== undefined
