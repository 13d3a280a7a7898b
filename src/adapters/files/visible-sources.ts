import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceFile } from '../../mesh/index.ts'

/**
 * The files beneath these folders of this machine, as sources of builds under their absolute paths. Links are none: what
 * one leads to lies where nobody said that builds may read.
 */
export async function visibleSources(folders: readonly string[]): Promise<readonly SourceFile[]> {
  const found = await Promise.all(folders.map(filesBeneath))
  return found.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function filesBeneath(folder: string): Promise<readonly SourceFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent)
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Promise.all(
    paths.map(async absolute => {
      const { size, mtimeMs } = await stat(absolute)
      return { path: absolute, sizeBytes: size, at: { absolute, modifiedMs: Math.floor(mtimeMs) } }
    }),
  )
}

/** A folder that is not there yet has no files. */
function absent(thrown: NodeJS.ErrnoException): [] {
  if (thrown.code === 'ENOENT') return []
  throw thrown
}
