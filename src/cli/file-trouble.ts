import { MeshError, messageOf } from '../base/index.ts'

/** A no of the file system, in a person's words; undefined for what is none. */
export function fileTrouble(thrown: unknown): MeshError | undefined {
  if (!(thrown instanceof Error)) return undefined
  // Reading a folder as a file does not say which.
  const { code, syscall, path = 'A file' } = thrown as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MeshError('storage.full', `${path} cannot be written: the disk is full.`, { cause: thrown })
  }
  if (reasons[code] === undefined) return undefined
  return new MeshError('usage.invalid', `${path} cannot be ${doneBy(syscall)}: ${whyNot(thrown)}.`, {
    cause: thrown,
    fix: 'Mend it, or name another one.',
  })
}

const doneBy = (syscall: string): string =>
  ['mkdir', 'rename', 'unlink', 'chmod', 'copyfile', 'write', 'rm', 'rmdir'].includes(syscall) ? 'written' : 'opened'

/** Why a file or folder is not there for us, as the end of a sentence. */
export function whyNot(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return (typeof code === 'string' ? reasons[code] : undefined) ?? messageOf(thrown)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'you may only read there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what stands before its name is no folder',
  ELOOP: 'its links lead in a circle',
  EEXIST: 'something else is there already',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is no file',
  EMFILE: 'too many files are open',
}
