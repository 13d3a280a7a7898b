import { existsSync } from 'node:fs'
import { assert, canonicalJson, digestOf, MeshError } from '../../base/index.ts'
import type { EntryDraft, Ledger, LedgerProblem } from '../../control/needs.ts'
import {
  chainStart,
  emptyState,
  examineChain,
  fold,
  linkProblem,
  stateFormat,
  stateFromJson,
  stateToJson,
  type Entry,
  type Link,
} from '../../mesh/index.ts'
import { openAnchorFile } from './anchor-file.ts'
import { chainedTable, chainedTableSchema } from './chained-table.ts'
import { closeDatabase, inTransaction, openDatabase, patiently, storageSafe } from './open-database.ts'

export interface SqliteLedgerOptions {
  /** How long an append waits for another process that holds the file. */
  readonly waitMs?: number
}

const schema = `
  ${chainedTableSchema('entry')}
  create table if not exists snapshot
    (one integer primary key check (one = 1), seq integer not null, hash text not null, format integer not null,
     digest text not null, state text not null) strict;`

/**
 * The ledger in one SQLite file, its anchor in `<path>.anchor`. An append is durable against loss of power when it
 * resolves. Opening one whose anchor vanished is refused.
 */
export function sqliteLedger(path: string, { waitMs = 10_000 }: SqliteLedgerOptions = {}): Ledger & { close(): void } {
  const isThere = existsSync(path)
  const db = openDatabase(path, 'full', schema)
  const table = chainedTable(db, 'entry')
  const isNew = !isThere || (table.head().seq === 0 && table.anchor().seq === 0)
  const anchorFile = openAnchorFile(`${path}.anchor`, isNew)
  const saveState = db.prepare('insert or replace into snapshot values (1, ?, ?, ?, ?, ?)')
  const loadState = db.prepare('select seq, hash, format, digest, state from snapshot').raw()

  function* read(after: number): Iterable<Entry> {
    const anchors = [anchorFile.read(), table.anchor()]
    const start = after === 0 ? { seq: 0, hash: chainStart } : storageSafe(path, () => table.at(after))
    if (start === undefined) throw damaged(after, `Entry ${after} is missing.`)
    let head: { readonly seq: number; readonly hash: string } = start
    for (const link of safely(path, table.after(after))) {
      const problem = linkProblem(head, link)
      if (problem !== undefined) throw damaged(link.seq, problem)
      head = link
      yield entryOf(link)
    }
    for (const { seq, where } of anchors) {
      if (seq > head.seq)
        throw damaged(head.seq + 1, `Entry ${head.seq + 1} is missing: ${where} knows ${seq} entries.`)
    }
  }

  return {
    read,

    async append(expected, drafts) {
      const bodies = drafts.map(bodyOf)
      const links = await patiently(path, waitMs, () =>
        certainly(
          () => inTransaction(db, () => (table.head().seq === expected ? table.append(bodies) : undefined)),
          () => written(expected, bodies),
        ),
      )
      if (links === undefined) return undefined
      const end = links.at(-1)
      if (end !== undefined) anchorFile.write(end)
      return links.map(entryOf)
    },

    async verify() {
      const anchors = [anchorFile.read(), table.anchor()]
      try {
        const problems = examineChain(safely(path, table.after(0)), anchors, isReadable)
        return problems.length > 0 ? problems : snapshotProblems()
      } catch (thrown) {
        if (!(thrown instanceof MeshError)) throw thrown
        return [{ seq: 0, what: 'unreadable' as const, message: thrown.message }]
      }
    },

    async saveSnapshot(state) {
      const at = table.at(state.seq)
      if (at === undefined) return
      const text = stateToJson(state)
      await patiently(path, waitMs, () => saveState.run(state.seq, at.hash, stateFormat, digestOf(text), text))
    },

    async loadSnapshot() {
      const snapshot = fittingSnapshot()
      return snapshot === undefined ? undefined : stateFromJson(snapshot.text)
    },

    close() {
      anchorFile.close()
      closeDatabase(db)
    },
  }

  /** The snapshot, if it was made by this format of an entry that is there. */
  function fittingSnapshot(): { readonly seq: number; readonly text: string } | undefined {
    const [row] = storageSafe(path, () => loadState.all() as readonly SnapshotRow[])
    if (row === undefined) return undefined
    const [seq, hash, format, digest, text] = row
    const fits = format === stateFormat && table.at(seq)?.hash === hash && digestOf(text) === digest
    return fits ? { seq, text } : undefined
  }

  /** A snapshot is what the next start believes, so that it has to be what the entries make. */
  function snapshotProblems(): readonly LedgerProblem[] {
    const snapshot = fittingSnapshot()
    if (snapshot === undefined) return []
    const { seq, text } = snapshot
    if (stateToJson(fold(emptyState, first(read(0), seq))) === text) return []
    const message = `The snapshot of the state after entry ${seq} is not what the entries make.`
    return [{ seq, what: 'changed', message }]
  }

  /** What an earlier attempt wrote after `expected`, if it is exactly this. */
  function written(expected: number, bodies: readonly string[]): readonly Link[] | undefined {
    const links = [...table.after(expected)]
    return links.length === bodies.length && links.every((link, i) => link.body === bodies[i]) ? links : undefined
  }
}

function* first(entries: Iterable<Entry>, seq: number): Iterable<Entry> {
  for (const entry of entries) {
    if (entry.seq > seq) return
    yield entry
  }
}

type SnapshotRow = readonly [number, string, number, string, string]

/** A commit that threw may have happened: what is there is read back rather than guessed. */
function certainly<T>(work: () => T, readBack: () => T | undefined): T {
  try {
    return work()
  } catch (thrown) {
    const found = readBack()
    if (found !== undefined) return found
    throw thrown
  }
}

function* safely(path: string, links: Iterable<Link>): Iterable<Link> {
  const rows = links[Symbol.iterator]()
  for (;;) {
    const next = storageSafe(path, () => rows.next())
    if (next.done === true) return
    yield next.value
  }
}

const bodyOf = ({ at, actor, event }: EntryDraft): string => canonicalJson({ at, actor, event })

function entryOf({ seq, body, hash }: Link): Entry {
  const draft = draftOf(body)
  if (draft === undefined) throw damaged(seq, `Entry ${seq} cannot be read.`)
  return { seq, ...draft, hash }
}

function draftOf(body: string): EntryDraft | undefined {
  try {
    const draft: unknown = JSON.parse(body)
    assert(typeof draft === 'object' && draft !== null && 'event' in draft, 'an entry has an event')
    return draft as EntryDraft
  } catch {
    return undefined
  }
}

const isReadable = (body: string): boolean => draftOf(body) !== undefined

const damaged = (seq: number, message: string) =>
  new MeshError('ledger.damaged', message, {
    context: { seq },
    fix: 'Restore the home from a backup. Everything that is wrong is listed by: meshwright audit verify',
  })
