import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lockHome, sqliteLedger, sqliteQueryLog } from '../adapters/sqlite/index.ts'
import { MeshError } from '../base/index.ts'
import type { LedgerProblem } from '../control/index.ts'
import { emptyState, evolve, type MeshState } from '../mesh/index.ts'
import type { Finding } from '../operations/index.ts'
import { layoutOf } from './home.ts'

export interface Verified {
  /** That could be read, in order. */
  readonly entries: number
  readonly problems: readonly LedgerProblem[]
}

/** The ledger and the record of queries of a home that no server uses: also of one that a server refuses to open. */
export async function verifyHome(path: string): Promise<Verified> {
  const { ledger } = layoutOf(path)
  if (!existsSync(ledger)) {
    throw new MeshError('usage.invalid', `There is no ledger in ${path}: it is not the home of a mesh.`, {
      fix: 'Name the home that the server was started with: --home DIR',
    })
  }
  const lock = lockHome(path)
  try {
    const { state, problems } = await ledgerOf(ledger)
    const inQueries = await queryProblems(join(path, 'queries.db'), problems.length === 0 ? state : undefined)
    return { entries: state.seq, problems: [...problems, ...inQueries] }
  } finally {
    lock.release()
  }
}

/** The same for a diagnosis; a server that uses the home checks it itself. */
export async function ledgerFinding(path: string, asked: string): Promise<Finding> {
  const name = 'ledger'
  if (!existsSync(layoutOf(path).ledger)) return { name, ok: true, detail: 'none yet' }
  try {
    const { entries, problems } = await verifyHome(path)
    if (problems.length === 0) return { name, ok: true, detail: `all ${entries} entries verify` }
    return { name, ok: false, detail: problems.map(p => p.message).join(' '), fix: `See each: ${asked}` }
  } catch (thrown) {
    if (!(thrown instanceof MeshError) || thrown.code !== 'home.locked') throw thrown
    return {
      name,
      ok: true,
      detail: 'a server uses it, so it is not looked at here; ask the server: meshwright doctor',
    }
  }
}

async function ledgerOf(path: string): Promise<{ state: MeshState; problems: readonly LedgerProblem[] }> {
  let state = emptyState
  try {
    const ledger = sqliteLedger(path)
    try {
      const problems = await ledger.verify()
      state = readable(ledger.read(0))
      return { state, problems }
    } finally {
      ledger.close()
    }
  } catch (thrown) {
    return { state, problems: [unreadable(thrown)] }
  }
}

/** As far as the entries can be read; why they end early stands among the problems. */
function readable(entries: ReturnType<ReturnType<typeof sqliteLedger>['read']>): MeshState {
  let state = emptyState
  try {
    for (const entry of entries) state = evolve(state, entry)
  } catch (thrown) {
    unreadable(thrown)
  }
  return state
}

async function queryProblems(path: string, state: MeshState | undefined): Promise<readonly LedgerProblem[]> {
  const told = (p: LedgerProblem) => ({ ...p, message: `Record of queries: ${p.message}` })
  if (!existsSync(path)) {
    const lost = state?.queries?.count ?? 0
    const message = `${path} is missing, and the ledger knows ${lost} of its entries.`
    return lost === 0 ? [] : [told({ seq: 0, what: 'removed', message })]
  }
  try {
    const log = sqliteQueryLog(path)
    try {
      return log.verify(state?.queries).map(told)
    } finally {
      await log.close()
    }
  } catch (thrown) {
    return [told(unreadable(thrown))]
  }
}

/** A refusal of the storage is an answer here; anything else is a mistake of ours. */
function unreadable(thrown: unknown): LedgerProblem {
  if (!(thrown instanceof MeshError)) throw thrown
  return { seq: 0, what: 'unreadable', message: thrown.message }
}
