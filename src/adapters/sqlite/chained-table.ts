import { chained, chainStart, type Anchor, type Link } from '../../mesh/index.ts'
import type { Database } from './open-database.ts'

/** A table that only grows: each row's hash covers the row before. Appending happens in the caller's transaction. */
export interface ChainedTable {
  head(): { readonly seq: number; readonly hash: string }
  append(bodies: readonly string[]): readonly Link[]
  /** Rows after a sequence number, read a page at a time: the table may grow meanwhile. */
  after(seq: number): Iterable<Link>
  at(seq: number): Link | undefined
  /** The head as the last transaction wrote it beside the rows. */
  anchor(): Anchor
}

export const chainedTableSchema = (name: string): string => `
  create table if not exists ${name}
    (seq integer primary key, body text not null, previous text not null, hash text not null) strict;
  create table if not exists ${name}_head
    (one integer primary key check (one = 1), seq integer not null, hash text not null) strict;
  insert or ignore into ${name}_head values (1, 0, '${chainStart}');
  create trigger if not exists ${name}_is_never_changed before update on ${name}
    begin select raise(abort, 'This log is append-only.'); end;
  create trigger if not exists ${name}_is_never_shortened before delete on ${name}
    begin select raise(abort, 'This log is append-only.'); end;`

const pageRows = 500

export function chainedTable(db: Database.Database, name: string): ChainedTable {
  const insert = db.prepare(`insert into ${name} (seq, body, previous, hash) values (?, ?, ?, ?)`)
  const last = db.prepare(`select seq, hash from ${name} order by seq desc limit 1`).raw()
  const page = db.prepare(`select seq, body, previous, hash from ${name} where seq > ? order by seq limit ?`).raw()
  const one = db.prepare(`select seq, body, previous, hash from ${name} where seq = ?`).raw()
  const setHead = db.prepare(`update ${name}_head set seq = ?, hash = ?`)
  const getHead = db.prepare(`select seq, hash from ${name}_head`).raw()

  function head() {
    const [row] = last.all() as readonly [number, string][]
    return row === undefined ? { seq: 0, hash: chainStart } : { seq: row[0], hash: row[1] }
  }

  return {
    head,
    append(bodies) {
      const links = chained(head(), bodies)
      for (const { seq, body, previous, hash } of links) insert.run(seq, body, previous, hash)
      const end = links.at(-1)
      if (end !== undefined) setHead.run(end.seq, end.hash)
      return links
    },
    *after(seq) {
      for (let from = seq; ;) {
        const links = (page.all(from, pageRows) as readonly Row[]).map(linkOf)
        yield* links
        const end = links.at(-1)
        if (end === undefined || links.length < pageRows) return
        from = end.seq
      }
    },
    at(seq) {
      const [row] = one.all(seq) as readonly Row[]
      return row === undefined ? undefined : linkOf(row)
    },
    anchor() {
      const [row] = getHead.all() as readonly [number, string][]
      return { seq: row?.[0] ?? 0, hash: row?.[1] ?? chainStart, where: 'the head beside the rows' }
    },
  }
}

type Row = readonly [number, string, string, string]
const linkOf = ([seq, body, previous, hash]: Row): Link => ({ seq, body, previous, hash })
