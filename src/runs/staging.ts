import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes what a run staged and leaves what was kept for its owners. */
export async function removeAllButKept(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry !== 'kept') await rm(join(folder, entry), { recursive: true, force: true })
  }
}

/** Names of the run folders; none where nothing was ever staged. */
export async function runFolders(staging: string): Promise<readonly string[]> {
  try {
    return (await readdir(staging, { withFileTypes: true }))
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return []
    throw thrown
  }
}
