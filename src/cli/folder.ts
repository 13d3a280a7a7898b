import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { limits, MeshError, nearest } from '../base/index.ts'
import { isDocumentPath, type TextFile } from '../spec/index.ts'
import { whyNot } from './file-trouble.ts'

/** What lies in a folder that is checked or published: paths are relative to `base`, with `/`. */
export interface Folder {
  /** How messages name it. */
  readonly name: string
  readonly base: string
  readonly documents: readonly TextFile[]
  /** Data: read only where a build names it. */
  readonly data: readonly { readonly path: string; readonly sizeBytes: number }[]
  /** The `domain.yaml` that the folder lies under, where it holds none itself. */
  readonly domainAbove?: TextFile
  /** The `mesh.yaml` above it. */
  readonly meshAbove?: TextFile
}

const filesMax = 100_000
const levelsUp = 8

export async function readFolder(given: string, cwd: string): Promise<Folder> {
  const folder = resolve(cwd, given)
  if (!(await isFolder(folder))) {
    throw await noFolder(given, folder)
  }
  const above = await foldersAbove(folder)
  const hasOwn = (await isFile(join(folder, 'domain.yaml'))) || (await isFile(join(folder, 'mesh.yaml')))
  const domainFolder = hasOwn ? undefined : await holding(above, 'domain.yaml')
  const meshFolder = (await isFile(join(folder, 'mesh.yaml'))) ? undefined : await holding(above, 'mesh.yaml')
  const base = domainFolder ?? folder
  const paths = await filesBelow(folder)
  const documents: TextFile[] = []
  const data: { path: string; sizeBytes: number }[] = []
  for (const file of paths.sort()) {
    const path = relative(base, file).split(sep).join('/')
    if (isDocumentPath(path)) documents.push({ path, text: await readFile(file, 'utf8') })
    else data.push({ path, sizeBytes: (await sizeOf(file)) ?? 0 })
  }
  return {
    name: basename(folder),
    base,
    documents,
    data,
    ...(domainFolder === undefined ? {} : { domainAbove: await textFile(domainFolder, 'domain.yaml') }),
    ...(meshFolder === undefined ? {} : { meshAbove: await textFile(meshFolder, 'mesh.yaml') }),
  }
}

/** One file that is to be looked at by itself, in the folder that it lies in; undefined where the path names no file. */
export async function readAlone(
  given: string,
  cwd: string,
): Promise<{ readonly file: TextFile; readonly folder: Folder } | undefined> {
  const path = resolve(cwd, given)
  if (!(await isFile(path))) return undefined
  const own = dirname(path)
  const above = [own, ...(await foldersAbove(own))]
  const [domainFolder, meshFolder] = [await holding(above, 'domain.yaml'), await holding(above, 'mesh.yaml')]
  const base = domainFolder ?? own
  const pathOf = (file: string) => relative(base, file).split(sep).join('/')
  const documents: TextFile[] = []
  const data: { path: string; sizeBytes: number }[] = []
  for (const entry of await readdir(own, { withFileTypes: true })) {
    const beside = join(own, entry.name)
    const sizeBytes = entry.isDirectory() ? undefined : await sizeOf(beside)
    if (sizeBytes === undefined) continue
    if (isDocumentPath(entry.name) && sizeBytes <= limits.documentBytesMax)
      documents.push(await textFile(own, entry.name, pathOf(beside)))
    else data.push({ path: pathOf(beside), sizeBytes })
  }
  const file = await textFile(own, basename(path), pathOf(path))
  return {
    file,
    folder: {
      name: basename(path),
      base,
      documents,
      data,
      ...(domainFolder === undefined ? {} : { domainAbove: await textFile(domainFolder, 'domain.yaml') }),
      ...(meshFolder === undefined ? {} : { meshAbove: await textFile(meshFolder, 'mesh.yaml') }),
    },
  }
}

/** A document that is a link to nothing is missed by somebody; other such links are nobody's business here. */
async function refuseBroken(path: string): Promise<void> {
  if (await isFolder(path)) return
  const why = await stat(path).then(() => 'it leads to no file', whyNot)
  throw new MeshError('source.unreadable', `${path} is a link that cannot be followed: ${why}.`, {
    fix: 'Mend the link, or remove it.',
  })
}

async function noFolder(given: string, folder: string): Promise<MeshError> {
  if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true) await refuseBroken(folder)
  const beside = await readdir(dirname(folder), { withFileTypes: true }).catch(() => undefined)
  const names = (beside ?? []).filter(e => e.isDirectory() && !e.name.startsWith('.')).map(e => e.name)
  const near = nearest(basename(folder), names)
  return new MeshError(
    'usage.invalid',
    `${given} is no folder.${near === undefined ? '' : ` Did you mean ${join(dirname(given), near)}?`}`,
    { fix: 'Name a mesh, domain or product folder.' },
  )
}

const textFile = async (folder: string, name: string, path = name): Promise<TextFile> => ({
  path,
  text: await readFile(join(folder, name), 'utf8'),
})

export const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined
const isFile = async (path: string): Promise<boolean> => (await sizeOf(path)) !== undefined
/** Of a file or of what a link leads to; undefined where that is none, as a link that leads nowhere or to a pipe. */
const sizeOf = async (path: string): Promise<number | undefined> => {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true ? found.size : undefined
}
const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

/** Upward, and not beyond the repository. */
async function foldersAbove(folder: string): Promise<readonly string[]> {
  const above: string[] = []
  for (let at = folder; above.length < levelsUp && dirname(at) !== at && !(await exists(join(at, '.git')));) {
    at = dirname(at)
    above.push(at)
  }
  return above
}

async function holding(folders: readonly string[], file: string): Promise<string | undefined> {
  for (const folder of folders) if (await isFile(join(folder, file))) return folder
  return undefined
}

/** Files at any depth; what begins with a dot and installed packages are left out, and links to folders are not followed. */
async function filesBelow(top: string): Promise<string[]> {
  const files: string[] = []
  const open = [top]
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) open.push(path)
      else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) files.push(path)
      else if (entry.isSymbolicLink() && isDocumentPath(entry.name)) await refuseBroken(path)
      if (files.length > filesMax) {
        throw new MeshError('usage.invalid', `${top} holds more than ${filesMax} files.`, {
          fix: 'Name the folder of the domain or product.',
        })
      }
    }
  }
  return files
}
