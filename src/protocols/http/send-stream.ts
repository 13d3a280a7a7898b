import type { ServerResponse } from 'node:http'
import { MeshError } from '../../base/index.ts'

export interface Stream {
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** Up to here an answer is held back: it goes out in one piece with its length, or fails as a whole. */
const holdBytes = 65_536

/**
 * Sends a stream as fast as the client takes it and no faster. A failure before the first byte is thrown, so that a
 * problem document can say it; after it the connection is cut, so that half an answer never looks whole.
 */
export async function sendStream(
  response: ServerResponse,
  gone: AbortController,
  idleMs: number,
  { headers, body }: Stream,
): Promise<void> {
  const held: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      if (gone.signal.aborted) break
      if (response.headersSent) await written(response, chunk, gone.signal, idleMs)
      else {
        held.push(chunk)
        size += chunk.length
        if (size >= holdBytes) {
          response.writeHead(200, headers)
          await written(response, Buffer.concat(held), gone.signal, idleMs)
          held.length = 0
        }
      }
    }
  } catch (thrown) {
    gone.abort()
    if (!response.headersSent && !response.destroyed) throw thrown
    response.destroy()
    return
  }
  if (gone.signal.aborted) response.destroy()
  else if (response.headersSent) response.end()
  else response.writeHead(200, { ...headers, 'Content-Length': String(size) }).end(Buffer.concat(held))
}

async function written(response: ServerResponse, chunk: Uint8Array, gone: AbortSignal, idleMs: number): Promise<void> {
  if (response.write(chunk)) return
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => done(new MeshError('limit.time', `The client took nothing of its answer for ${idleMs} ms.`)),
      idleMs,
    )
    const onDrain = () => done()
    const onGone = () => done(new MeshError('limit.time', 'The client is gone.'))
    response.once('drain', onDrain)
    gone.addEventListener('abort', onGone, { once: true })
    function done(error?: Error): void {
      clearTimeout(timer)
      response.off('drain', onDrain)
      gone.removeEventListener('abort', onGone)
      if (error === undefined) resolve()
      else reject(error)
    }
  })
}
