import { MeshError } from '../../src/base/index.ts'
import { decide, type Command, type Effects, type Plan, type Publication } from '../../src/control/index.ts'
import {
  emptyState,
  evolve,
  majorOf,
  principalOf,
  type MeshEvent,
  type MeshState,
  type Principal,
  type Promotion,
} from '../../src/mesh/index.ts'

/** A mesh in memory on which commands are decided one after the other. */
export interface Trial {
  readonly state: MeshState
  /** Events and result of a command that is allowed; throws its refusal. */
  do(who: string | Principal, command: Command): { readonly events: readonly MeshEvent[]; readonly result: unknown }
  /** The refusal of a command; what it records all the same is recorded. */
  no(who: string | Principal, command: Command): MeshError
  publish(who: string, publication: Partial<Publication>): Plan
  refused(who: string, publication: Partial<Publication>): MeshError
  /** Each table of the product's active release gets its next rows. */
  serve(product: string): void
  at(day: string): void
}

export function trial(options: { readonly identityProvider?: boolean } = {}): Trial {
  let state = emptyState
  let now = new Date('2026-11-24T10:00:00.000Z')
  let count = 0
  const effects = (): Effects => ({
    now,
    newId: prefix => `${prefix}_${++count}`,
    newSecret: prefix => `${prefix}_secret_${++count}`,
    identityProvider: options.identityProvider ?? false,
  })
  const principal = (who: string | Principal) => (typeof who === 'string' ? principalOf(state, who) : who)
  const enact = (actor: string, events: readonly MeshEvent[]) => {
    for (const event of events)
      state = evolve(state, { seq: state.seq + 1, at: now.toISOString(), actor, event, hash: '' })
  }
  const run = (who: string | Principal, command: Command) => {
    const actor = principal(who)
    const decided = decide(state, command, actor, effects())
    if (decided instanceof MeshError) return { events: [], refusal: decided, result: undefined }
    enact(actor.id, decided.events)
    return decided
  }
  const publication = (change: Partial<Publication>): Command => ({
    kind: 'publish',
    publication: { domains: [], policies: [], products: [], bundle: 'b', ...change },
  })
  const trial: Trial = {
    get state() {
      return state
    },
    do(who, command) {
      const { events, refusal, result } = run(who, command)
      if (refusal !== undefined) throw refusal
      return { events, result }
    },
    no(who, command) {
      const { refusal } = run(who, command)
      if (refusal === undefined) throw new Error(`${command.kind} was allowed.`)
      return refusal
    },
    publish: (who, change) => trial.do(who, publication(change)).result as Plan,
    refused: (who, change) => trial.no(who, publication(change)),
    serve(id) {
      const { version, domain, ports } = state.products.get(id)!.product
      const tables = ports.flatMap(({ contract }) =>
        contract.tables.map(({ name }): Promotion => {
          const [table, major] = [`${domain}.${name}`, majorOf(contract.version)]
          const from = state.tables.get(table)!.majors.get(major)!.snapshots.at(-1)?.to
          const to = `s${++count}`
          return { table, major, ...(from === undefined ? {} : { from }), to, snapshot: '1', rows: 1, sizeBytes: 1 }
        }),
      )
      const run = `run_${++count}`
      trial.do(`product:${id}`, { kind: 'promote', product: id, release: version, run, tables, lineage: [] })
    },
    at(day) {
      now = new Date(`${day}T10:00:00.000Z`)
    },
  }
  trial.do('tariq', { kind: 'found', platformEngineer: 'tariq' })
  return trial
}
