import type { MeshError } from '../base/index.ts'
import type { MeshEvent, MeshState, Principal } from '../mesh/index.ts'

/** What a decision needs of the world besides the state. */
export interface Effects {
  readonly now: Date
  readonly newId: (prefix: string) => string
  /** Text that nobody can guess; it leaves with the result and is never in an event. */
  readonly newSecret: (prefix: string) => string
  /** People sign in elsewhere, so nobody makes tokens for other persons. */
  readonly identityProvider: boolean
}

/** Who asks, of what state, when. */
export interface Situation {
  readonly state: MeshState
  readonly actor: Principal
  readonly effects: Effects
}

/** `refusal`: the events are recorded, and the answer is no all the same. */
export interface Decided {
  readonly events: readonly MeshEvent[]
  readonly result: unknown
  readonly refusal?: MeshError
}
