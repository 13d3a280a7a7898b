import { emptyState, evolve, type MeshState } from '../mesh/index.ts'
import type { Ledger } from './needs.ts'

/** The state after the last entry at or before an instant. Control writes no entry with an earlier time than the one before. */
export function stateAt(ledger: Pick<Ledger, 'read'>, instant: Date): MeshState {
  let state = emptyState
  for (const entry of ledger.read(0)) {
    if (new Date(entry.at) > instant) break
    state = evolve(state, entry)
  }
  return state
}
