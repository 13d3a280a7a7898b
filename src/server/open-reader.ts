import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duckdbWorkshop } from '../adapters/duckdb/index.ts'
import type { Reader } from '../scaffold/index.ts'

/** The engine at most, for a look at a file on somebody's laptop. */
const limits = { memoryMb: 2048, timeoutMs: 300_000 }

/** A `Reader` in a process of its own that can read one file, named by its absolute path, and nothing else. Close it. */
export async function openReader(file: string): Promise<Reader & { close(): Promise<void> }> {
  const scratch = await mkdtemp(join(tmpdir(), 'meshwright-look-'))
  const workshop = duckdbWorkshop({ scratch, spare: 0 })
  const close = async () => {
    await workshop.close()
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    const session = await workshop.open({ read: [file], write: await mkdtemp(join(scratch, 'temp-')), ...limits })
    await session.lock()
    return { execute: sql => session.execute(sql), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
