import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendStream } from '../../src/protocols/http/send-stream.ts'

const open: (() => void)[] = []
afterEach(() => open.splice(0).forEach(close => close()))

/** A server that answers every request with a stream; tells how often the body was asked for more and how it ended. */
async function serving(body: () => AsyncIterable<Uint8Array>, idleMs = 5000) {
  const seen = { asked: 0, aborted: false, ended: false, thrown: undefined as unknown }
  async function* counted() {
    try {
      for await (const chunk of body()) {
        seen.asked++
        yield chunk
      }
    } finally {
      seen.ended = true
    }
  }
  const server = createServer((_request, response) => {
    const gone = new AbortController()
    gone.signal.addEventListener('abort', () => (seen.aborted = true))
    response.on('close', () => response.writableFinished || gone.abort())
    sendStream(response, gone, idleMs, { headers: { 'X-A': 'b' }, body: counted() }).catch((thrown: unknown) => {
      seen.thrown = thrown
      response.writeHead(500).end('refused')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { seen, port, url: `http://127.0.0.1:${port}/` }
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

async function* chunks(count: number, size: number, then?: Error) {
  for (let i = 0; i < count; i++) yield Buffer.alloc(size, 97 + (i % 26))
  if (then !== undefined) throw then
}

test('a small answer goes out in one piece, with its length', async () => {
  const { url } = await serving(() => chunks(3, 10))
  const response = await fetch(url)
  expect(response.headers.get('content-length')).toBe('30')
  expect(await response.text()).toBe(`${'a'.repeat(10)}${'b'.repeat(10)}${'c'.repeat(10)}`)
})

test('a large one arrives whole', async () => {
  const { url } = await serving(() => chunks(100, 50_000))
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(5_000_000)
})

test('a failure before the first byte is a refusal', async () => {
  const { url } = await serving(() => chunks(1, 10, new Error('hidden')))
  const response = await fetch(url)
  expect(response.status).toBe(500)
  expect(await response.text()).toBe('refused')
})

test('a failure after it cuts the answer, so that it never looks whole, and says nothing', async () => {
  const { url, seen } = await serving(() => chunks(10, 50_000, new Error('CANARY')))
  const response = await fetch(url)
  expect(response.status).toBe(200)
  await expect(response.arrayBuffer()).rejects.toThrow()
  expect(seen.thrown).toBeUndefined()
})

/** A client that sends a request and takes nothing of the answer. */
async function silentClient(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  socket.pause()
  open.push(() => socket.destroy())
  return socket
}

test('a client that stops reading stops the source, and loses its answer at the idle limit', async () => {
  const { port, seen } = await serving(() => chunks(1_000_000, 65_536), 300)
  await silentClient(port)
  await until(() => seen.ended)
  expect(seen.aborted).toBe(true)
  expect(seen.asked * 65_536).toBeLessThan(50_000_000) // what the sockets' buffers hold, of 65 GB
})

test('a client that goes away stops the source', async () => {
  const { port, seen } = await serving(() => chunks(1_000_000, 65_536))
  const socket = await silentClient(port)
  await until(() => seen.asked > 3)
  socket.destroy()
  await until(() => seen.ended)
  expect(seen.aborted).toBe(true)
})
