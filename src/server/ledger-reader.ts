import { stateAt, type Control, type Ledger } from '../control/index.ts'
import type { LedgerReader } from '../operations/index.ts'

/** The ledger as auditors read it; the state of a day is folded anew, as nobody asks for it often. */
export const ledgerReader = (ledger: Ledger, control: Control): LedgerReader => ({
  read: after => ledger.read(after),
  verify: () => ledger.verify(),
  stateAt: instant => (new Date(control.state().at) <= instant ? control.state() : stateAt(ledger, instant)),
})
