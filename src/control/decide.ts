import { MeshError, unreachable } from '../base/index.ts'
import type { MeshState, Principal } from '../mesh/index.ts'
import { answerAccess } from './answer-access.ts'
import type { Command } from './command.ts'
import { createToken } from './create-token.ts'
import type { Decided, Effects, Situation } from './decided.ts'
import { found } from './found.ts'
import { promote } from './promote.ts'
import { publish } from './publish/publish.ts'
import { recordQueries } from './record-queries.ts'
import { requestAccess } from './request-access.ts'
import { revokeAccess } from './revoke-access.ts'
import { revokeToken } from './revoke-token.ts'
import { withdrawAccess } from './withdraw-access.ts'

/** What a command makes of the state: events and a result, or a refusal. Pure; anything else that is thrown is a bug. */
export function decide(state: MeshState, command: Command, actor: Principal, effects: Effects): Decided | MeshError {
  try {
    return decided({ state, actor, effects }, command)
  } catch (thrown) {
    if (thrown instanceof MeshError) return thrown
    throw thrown
  }
}

function decided(situation: Situation, command: Command): Decided {
  switch (command.kind) {
    case 'found':
      return found(situation, command)
    case 'publish':
      return publish(situation, command.publication)
    case 'promote':
      return promote(situation, command)
    case 'request-access':
      return requestAccess(situation, command)
    case 'answer-access':
      return answerAccess(situation, command)
    case 'withdraw-access':
      return withdrawAccess(situation, command)
    case 'revoke-access':
      return revokeAccess(situation, command)
    case 'create-token':
      return createToken(situation, command)
    case 'revoke-token':
      return revokeToken(situation, command)
    case 'record-queries':
      return recordQueries(command)
    default:
      return unreachable(command)
  }
}
