import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf, MeshError } from '../../base/index.ts'
import type { Bundles } from '../../control/needs.ts'

/** For tests: bytes in memory. A path is made, in the system's temporary folder, when somebody asks for one. */
export function memoryBundles(): Bundles {
  const stored = new Map<string, Uint8Array>()
  let folder: string | undefined
  return {
    async put(bytes) {
      const digest = digestOf(bytes)
      stored.set(digest, Uint8Array.from(bytes))
      return digest
    },
    get: async digest => stored.get(digest),
    has: async digest => stored.has(digest),
    pathOf(digest) {
      if (!/^[0-9a-f]{64}$/.test(digest))
        throw new MeshError('request.invalid', `${JSON.stringify(digest)} is not a digest.`)
      folder ??= mkdtempSync(join(tmpdir(), 'meshwright-bundles-'))
      const bytes = stored.get(digest)
      if (bytes !== undefined) writeFileSync(join(folder, digest), bytes)
      return join(folder, digest)
    },
  }
}
