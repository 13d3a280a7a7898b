import type { IncomingMessage, ServerResponse } from 'node:http'

const lingerMsMax = 5_000
const lingerBytesMax = 256 * 1024 * 1024

/**
 * Ends an answer whose request is still arriving. Who is sending reads no answer before all is sent, and a connection that
 * is closed meanwhile takes the answer with it: so the rest is read, for a bounded time, and thrown away.
 */
export function endWhenSent(request: IncomingMessage, response: ServerResponse): void {
  let left = lingerBytesMax
  const timer = setTimeout(end, lingerMsMax)
  function end() {
    clearTimeout(timer)
    request.removeAllListeners('data')
    response.end()
  }
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) end()
  })
  request.once('end', end)
  request.once('close', end)
  request.resume()
}
