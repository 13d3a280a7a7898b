import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../src/server/index.ts'

/** Of this process and of those that it started, in bytes. */
function memory(): number {
  const statuses = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => statusOf(pid))
  const own = (status: string) =>
    status.includes(`\nPPid:\t${process.pid}\n`) || status.includes(`\nPid:\t${process.pid}\n`)
  return statuses.filter(own).reduce((sum, status) => sum + Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024, 0)
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}

test.skipIf(platform() !== 'linux')(
  'a client that stops reading a huge answer costs no memory, and loses it at the idle limit',
  async () => {
    const home = join(mkdtempSync(join(tmpdir(), 'meshwright-silent-')), 'home')
    const env = { MESHWRIGHT_LOG_LEVEL: 'warn', MESHWRIGHT_CLIENT_IDLE_S: '3' }
    const server = await startServer({ home, port: 0, env })
    onTestFinished(() => server.stop())
    const before = memory()
    const port = Number(new URL(server.url).port)
    const sql = JSON.stringify({ sql: `select i, repeat('x', 200) as x from range(1000000000) t(i)` })
    const sockets = await Promise.all(
      Array.from({ length: 2 }, async () => {
        const socket = connect(port, '127.0.0.1')
        await once(socket, 'connect')
        const head = `POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token!}\r\n`
        socket.write(`${head}Accept: text/csv\r\nContent-Length: ${sql.length}\r\n\r\n${sql}`)
        const [first] = (await once(socket, 'data')) as [Buffer]
        socket.pause()
        expect(first.toString()).toMatch(/^HTTP\/1\.1 200 /)
        return { socket, receipt: /Meshwright-Receipt: (\S+)/i.exec(first.toString())![1]! }
      }),
    )
    await new Promise(resolve => setTimeout(resolve, 2000))
    const grown = memory() - before
    expect(grown).toBeLessThan(400_000_000) // of 200 GB each
    for (const { socket, receipt } of sockets) {
      const headers = { Authorization: `Bearer ${server.token!}` }
      const said = async () => (await fetch(`${server.url}/api/v1/receipts/${receipt}`, { headers })).text()
      await expect.poll(said, { timeout: 10_000, interval: 200 }).toContain('sql.cancelled')
      socket.resume()
      await Promise.race([once(socket, 'close'), once(socket, 'error')])
    }
  },
  30_000,
)
