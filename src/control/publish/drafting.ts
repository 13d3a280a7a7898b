import type { MeshError } from '../../base/index.ts'
import { evolve, type MeshEvent, type MeshState, type Principal } from '../../mesh/index.ts'
import type { Publication } from '../command.ts'
import type { Effects, Situation } from '../decided.ts'

/** A publication that is being planned: what it did so far, on a copy of the state. */
export interface Drafting {
  /** In force now: whether somebody may publish is judged on it, never on what the publication itself says. */
  readonly base: MeshState
  readonly publication: Publication
  readonly actor: Principal
  readonly effects: Effects
  /** With the steps so far. */
  readonly state: () => MeshState
  readonly record: (...events: readonly MeshEvent[]) => void
  readonly refuse: (refusal: MeshError) => void
  readonly warn: (text: string) => void
  readonly events: readonly MeshEvent[]
  readonly refusals: readonly MeshError[]
  readonly warnings: readonly string[]
}

export function startDrafting({ state: base, actor, effects }: Situation, publication: Publication): Drafting {
  let state = base
  const events: MeshEvent[] = []
  const refusals: MeshError[] = []
  const warnings: string[] = []
  return {
    base,
    publication,
    actor,
    effects,
    events,
    refusals,
    warnings,
    state: () => state,
    record: (...more) => {
      const at = effects.now.toISOString()
      for (const event of more) state = evolve(state, { seq: state.seq + 1, at, actor: actor.id, event, hash: '' })
      events.push(...more)
    },
    refuse: refusal => refusals.push(refusal),
    warn: text => warnings.push(text),
  }
}
