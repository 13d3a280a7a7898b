import { MeshError, newId, newSecret, systemClock, type Clock } from '../base/index.ts'
import { emptyState, evolve, fold, type Entry, type MeshState, type Principal } from '../mesh/index.ts'
import type { Command, Control, Outcome } from './command.ts'
import { decide } from './decide.ts'
import type { Effects } from './decided.ts'
import type { EntryDraft, Ledger } from './needs.ts'
import { steadyClock } from './steady-clock.ts'

export interface ControlOptions {
  readonly ledger: Ledger
  readonly clock?: Clock
  /** People sign in with one, so nobody makes tokens for other persons. */
  readonly identityProvider?: boolean
  /** A snapshot of the state is written after so many entries. */
  readonly snapshotEvery?: number
  /** A listener that throws, a snapshot that cannot be written: what was decided stands all the same. */
  readonly onTrouble?: (thrown: unknown) => void
}

/** Most commands that are decided together and written in one transaction. */
const groupMax = 500
/** How often a group is decided anew because another process appended. */
const attemptsMax = 50

interface Waiting {
  readonly command: Command
  readonly actor: Principal
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (why: unknown) => void
}

/**
 * Opens the use cases over a ledger: the last snapshot, then every entry after it, chain checked. Commands that arrive
 * while others are being written are decided one after the other on what those left and written together, so that many
 * wait for one disk; each is answered when its entries are durable.
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  const { ledger, identityProvider = false, snapshotEvery = 2000 } = options
  let state = caughtUp(ledger, (await ledger.loadSnapshot()) ?? emptyState)
  const clock = steadyClock(options.clock ?? systemClock, () => state)
  let snapshotSeq = state.seq
  let waiting: Waiting[] = []
  let working: Promise<void> | undefined
  let closed = false
  const listeners = new Set<(state: MeshState) => void>()

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, groupMax)
      waiting = waiting.slice(groupMax)
      await answer(group)
      if (state.seq - snapshotSeq >= snapshotEvery) await saveSnapshot()
    }
    working = undefined
  }

  async function answer(group: readonly Waiting[]): Promise<void> {
    try {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const decided = decideGroup(state, group, effectsNow())
        const entries = decided.drafts.length === 0 ? [] : await ledger.append(state.seq, decided.drafts)
        if (entries !== undefined) {
          enact(decided.state, entries.length > 0)
          settle(decided.answers, entries)
          return
        }
        state = caughtUp(ledger, state)
      }
      throw new MeshError('request.conflict', 'Others write to this ledger without a pause.')
    } catch (why) {
      for (const { reject } of group) reject(why)
    }
  }

  function enact(next: MeshState, isChanged: boolean): void {
    if (!isChanged) return
    state = next
    for (const listener of listeners) {
      try {
        listener(state)
      } catch (thrown) {
        options.onTrouble?.(thrown)
      }
    }
  }

  const effectsNow = (): Effects => {
    const now = clock()
    return { now, newId: prefix => newId(prefix, now), newSecret, identityProvider }
  }

  async function saveSnapshot(): Promise<void> {
    snapshotSeq = state.seq
    try {
      await ledger.saveSnapshot(state)
    } catch (thrown) {
      options.onTrouble?.(thrown)
    }
  }

  return {
    state: () => state,
    execute(command, actor) {
      if (closed) return Promise.reject(new MeshError('busy.draining', 'The server is shutting down.'))
      return new Promise((resolve, reject) => {
        waiting.push({ command, actor, resolve, reject })
        working ??= Promise.resolve().then(work)
      })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      if (closed) return
      closed = true
      await working
      if (state.seq > snapshotSeq) await saveSnapshot()
    },
  }
}

const caughtUp = (ledger: Ledger, from: MeshState): MeshState => fold(from, ledger.read(from.seq))

/** One answer for each command: a refusal, or what its part of the entries is. */
interface Answer {
  readonly to: Waiting
  readonly refusal?: unknown
  readonly result?: unknown
  readonly first: number
  readonly count: number
}

function decideGroup(from: MeshState, group: readonly Waiting[], effects: Effects) {
  let state = from
  const drafts: EntryDraft[] = []
  const answers: Answer[] = []
  const at = effects.now.toISOString()
  for (const to of group) {
    const first = drafts.length
    const { events, refusal, result } = decidedOrThrown(state, to, effects)
    for (const event of events) {
      const draft = { at, actor: actorOf(to.actor), event }
      state = evolve(state, { ...draft, seq: state.seq + 1, hash: '' })
      drafts.push(draft)
    }
    answers.push({ to, refusal, result, first, count: events.length })
  }
  return { state, drafts, answers }
}

/** A bug in one command is that command's alone. */
function decidedOrThrown(state: MeshState, { command, actor }: Waiting, effects: Effects) {
  try {
    const decided = decide(state, command, actor, effects)
    return decided instanceof MeshError ? { events: [], refusal: decided, result: undefined } : decided
  } catch (bug) {
    return { events: [], refusal: bug, result: undefined }
  }
}

const actorOf = ({ id, onBehalfOf }: Principal): string =>
  onBehalfOf === undefined ? id : `${id} for ${onBehalfOf.id}`

function settle(answers: readonly Answer[], entries: readonly Entry[]): void {
  for (const { to, refusal, result, first, count } of answers) {
    if (refusal === undefined) to.resolve({ entries: entries.slice(first, first + count), result })
    else to.reject(refusal)
  }
}
