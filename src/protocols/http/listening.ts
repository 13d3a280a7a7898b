import { once } from 'node:events'
import type { Server } from 'node:net'
import { MeshError, messageOf } from '../../base/index.ts'

/** Resolves when clients can connect. */
export async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    const why = code === 'EADDRINUSE' ? 'another program listens there' : messageOf(thrown)
    throw new MeshError('usage.invalid', `HTTP cannot listen at ${host}, port ${port}: ${why}.`, {
      cause: thrown,
      fix: 'Take a free port: meshwright up --port 0',
    })
  }
}
