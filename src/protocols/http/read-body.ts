import type { IncomingMessage } from 'node:http'
import { MeshError, messageOf } from '../../base/index.ts'

/** The bytes of a body of at most `bytesMax`. More is `request.too-large`, told before it is read where it is announced. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > bytesMax) throw tooLarge(bytesMax)
  const chunks: Buffer[] = []
  let size = 0
  // Left early it stays open: the refusal has to go out on the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** A JSON body; nothing at all is an empty object. What says to be something else is refused and not guessed at. */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const type = request.headers['content-type']
  if (!isReadAsJson(type)) {
    throw new MeshError('request.media-type', `The body is ${type?.slice(0, 100)}, and this address reads JSON.`)
  }
  const bytes = await readBody(request, bytesMax)
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (thrown) {
    throw new MeshError('request.invalid', `The body is not JSON: ${messageOf(thrown)}.`)
  }
}

/**
 * What clients say of a text of which they were told nothing (nothing at all, `curl -d`, `fetch`) is read as JSON. No
 * page elsewhere can send a request in somebody's name by that: who asks is told by a header.
 */
function isReadAsJson(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  return type.endsWith('+json') || readAsJson.has(type)
}

const readAsJson: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
])

const utf8 = new TextDecoder('utf-8', { fatal: true })

const tooLarge = (bytesMax: number) =>
  new MeshError('request.too-large', `The body is larger than the ${bytesMax} bytes that this address takes.`)
