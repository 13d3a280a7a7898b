import type { MeshState } from '../mesh/index.ts'
import type { Allowed } from '../policy/index.ts'
import type { QueryRequest } from './gateway-face.ts'
import { kindOf } from './bind/bind-statement.ts'
import { lru, type Lru } from './lru.ts'
import type { Prepared } from './prepared.ts'

const preparationsMax = 1_000

/**
 * A statement is prepared once for each decision about it, as long as the mesh has not changed: everything behind the
 * decision follows from the state, the text and what the key names. `decideQuery` gives an equal question the very same
 * decision as long as that holds, so a decision of an asker, a purpose, a door and an instant is known by its identity.
 */
export function keptPreparations() {
  let of: MeshState | undefined
  let kept: Lru<Promise<Prepared>> = lru(preparationsMax)
  return (
    state: MeshState,
    decision: Allowed,
    request: QueryRequest,
    make: () => Promise<Prepared>,
  ): Promise<Prepared> => {
    if (of !== state) {
      of = state
      kept = lru(preparationsMax)
    }
    const { sql, params, format, url, at = '' } = request
    // The text comes last, so that nothing in it can be taken for anything else.
    return kept.get([numberOf(decision), format, at, url, params.map(kindOf).join(), sql].join('\u0000'), make)
  }
}

const numbers = new WeakMap<Allowed, number>()
let decisions = 0

function numberOf(decision: Allowed): number {
  const known = numbers.get(decision)
  if (known !== undefined) return known
  numbers.set(decision, ++decisions)
  return decisions
}
