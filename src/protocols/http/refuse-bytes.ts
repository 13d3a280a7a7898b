import type { Duplex } from 'node:stream'
import { MeshError } from '../../base/index.ts'
import { problemAnswer } from './problem.ts'

/** What is no HTTP, or has too large a head: nothing of it became a request. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal = tooLarge
    ? new MeshError('request.too-large', 'The head of the request is too large.')
    : new MeshError('request.invalid', 'The request is not well-formed HTTP.')
  const { status, headers, body } = problemAnswer(refusal, () => {})
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`)
}
