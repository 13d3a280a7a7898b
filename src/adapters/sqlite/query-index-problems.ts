import type { ChainProblem } from '../../mesh/index.ts'
import type { Database } from './open-database.ts'

const problemsMax = 100

/** Rows that do not say what the chained body says, under the name of the column that differs. */
const differing = `
  select q.begun,
    case
      when b.body is null or json_extract(b.body, '$.begin.id') is not q.id then 'id'
      when json_extract(b.body, '$.begin.who') is not q.who then 'who'
      when json_extract(b.body, '$.begin.at') is not q.at then 'at'
      when q.finished is not null and (e.body is null or json_extract(e.body, '$.end') is not q.id) then 'finished'
    end as name
  from query as q left join link as b on b.seq = q.begun left join link as e on e.seq = q.finished
  where name is not null order by q.begun limit ${problemsMax}`

/** Links that no row leads to: a query, or its end, that nobody would find. */
const unfound = `
  select l.seq from link as l
  where (l.body like '{"begin":%'
      and not exists (select 1 from query as q where q.id = json_extract(l.body, '$.begin.id') and q.begun = l.seq))
    or (l.body like '{"end":%'
      and not exists (select 1 from query as q where q.id = json_extract(l.body, '$.end') and q.finished is not null))
  order by l.seq limit ${problemsMax}`

/**
 * Where the index by which queries are found says something else than the chain: it is no part of the chain, and a name
 * changed in it would show one person's queries as another's. Meaningful only over a chain that verifies.
 */
export function queryIndexProblems(db: Database.Database): readonly ChainProblem[] {
  const changed = (db.prepare(differing).raw().all() as readonly [number, string][]).map(
    ([seq, name]): ChainProblem => ({
      seq,
      what: 'changed',
      message: `The index of the query of entry ${seq} was changed: its ${name} is not what the entry says.`,
    }),
  )
  if (changed.length > 0) return changed
  return (db.prepare(unfound).raw().all() as readonly [number][]).map(([seq]) => ({
    seq,
    what: 'removed',
    message: `The index does not lead to entry ${seq}, so that nobody finds its query.`,
  }))
}
