import { MeshError } from '../../base/index.ts'

/** A relative path of the lake, or a refusal: nothing leads out of it, and equal files have equal paths. */
export function checkedPath(path: string): string {
  const parts = path.split('/')
  if (parts.every(part => part !== '' && part !== '.' && part !== '..' && !unsafe.test(part))) return path
  throw new MeshError('request.invalid', `${JSON.stringify(path)} is no path of the lake.`, {
    fix: 'Name folders and a file, divided by single slashes.',
  })
}

/** Control characters and backslash; `?` and `#` end a path when a client reads it from a URI. */
// eslint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f\\?#]/
