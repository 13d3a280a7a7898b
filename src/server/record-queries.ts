import { messageOf } from '../base/index.ts'
import type { Control } from '../control/index.ts'
import type { Principal } from '../mesh/index.ts'
import type { HttpLog } from '../protocols/http/index.ts'

/** What the query log's chain has and ends in. */
export type QueryHead = () => { readonly count: number; readonly head: string }

const everyMs = 60_000

/** Writes the head of the query log's chain into the ledger each minute in which somebody asked, and once at the end. */
export function recordQueries(control: Control, headOf: QueryHead, log: HttpLog): () => Promise<void> {
  let recorded = headOf().count
  const record = async () => {
    const { count, head } = headOf()
    if (count === recorded) return
    await control.execute({ kind: 'record-queries', count, head }, platform)
    recorded = count
  }
  const timer = setInterval(() => {
    record().catch((thrown: unknown) =>
      log('error', 'the head of the query log could not be recorded', { problem: messageOf(thrown) }),
    )
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await record()
  }
}

/** The server itself, which no token can sign in. */
export const platform: Principal = { id: 'platform', kind: 'service', teams: [], roles: {}, attributes: {} }
