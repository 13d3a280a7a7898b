import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/**
 * SHA-256 of a file's content. A file of which the system says that nothing was written since is not read again; it says so
 * by the time of the last change of any kind, which, other than that of the content, nobody can set back.
 */
export async function digestOfFile(absolute: string, now: () => number = Date.now): Promise<string> {
  const before = await stampOf(absolute)
  const kept = known.get(absolute)
  if (kept?.stamp === before.text) return kept.digest
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(absolute, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  const digest = hash.digest('hex')
  // A change within the same tick of the clock would leave the stamp as it is.
  if (now() - before.changedMs > settledMs && (await stampOf(absolute)).text === before.text) {
    if (known.size >= knownMax) known.clear()
    known.set(absolute, { stamp: before.text, digest })
  } else known.delete(absolute)
  return digest
}

/** What the system says of a file; two equal ones with time between them mean that it was not written meanwhile. */
export const fileStamp = async (absolute: string): Promise<string> => (await stampOf(absolute)).text

const known = new Map<string, { readonly stamp: string; readonly digest: string }>()
const knownMax = 100_000
const settledMs = 2_000

async function stampOf(absolute: string): Promise<{ readonly text: string; readonly changedMs: number }> {
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(absolute, { bigint: true })
  return { text: [dev, ino, size, mtimeNs, ctimeNs].join(' '), changedMs: Number(ctimeMs) }
}
