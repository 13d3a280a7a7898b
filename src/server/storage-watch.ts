import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../base/index.ts'

/** Whether what must be recorded can be: a server that cannot write its ledger takes nothing new. */
export interface StorageWatch {
  /** Looks on while something is appended, and passes on what becomes of it. */
  appending<T>(work: Promise<T>): Promise<T>
  /** `storage.full` while there is no space or something waits for some; undefined as soon as there is some again. */
  trouble(unwritten: number): MeshError | undefined
}

/** Less than this and the next entry may not fit. */
const freeBytesMin = 1_000_000

export function watchStorage(home: string): StorageWatch {
  let refused = false
  return {
    async appending(work) {
      try {
        const result = await work
        refused = false
        return result
      } catch (thrown) {
        if (thrown instanceof MeshError && thrown.code === 'storage.full') refused = true
        throw thrown
      }
    },
    trouble(unwritten) {
      // A quota refuses to write where the disk has space: then only trying tells.
      if (unwritten === 0 && hasSpace(home) && (!refused || canWrite(home))) return undefined
      return new MeshError('storage.full', 'The disk of the server is full: nothing new can be recorded.')
    },
  }
}

function hasSpace(home: string): boolean {
  const { bavail, bsize } = statfsSync(home)
  return bavail * bsize >= freeBytesMin
}

function canWrite(home: string): boolean {
  const probe = join(home, 'space.probe')
  try {
    writeFileSync(probe, Buffer.alloc(65_536))
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { force: true })
  }
}
