import { Agent, request, type IncomingMessage } from 'node:http'

/** A thin client over kept connections: what it costs itself is little beside what it measures. */
export interface Client {
  /** The whole answer of a call. */
  call(method: string, path: string, body?: unknown): Promise<Buffer>
  json<T>(method: string, path: string, body?: unknown): Promise<T>
  query(sql: string): Promise<Buffer>
  /** Reads an answer in the media type named and keeps nothing of it; gives its size in bytes. */
  drain(sql: string, accept: string): Promise<number>
  close(): void
}

export function openClient(url: string, token: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const send = (method: string, path: string, body: unknown, accept: string): Promise<IncomingMessage> => {
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        Accept: accept,
        ...(text === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      }
      const sent = request(new URL(path, url), { agent, method, headers }, answer => resolve(answer))
      sent.once('error', reject)
      sent.end(text)
    })
  }
  const whole = async (answer: IncomingMessage): Promise<Buffer> => {
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part as Buffer)
    const bytes = Buffer.concat(parts)
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${bytes.toString().slice(0, 2000)}`)
    return bytes
  }
  const call = async (method: string, path: string, body?: unknown) =>
    whole(await send(method, path, body, 'application/json'))
  return {
    call,
    json: async <T>(method: string, path: string, body?: unknown) =>
      JSON.parse((await call(method, path, body)).toString()) as T,
    query: sql => call('POST', '/api/v1/query', { sql }),
    async drain(sql, accept) {
      const answer = await send('POST', '/api/v1/query', { sql }, accept)
      if (answer.statusCode !== 200) await whole(answer)
      let size = 0
      await new Promise<void>((resolve, reject) => {
        answer.on('data', (part: Buffer) => (size += part.length))
        answer.once('end', resolve)
        answer.once('error', reject)
      })
      return size
    },
    close: () => agent.destroy(),
  }
}
