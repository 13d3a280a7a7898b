import { canonicalJson, MeshError } from '../../base/index.ts'
import { examineChain, type ChainProblem } from '../../mesh/index.ts'
import type { QueryLog, QueryOutcome, QueryRecord } from '../../query/needs.ts'
import { chainedTable, chainedTableSchema } from './chained-table.ts'
import { queryIndexProblems } from './query-index-problems.ts'
import { closeDatabase, inTransaction, openDatabase, patiently, storageSafe } from './open-database.ts'

const schema = `
  ${chainedTableSchema('link')}
  create table if not exists query
    (id text primary key, who text not null, at text not null, begun integer not null, finished integer) strict;
  create index if not exists query_by_time on query (at);`

export type KnownQuery = QueryRecord & { readonly outcome?: QueryOutcome }

export interface SqliteQueryLog extends QueryLog {
  /** How many links the chain has, and the hash of the last: what the ledger records. */
  head(): { readonly count: number; readonly head: string }
  /** Checks the chain, and that the index by which queries are found says the same; `recorded` is a head that the ledger knows. */
  verify(recorded?: { readonly count: number; readonly head: string }): readonly ChainProblem[]
  /** The newest first; of one person where asked. */
  list(filter: { readonly who?: string; readonly limit: number }): readonly KnownQuery[]
  /** Writes what waits and closes. */
  close(): Promise<void>
}

/** Long enough for the next statement of a busy client, and what a killed process may lose of ends. */
const endWaitsMs = 20

/** While more than so many run at once, beginnings gather for a moment: each transaction takes longer than it. */
const fewOpen = 3
const gatherMs = 1

/** One waiting link: the beginning or the end of a query. */
interface Waiting {
  readonly body: string
  readonly index: (seq: number) => void
  readonly done?: { resolve(): void; reject(why: unknown): void }
}

/**
 * The query log in one SQLite file, chained like the ledger. Everything that arrives in one turn of the event loop is one
 * transaction. A beginning that cannot be written rejects, so that no query runs unrecorded; an end waits a little for the
 * next beginning, and shares its transaction.
 */
export function sqliteQueryLog(path: string, { waitMs = 10_000 }: { readonly waitMs?: number } = {}): SqliteQueryLog {
  const db = openDatabase(path, 'normal', schema)
  const table = chainedTable(db, 'link')
  const began = db.prepare('insert into query (id, who, at, begun) values (?, ?, ?, ?)')
  const ended = db.prepare('update query set finished = ? where id = ?')
  const one = db.prepare('select begun, finished from query where id = ?').raw()
  const newest = db.prepare('select begun, finished from query order by at desc, id desc limit ?').raw()
  const newestOf = db.prepare('select begun, finished from query where who = ? order by at desc, id desc limit ?').raw()

  let waiting: Waiting[] = []
  /** Queries that were begun and have no end yet. */
  let open = 0
  let writing: Promise<void> | undefined
  let later: NodeJS.Timeout | undefined

  const schedule = () => {
    clearTimeout(later)
    later = undefined
    writing ??= writeNext()
  }

  async function writeNext(): Promise<void> {
    await (open > fewOpen ? soon() : nextTurn())
    const written = await write()
    writing = undefined
    if (waiting.length > 0 && (written || waiting.some(w => w.done !== undefined))) schedule()
  }

  /** False where nothing could be written: ends then wait for the next beginning. */
  async function write(): Promise<boolean> {
    const batch = waiting
    waiting = []
    try {
      await patiently(path, waitMs, () =>
        inTransaction(db, () => table.append(batch.map(w => w.body)).forEach((link, i) => batch[i]!.index(link.seq))),
      )
      for (const { done } of batch) done?.resolve()
      return true
    } catch (why) {
      for (const { done } of batch) done?.reject(why)
      waiting = [...batch.filter(w => w.done === undefined), ...waiting]
      return false
    }
  }

  async function idle(): Promise<void> {
    if (writing === undefined) return
    await writing
    await idle()
  }

  const known = ([begun, finished]: readonly [number, number | null]): KnownQuery => {
    const { begin } = bodyAt(begun) as { begin: QueryRecord }
    return finished === null ? begin : { ...begin, outcome: (bodyAt(finished) as { outcome: QueryOutcome }).outcome }
  }
  const bodyAt = (seq: number): unknown => {
    const link = table.at(seq)
    if (link === undefined) throw new MeshError('ledger.damaged', `Entry ${seq} of the query log is missing.`)
    return JSON.parse(link.body)
  }
  const rows = (found: unknown[]) => (found as [number, number | null][]).map(known)

  return {
    begin: record =>
      new Promise((resolve, reject) => {
        const index = (seq: number) => began.run(record.id, record.who, record.at, seq)
        waiting.push({ body: canonicalJson({ begin: record }), index, done: { resolve, reject } })
        if (record.refused === undefined) open += 1
        schedule()
      }),
    finish(id, outcome) {
      open -= 1
      waiting.push({ body: canonicalJson({ end: id, outcome }), index: seq => ended.run(seq, id) })
      later ??= setTimeout(schedule, endWaitsMs)
    },
    async get(id) {
      if (waiting.length > 0) schedule()
      await idle()
      return rows(storageSafe(path, () => one.all(id)))[0]
    },
    head() {
      const { seq, hash } = storageSafe(path, () => table.head())
      return { count: seq, head: hash }
    },
    verify(recorded) {
      const anchors = [table.anchor()]
      if (recorded !== undefined) anchors.push({ seq: recorded.count, hash: recorded.head, where: 'the ledger' })
      return storageSafe(path, () => {
        const problems = examineChain(table.after(0), anchors, body => body.startsWith('{'))
        return problems.length > 0 ? problems : queryIndexProblems(db)
      })
    },
    list: ({ who, limit }) =>
      rows(storageSafe(path, () => (who === undefined ? newest.all(limit) : newestOf.all(who, limit)))),
    async close() {
      if (waiting.length > 0) schedule()
      await idle()
      closeDatabase(db)
    },
  }
}

const soon = () => new Promise<void>(resolve => setTimeout(resolve, gatherMs))
const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))
