import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { access, chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { digestOf, MeshError } from '../../base/index.ts'
import type { Bundles } from '../../control/needs.ts'

/**
 * Bytes under their own digest, two levels of folders deep: `ab/cd/abcd…`. A file appears whole and durable or not at
 * all, is never changed, and is checked whenever it is read.
 */
export function fileBundles(dir: string): Bundles {
  const root = resolve(dir)
  const temporary = join(root, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const pathOf = (digest: string): string => {
    if (!isDigest(digest)) throw new MeshError('request.invalid', `${JSON.stringify(digest)} is not a digest.`)
    return join(root, digest.slice(0, 2), digest.slice(2, 4), digest)
  }
  const has = async (digest: string): Promise<boolean> => isDigest(digest) && (await exists(pathOf(digest)))

  return {
    has,
    pathOf,
    async put(bytes) {
      const digest = digestOf(bytes)
      if (!(await has(digest))) await createWhole(pathOf(digest), bytes)
      return digest
    },
    async get(digest) {
      if (!(await has(digest))) return undefined
      const bytes = await readFile(pathOf(digest))
      if (digestOf(bytes) !== digest)
        throw new MeshError('storage.damaged', `The stored file ${digest} is not what was stored.`)
      return bytes
    },
  }

  async function createWhole(path: string, bytes: Uint8Array): Promise<void> {
    const part = join(temporary, randomBytes(12).toString('hex'))
    try {
      await writeDurably(part, bytes)
      const folders = [join(path, '..'), join(path, '..', '..'), root]
      await mkdir(folders[0]!, { recursive: true })
      await rename(part, path)
      for (const folder of folders) await syncFolder(folder)
    } catch (thrown) {
      await rm(part, { force: true })
      throw isDiskFull(thrown)
        ? new MeshError('storage.full', 'The disk of the server is full; the file was not stored.', { cause: thrown })
        : thrown
    }
  }
}

const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(path, 0o444)
}

/** A new name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isDiskFull = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')
