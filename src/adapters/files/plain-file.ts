import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { MeshError } from '../../base/index.ts'

/** Opens a file that has one name and is no link: a link would put something else into the lake. Close it. */
export async function openPlainFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw isCode(cause, 'ELOOP') ? notPlain(path) : cause
    },
  )
  const stats = await file.stat()
  if (stats.isFile() && stats.nlink === 1) return file
  await file.close()
  throw notPlain(path)
}

export const notPlain = (path: string): MeshError =>
  new MeshError('request.invalid', `${path} is not a plain file with one name, so the lake does not take it.`, {
    fix: 'Write a new file and no link.',
  })

export const isCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code
