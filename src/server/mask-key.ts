import { randomBytes } from 'node:crypto'
import { existsSync, openSync, closeSync, fsyncSync, readFileSync, writeSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../base/index.ts'
import type { MaskKey } from '../query/index.ts'
import type { Home } from './home.ts'

/**
 * The key of keyed hashes: the UTF-8 bytes of `MESHWRIGHT_MASK_KEY`, else of the text that the first start wrote. Another
 * key than last time would make every stored hash meaningless, so it is never replaced.
 */
export function maskKeyOf(home: Home, env: Readonly<Record<string, string | undefined>>): MaskKey {
  const given = env['MESHWRIGHT_MASK_KEY']
  if (given !== undefined && given !== '') return { bytes: new TextEncoder().encode(given) }
  const file = join(home.secrets, 'mask-key')
  if (!existsSync(file)) write(file, randomBytes(32).toString('base64url'))
  chmodSync(file, 0o600)
  const text = readFileSync(file, 'utf8').trim()
  if (text === '') {
    throw new MeshError('storage.damaged', `The key of keyed hashes in ${file} is empty.`, {
      fix: 'Restore the file from a backup.',
    })
  }
  return { bytes: new TextEncoder().encode(text) }
}

function write(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    writeSync(fd, `${text}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
