import { constants } from 'node:fs'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { MeshError, messageOf } from '../../base/index.ts'
import { exists } from '../folder.ts'

/** A file to write, with its absolute path: a text, or the copy of another file. */
export type NewFile =
  { readonly path: string; readonly text: string } | { readonly path: string; readonly copyOf: string }

/** Writes all of the files or none. A file that is there is never touched. Gives their paths as seen from `cwd`. */
export async function writeNew(files: readonly NewFile[], cwd: string): Promise<readonly string[]> {
  for (const { path } of files) if (await exists(path)) throw alreadyThere(shown(path, cwd))
  const written: string[] = []
  try {
    for (const file of files) {
      await mkdir(dirname(file.path), { recursive: true })
      if ('text' in file) await writeFile(file.path, file.text, { flag: 'wx' })
      else await copyFile(file.copyOf, file.path, constants.COPYFILE_EXCL)
      written.push(file.path)
    }
  } catch (thrown) {
    for (const path of written) await rm(path, { force: true })
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'EEXIST') throw alreadyThere('One of the files')
    throw new MeshError(
      'usage.invalid',
      `The files cannot be written: ${messageOf(thrown)}. Nothing was left behind.`,
      {
        cause: thrown,
        fix: 'Write to a folder that is yours.',
      },
    )
  }
  return files.map(({ path }) => shown(path, cwd))
}

const alreadyThere = (path: string) =>
  new MeshError('usage.invalid', `${path} is there already, and new never overwrites. Nothing was written.`, {
    fix: 'Edit it, choose another name, or remove it first.',
  })

/** As a person would type it from where they are. */
export const shown = (path: string, cwd: string): string => relative(cwd, path) || '.'
