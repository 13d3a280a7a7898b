import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { MeshError } from '../base/index.ts'
import type { Home } from './home.ts'

export interface Manifest {
  readonly format: 1
  readonly seq: number
  readonly at: string
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[]
}

export const manifestName = 'backup.json'

/**
 * A copy of the home as it was at one moment, while the server goes on. The databases are copied first and in one turn of
 * the event loop: this process is their only writer and writes synchronously, so nothing moves meanwhile. Everything that
 * they point to is immutable and is linked or copied afterwards; what is newer does no harm.
 */
export async function backupHome(
  home: Home,
  to: string,
  seq: number,
  now: Date,
): Promise<{ readonly files: number; readonly bytes: number }> {
  requireFresh(home, to)
  const part = `${to}.part`
  mkdirSync(part, { recursive: true, mode: 0o700 })
  try {
    const databases = topFiles(home.path)
    for (const name of databases) copyFileSync(join(home.path, name), join(part, name), constants.COPYFILE_FICLONE)
    for (const folder of [home.secrets, home.bundles, home.lake]) {
      for (const file of filesBelow(folder))
        await place(file, join(part, relative(home.path, file)), folder !== home.secrets)
    }
    const files = filesBelow(part).map(file => ({
      path: relative(part, file).split(sep).join('/'),
      sizeBytes: statSync(file).size,
    }))
    const manifest: Manifest = { format: 1, seq, at: now.toISOString(), files }
    writeFileSync(join(part, manifestName), `${JSON.stringify(manifest, undefined, 1)}\n`)
    await rename(part, to)
    return { files: files.length, bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) }
  } catch (thrown) {
    await rm(part, { recursive: true, force: true })
    throw thrown
  }
}

function requireFresh(home: Home, to: string): void {
  if (!isAbsolute(to)) throw new MeshError('request.invalid', `${to} is no absolute path on the server.`)
  if (existsSync(to) || existsSync(`${to}.part`)) {
    throw new MeshError('request.invalid', `${to} exists already, and a backup overwrites nothing.`, {
      fix: 'Name a folder that does not exist yet.',
    })
  }
  const inside = relative(home.path, to)
  if (!inside.startsWith('..') && !isAbsolute(inside)) {
    throw new MeshError('request.invalid', 'A backup inside the home would be lost with it.')
  }
}

/** Databases with their logs and anchors, and the configuration; not the lock, and no shared memory. */
const topFiles = (home: string) =>
  readdirSync(home, { withFileTypes: true })
    .filter(entry => entry.isFile() && /(?:\.db(?:-wal|\.anchor)?|^meshwright\.yaml|^lake-folders)$/.test(entry.name))
    .map(entry => entry.name)

export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
    : []

/** Immutable files share their bytes where the file system can; a backup elsewhere gets a copy. */
export async function place(from: string, to: string, immutable: boolean): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    if (immutable) await link(from, to)
    else await copyFile(from, to)
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return // it was superseded and removed since the databases were copied
    if (!immutable) throw thrown
    await copyFile(from, to, constants.COPYFILE_FICLONE)
  }
}
