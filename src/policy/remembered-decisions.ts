import type { MeshState, Policy, Principal } from '../mesh/index.ts'
import { askerKey } from './coverage.ts'
import type { Condition } from './condition.ts'
import type { Allowed, QueryQuestion } from './decision.ts'
import { grantsEver } from './grants.ts'
import { betrayal } from './may-look-up.ts'
import type { IndexedTarget, PolicyIndex } from './policy-index.ts'

/** A decision as long as it holds: on the same grants and tables, between two instants at which something turns. */
interface Remembered {
  readonly decision: Allowed
  readonly sinceMs: number
  readonly untilMs: number
  /** Filters that must still betray nothing of the tables that they look up. */
  readonly looking: readonly Looking[]
}

/** A filter that looks a table up, and which of the tables of the question it governs. */
export interface Looking {
  readonly policy: Policy
  readonly written: Condition
  readonly target: number
}

type Memory = Map<string, Remembered>

/** How many decisions are remembered for one state of rules and grants. */
const decisionsMax = 50_000

const memories = new WeakMap<PolicyIndex, WeakMap<MeshState['grants'], Memory>>()

/** The decision for an equal question, where nothing that it depends on has changed since. */
export function recall(
  index: PolicyIndex,
  question: QueryQuestion,
  targets: readonly IndexedTarget[],
): Allowed | undefined {
  const found = memoryOf(index, question.state).get(keyOf(question, targets))
  if (found === undefined) return undefined
  const nowMs = question.now.getTime()
  const holds = found.sinceMs <= nowMs && nowMs < found.untilMs
  const { state, now } = question
  const betrays = ({ policy, written, target }: Looking) =>
    betrayal(state, policy, written, targets[target]!, now) !== undefined
  return holds && !found.looking.some(betrays) ? found.decision : undefined
}

/** Remembers an allowance. Refusals are made anew: each has its own place in the program that throws it. */
export function remember(
  index: PolicyIndex,
  question: QueryQuestion,
  targets: readonly IndexedTarget[],
  decision: Allowed,
  looking: readonly Looking[],
): void {
  if (!targets.every(target => target.timeless)) return
  const memory = memoryOf(index, question.state)
  if (memory.size >= decisionsMax) memory.clear()
  const nowMs = question.now.getTime()
  const turns = [...targets.flatMap(target => target.turns), ...grantTurns(question, targets)]
  memory.set(keyOf(question, targets), {
    decision,
    sinceMs: Math.max(-Infinity, ...turns.filter(turn => turn <= nowMs)),
    untilMs: Math.min(Infinity, ...turns.filter(turn => turn > nowMs)),
    looking,
  })
}

function memoryOf(index: PolicyIndex, state: MeshState): Memory {
  let byGrants = memories.get(index)
  if (byGrants === undefined) memories.set(index, (byGrants = new WeakMap()))
  let memory = byGrants.get(state.grants)
  if (memory === undefined) byGrants.set(state.grants, (memory = new Map()))
  return memory
}

/** Everything but the time and the grants. A target's number stands for its version, columns, domain and product. */
function keyOf({ principal, purpose, door }: QueryQuestion, targets: readonly IndexedTarget[]): string {
  let key = ''
  for (const target of targets) key += `${target.number},`
  // What people named comes last, so that no name can be taken for anything else.
  return `${key}|${askerKey(principal, purpose, door)}`
}

/** Instants at which a grant on one of the tables begins or ends. */
function grantTurns({ state, principal }: QueryQuestion, targets: readonly IndexedTarget[]): readonly number[] {
  return targets.flatMap(({ target: { version } }) =>
    personsOf(principal).flatMap(person =>
      grantsEver(state, person, version.id, version.major).flatMap(g => [Date.parse(g.from), Date.parse(g.until)]),
    ),
  )
}

const personsOf = (principal: Principal): readonly Principal[] =>
  principal.onBehalfOf === undefined ? [principal] : [principal, ...personsOf(principal.onBehalfOf)]
