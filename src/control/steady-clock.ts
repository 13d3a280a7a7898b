import type { Clock } from '../base/index.ts'
import type { MeshState } from '../mesh/index.ts'

/** A clock that never goes behind the ledger: one that is set back revives no access that has ended. */
export function steadyClock(clock: Clock, state: () => MeshState): Clock {
  return () => {
    const [now, last] = [clock(), new Date(state().at)]
    return now < last ? last : now
  }
}
