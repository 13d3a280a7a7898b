import { setPriority } from 'node:os'
import { DuckDBInstance } from '@duckdb/node-api'

export const threads = 2
export const memoryMb = 4096

/** The peer: the same pinned engine in this process, with the product's threads and memory and nothing around it. */
export async function openPeer() {
  // Before there are threads of the engine: on Linux each inherits the priority of the one that starts it.
  if (process.env['PEER_NICE'] !== undefined) setPriority(Number(process.env['PEER_NICE']))
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), memory_limit: `${memoryMb}MB` })
  const connection = await instance.connect()
  return {
    connection,
    run: async (sql: string) => (await connection.runAndReadAll(sql)).getRows(),
    /** All chunks of an answer, as the engine's own vectors: nothing is decoded. */
    async chunks(sql: string): Promise<number> {
      const result = await connection.stream(sql)
      let rows = 0
      for (;;) {
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return rows
        rows += chunk.rowCount
      }
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
