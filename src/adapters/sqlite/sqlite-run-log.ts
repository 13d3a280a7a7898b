import { toJson } from '../../base/index.ts'
import type { RunFilter, RunLog, RunRecord } from '../../runs/needs.ts'
import { closeDatabase, openDatabase, patiently, storageSafe } from './open-database.ts'

const schema = `
  create table if not exists run
    (id text primary key, product text not null, at text not null, state text not null, record text not null) strict;
  create index if not exists run_by_product on run (product, at);
  create index if not exists run_by_time on run (at);
  create index if not exists run_under_way on run (state) where state in ('queued', 'running', 'checking');`

/** Every run in one SQLite file: the newest record of each. */
export function sqliteRunLog(path: string): RunLog & { close(): void } {
  const db = openDatabase(path, 'full', schema)
  const put = db.prepare('insert or replace into run (id, product, at, state, record) values (?, ?, ?, ?, ?)')
  const one = db.prepare('select record from run where id = ?').raw()
  const underWay = db
    .prepare(`select record from run where state in ('queued', 'running', 'checking') order by at, id`)
    .raw()
  const records = (rows: readonly unknown[]) =>
    (rows as readonly [string][]).map(([text]) => JSON.parse(text) as RunRecord)

  return {
    async put(run) {
      await patiently(path, 10_000, () => put.run(run.id, run.product, run.at, run.state, toJson(run)))
    },
    async get(id) {
      return records(storageSafe(path, () => one.all(id)))[0]
    },
    async list(filter) {
      const { where, values } = conditionOf(filter)
      const select = `select record from run ${where} order by at desc, id desc limit ?`
      return records(
        storageSafe(path, () =>
          db
            .prepare(select)
            .raw()
            .all([...values, filter.limit]),
        ),
      )
    },
    async unfinished() {
      return records(storageSafe(path, () => underWay.all()))
    },
    close: () => closeDatabase(db),
  }
}

function conditionOf({ product, domains, withoutSamples = false }: RunFilter) {
  const domainsOfRuns = `substr(product, 1, instr(product, '.') - 1)`
  const conditions = [
    ...(product === undefined ? [] : ['product = ?']),
    ...(domains === undefined ? [] : [`${domainsOfRuns} in (select value from json_each(?))`]),
    ...(withoutSamples ? [`state <> 'sampled'`] : []),
  ]
  return {
    where: conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`,
    values: [...(product === undefined ? [] : [product]), ...(domains === undefined ? [] : [JSON.stringify(domains)])],
  }
}
