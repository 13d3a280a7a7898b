import { stateAt, type Control, type Ledger, type LedgerProblem } from '../control/index.ts'
import type { MeshState } from '../mesh/index.ts'
import type { LedgerReader } from '../operations/index.ts'

/** The record of queries is a chain of its own; the ledger holds its head of each minute. */
interface QueryChain {
  verify(recorded: MeshState['queries']): readonly LedgerProblem[]
}

/** The ledger as auditors read it; the state of a day is folded anew, as nobody asks for it often. */
export const ledgerReader = (ledger: Ledger, control: Control, queries: QueryChain): LedgerReader => ({
  read: after => ledger.read(after),
  async verify() {
    const inQueries = queries.verify(control.state().queries)
    return [...(await ledger.verify()), ...inQueries.map(p => ({ ...p, message: `Record of queries: ${p.message}` }))]
  },
  stateAt: instant => (new Date(control.state().at) <= instant ? control.state() : stateAt(ledger, instant)),
})
