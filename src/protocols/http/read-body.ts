import type { IncomingMessage } from 'node:http'
import { MeshError, messageOf } from '../../base/index.ts'

/** The bytes of a body of at most `bytesMax`. More is `request.too-large`, told before it is read where it is announced. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > bytesMax) throw tooLarge(bytesMax)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** A JSON body; nothing at all is an empty object. */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const bytes = await readBody(request, bytesMax)
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (thrown) {
    throw new MeshError('request.invalid', `The body is not JSON: ${messageOf(thrown)}.`)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const tooLarge = (bytesMax: number) =>
  new MeshError('request.too-large', `The body is larger than the ${bytesMax} bytes that this address takes.`)
