import { unlink } from 'node:fs/promises'
import { MeshError } from '../../base/index.ts'
import type { LakeFiles } from '../../lake/index.ts'
import { checkedPath } from './lake-path.ts'
import { openPlainFile } from './plain-file.ts'

/** A lake that lasts as long as the process, for tests and trials. */
export function memoryLake(now: () => number = Date.now): LakeFiles {
  const root = 'memory:///lake/'
  const files = new Map<string, { readonly bytes: Uint8Array; readonly modifiedMs: number }>()
  const create = async (path: string, bytes: Uint8Array): Promise<void> => {
    if (files.has(checkedPath(path))) {
      throw new MeshError('request.conflict', `The lake already has a file ${path}, and its files never change.`)
    }
    files.set(path, { bytes: Uint8Array.from(bytes), modifiedMs: now() })
  }
  return {
    create,
    uri: path => root + checkedPath(path),
    pathOf: uri => {
      if (uri.startsWith(root)) return checkedPath(uri.slice(root.length))
      throw new MeshError('request.invalid', `The file ${uri} is not part of this lake.`)
    },
    read: async path => {
      const file = files.get(checkedPath(path))
      if (file === undefined) {
        throw new MeshError('storage.damaged', `The lake has no file ${path}, although metadata names it.`)
      }
      return Uint8Array.from(file.bytes)
    },
    adopt: async (localPath, path) => {
      checkedPath(path)
      const file = await openPlainFile(localPath)
      try {
        await create(path, await file.readFile())
      } finally {
        await file.close()
      }
      await unlink(localPath)
    },
    list: async folder => {
      const prefix = folder === '' ? '' : `${checkedPath(folder)}/`
      return [...files]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, { bytes, modifiedMs }]) => ({ path, sizeBytes: bytes.length, modifiedMs }))
    },
    remove: async path => void files.delete(checkedPath(path)),
  }
}
