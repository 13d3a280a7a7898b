import { randomBytes } from 'node:crypto'
import { constants, type BigIntStats } from 'node:fs'
import { copyFile, link, lstat, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { MeshError } from '../../base/index.ts'
import type { LakeFile, LakeFiles } from '../../lake/index.ts'
import { checkedPath } from './lake-path.ts'
import { isCode, notPlain, openPlainFile } from './plain-file.ts'

/** A lake in a folder of this machine. Files become read-only, durable and visible in one step: by a link to a synced file. */
export function folderLake(folder: string): LakeFiles {
  const root = resolve(folder)
  const at = (path: string): string => join(root, checkedPath(path))
  const uri = (path: string): string => `file://${root}/${checkedPath(path)}`
  const ready = new Set<string>()

  async function prepare(path: string): Promise<void> {
    const parent = dirname(path)
    if (ready.has(parent)) return
    const first = await mkdir(parent, { recursive: true })
    // A new folder is durable when its parent is synced, up to the first that was there.
    const top = first === undefined ? parent.length : dirname(first).length
    for (let made = parent; made.length > top; made = dirname(made)) await syncFolder(dirname(made))
    ready.add(parent)
  }

  return {
    uri,
    pathOf: text => checkedPath(pathBelow(root, text)),
    read: async path => {
      try {
        return await readFile(at(path))
      } catch (cause) {
        throw isCode(cause, 'ENOENT') ? absent(path, cause) : cause
      }
    },
    create: async (path, bytes) => {
      const target = at(path)
      await guarded(path, async () => {
        await prepare(target)
        await viaPartial(target, partial => writeSynced(partial, bytes))
      })
    },
    adopt: async (localPath, path) => {
      const target = at(path)
      await guarded(path, async () => {
        await prepare(target)
        const adopted = await syncedFile(localPath)
        try {
          await link(localPath, target)
          await requireSame(target, adopted)
          await unlink(localPath)
          await syncFolder(dirname(target))
        } catch (cause) {
          if (!isCode(cause, 'EXDEV')) throw cause
          await viaPartial(target, partial => copySynced(localPath, partial))
          await unlink(localPath)
        }
      })
    },
    list: async prefix => (prefix === '' ? listBelow(root, '') : listBelow(at(prefix), `${checkedPath(prefix)}/`)),
    remove: async path => {
      try {
        await unlink(at(path))
      } catch (cause) {
        if (!isCode(cause, 'ENOENT')) throw cause
      }
    },
  }
}

/** Nobody may write to a file of the lake again; engines and other services may read it. */
const readOnly = 0o444

async function viaPartial(target: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${target}.${randomBytes(6).toString('hex')}.partial`
  try {
    await write(partial)
    await link(partial, target) // unlike a rename, it fails if the target exists
  } finally {
    await unlink(partial).catch((cause: unknown) => {
      if (!isCode(cause, 'ENOENT')) throw cause
    })
  }
  await syncFolder(dirname(target))
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', readOnly)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function copySynced(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
  await syncedFile(to)
}

/** Makes a finished file durable and read-only. */
async function syncedFile(path: string): Promise<BigIntStats> {
  const file = await openPlainFile(path)
  try {
    await file.chmod(readOnly)
    await file.sync()
    return await file.stat({ bigint: true })
  } finally {
    await file.close()
  }
}

/** The name may have been given to another file between looking and linking. */
async function requireSame(target: string, adopted: BigIntStats): Promise<void> {
  const stats = await lstat(target, { bigint: true })
  if (stats.ino === adopted.ino && stats.dev === adopted.dev) return
  await unlink(target)
  throw notPlain(target)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function listBelow(folder: string, prefix: string): Promise<readonly LakeFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return []
    throw cause
  })
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly LakeFile[]> => {
      const [path, name] = [join(folder, entry.name), `${prefix}${entry.name}`]
      if (entry.isDirectory()) return listBelow(path, `${name}/`)
      if (!entry.isFile()) return []
      const stats = await lstat(path).catch((cause: unknown) => {
        if (isCode(cause, 'ENOENT')) return undefined // removed meanwhile
        throw cause
      })
      return stats === undefined ? [] : [{ path: name, sizeBytes: stats.size, modifiedMs: stats.mtimeMs }]
    }),
  )
  return found.flat()
}

/** Other writers leave the authority out, or write the path alone. Nothing is percent-encoded: neither PyIceberg nor Hadoop decodes. */
function pathBelow(root: string, uri: string): string {
  const path = uri.replace(/^file:(?:\/\/(?:localhost)?)?(?=\/)/, '')
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1)
  throw new MeshError('request.invalid', `The file ${uri} is not part of this lake.`, {
    fix: 'Register only tables whose files lie in the lake.',
  })
}

async function guarded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) {
      throw new MeshError('request.conflict', `The lake already has a file ${path}, and its files never change.`, {
        cause,
      })
    }
    if (isCode(cause, 'ENOSPC') || isCode(cause, 'EDQUOT')) {
      throw new MeshError('storage.full', `There is no room left for the file ${path}. Nothing was published.`, {
        cause,
      })
    }
    throw cause
  }
}

const absent = (path: string, cause: unknown): MeshError =>
  new MeshError('storage.damaged', `The lake has no file ${path}, although metadata names it.`, { cause })
