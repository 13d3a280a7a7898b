import type { RunShape } from '../api/index.ts'
import { mayDo, type Action } from '../control/index.ts'
import { MeshError } from '../base/index.ts'
import type { MeshState, Principal, ProductState } from '../mesh/index.ts'
import type { RunRecord } from '../runs/index.ts'
import type { Handlers } from './handler.ts'
import { notFound, productNamed } from './lookup.ts'
import type { Rooms } from './rooms.ts'
import { underMasks } from './under-masks.ts'

export const runHandlers: Pick<Handlers, 'startRun' | 'runs' | 'run' | 'cancelRun' | 'rejectedRows'> = {
  async startRun(rooms, input, { principal }) {
    const state = rooms.control.state()
    const { product } = productToRun(state, principal, input.product)
    requireRole(state, principal, product.domain)
    const run = await rooms.runs.start({
      product: product.id,
      by: principal.id,
      ...(input.from === undefined ? {} : { from: input.from }),
      ...(input.to === undefined ? {} : { to: input.to }),
      ...(input.sample === undefined ? {} : { sample: input.sample }),
    })
    return runShape(run)
  },

  async runs(rooms, input, { principal }) {
    const state = rooms.control.state()
    const product = input.product === undefined ? undefined : productToRun(state, principal, input.product).product.id
    const found = await rooms.runs.list({
      limit: input.limit,
      ...(product === undefined ? {} : { product }),
      // Before the limit: the runs of others are no reason to show fewer of the asker's own.
      ...(seesAll(state, principal) ? {} : { domains: domainsToRun(state, principal) }),
    })
    return { runs: found.filter(run => mayLookAt(state, principal, run)).map(runShape) }
  },

  async run(rooms, { id, wait }, { principal }) {
    const run = await runNamed(rooms, principal, id)
    return runShape(wait === 0 || isOver(run) ? run : await changed(rooms, run, wait))
  },

  async cancelRun(rooms, { id }, { principal }) {
    const run = await runNamed(rooms, principal, id)
    requireRole(rooms.control.state(), principal, domainOf(run))
    await rooms.runs.cancel(id, principal.id)
    return runShape(await rooms.runs.wait(id))
  },

  async rejectedRows(rooms, { id, table, limit }, { principal }) {
    const run = await runNamed(rooms, principal, id)
    const state = rooms.control.state()
    requireRole(state, principal, domainOf(run), 'see-rejected-rows')
    const kept = await rooms.runs.rejected(id, { limit, ...(table === undefined ? {} : { table }) })
    const shown = underMasks(state, principal, `${domainOf(run)}.${kept.table}`, kept, rooms.clock())
    return {
      table: kept.table,
      columns: [...shown.columns],
      rows: shown.rows.map(row => [...row]),
      notes: [...shown.notes, ...(run.notes ?? [])],
    }
  },
}

const domainOf = (run: RunRecord) => run.product.slice(0, run.product.indexOf('.'))
const isOver = (run: RunRecord) => !['queued', 'running', 'checking'].includes(run.state)

/** Whoever may run a product may name it, even where a rule hides it from their search: they see its runs anyway. */
function productToRun(state: MeshState, principal: Principal, id: string): ProductState {
  const product = state.products.get(id.toLowerCase()) ?? state.products.get(id)
  if (product !== undefined && mayDo(state, principal, 'run', product.product.domain) === undefined) return product
  return productNamed(state, principal, id)
}

function requireRole(state: MeshState, principal: Principal, domain: string, action: Action = 'run'): void {
  const refusal = mayDo(state, principal, action, domain)
  if (refusal !== undefined) throw refusal
}

/** Check results tell about rows, so runs are for those who may run; the platform engineer sees that they happen. */
function mayLookAt(state: MeshState, principal: Principal, run: RunRecord): boolean {
  return mayDo(state, principal, 'run', domainOf(run)) === undefined || seesAll(state, principal)
}

const seesAll = (state: MeshState, principal: Principal) => state.platformEngineers.includes(principal.id)

const domainsToRun = (state: MeshState, principal: Principal): readonly string[] =>
  [...state.domains.values()].map(({ id }) => id).filter(domain => mayDo(state, principal, 'run', domain) === undefined)

async function runNamed(rooms: Rooms, principal: Principal, id: string): Promise<RunRecord> {
  const run = await rooms.runs.get(id)
  if (run === undefined || !mayLookAt(rooms.control.state(), principal, run)) throw notFound('run', id, [])
  return run
}

/** The run after its next change, or as it is when the time is over. */
async function changed(rooms: Rooms, before: RunRecord, waitMs: number): Promise<RunRecord> {
  const watching = rooms.runs.watch(before.id)[Symbol.asyncIterator]()
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), waitMs)
  })
  try {
    for (;;) {
      const next = await Promise.race([watching.next(), timeUp])
      if (next === undefined || next.done === true) break
      if (progressOf(next.value) !== progressOf(before)) return next.value
    }
  } finally {
    clearTimeout(timer)
    await watching.return?.()
  }
  const now = await rooms.runs.get(before.id)
  if (now === undefined) throw new MeshError('thing.not-found', `There is no run ${before.id}.`)
  return now
}

const progressOf = (run: RunRecord) => `${run.state} ${run.steps.map(s => s.state).join()}`

export function runShape(run: RunRecord): RunShape {
  const [snapshot] = Object.values(run.snapshots)
  return {
    id: run.id,
    product: run.product,
    release: run.release,
    by: run.by,
    at: run.at,
    state: run.state,
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    steps: run.steps.map(({ name, state, elapsedMs, rows }) => ({
      name,
      state,
      ...(elapsedMs === undefined ? {} : { elapsedMs }),
      ...(rows === undefined ? {} : { rows }),
    })),
    checks: run.checks.map(c => ({ ...c })),
    rows: { ...run.rows },
    rejected: Object.keys(run.kept),
    snapshots: { ...run.snapshots },
    ...(snapshot === undefined ? {} : { snapshot }),
    notes: [...(run.notes ?? [])],
    ...(run.problem === undefined ? {} : { problem: { ...run.problem } }),
  }
}
