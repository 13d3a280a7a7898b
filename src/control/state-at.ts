import { emptyState, fold, type Entry, type MeshState } from '../mesh/index.ts'
import type { Ledger } from './needs.ts'

/** The state after the last entry at or before an instant. Control writes no entry with an earlier time than the one before. */
export const stateAt = (ledger: Pick<Ledger, 'read'>, instant: Date): MeshState =>
  fold(emptyState, until(ledger.read(0), instant))

function* until(entries: Iterable<Entry>, instant: Date): Iterable<Entry> {
  for (const entry of entries) {
    if (new Date(entry.at) > instant) return
    yield entry
  }
}
