import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'

/** Takes nothing new, lets what is under way end within the grace, and cuts the rest. */
export async function drain(
  server: Server | TlsServer,
  door: { readonly underWay: () => number; readonly stopAccepting: () => void },
  graceMs: number,
): Promise<void> {
  door.stopAccepting()
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const until = Date.now() + graceMs
  while (door.underWay() > 0 && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
  server.closeAllConnections()
  await closed
}
