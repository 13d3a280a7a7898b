import { beforeAll, expect, test } from 'vitest'
import { buildGrowth } from '../../src/runs/build-growth.ts'
import type { WorkshopSession } from '../../src/runs/index.ts'
import { inProcessWorkshop } from './support/in-process-workshop.ts'

let session: WorkshopSession

beforeAll(async () => {
  session = await inProcessWorkshop().open({ read: [], write: '/tmp', memoryMb: 500, timeoutMs: 10_000 })
  await session.execute('create table raw (id integer, k varchar, t timestamp, l integer[])')
  await session.execute('create table more (id integer, k varchar, t timestamp, l integer[])')
  await session.execute('create table dim (k varchar, n integer, t timestamp)')
  return () => session.close()
})

const growth = (sql: string) => buildGrowth(session, sql, ['raw', 'more'])

test.each([
  'from raw',
  'select id + 1 as id from raw where k is not null order by id',
  'select id, now() as at from raw',
  'select id, n from raw join dim using (k)',
  'select id, n from dim join raw using (k)',
  'select id, n from raw left join dim using (k)',
  'select id, n from dim right join raw using (k)',
  'select id from raw, dim where raw.k = dim.k',
  'select id, n from raw asof join dim on raw.k = dim.k and raw.t >= dim.t',
  'select id from raw where k in (select k from dim)',
  'select id from raw where k not in (select k from dim)',
  'select id from raw where exists (select 1 from dim where dim.k = raw.k)',
  'select id from raw anti join dim using (k)',
  'select id, (select max(n) from dim where dim.k = raw.k) as n from raw',
  'select id, n from raw join (select k, sum(n) as n from dim group by k) using (k)',
  'with r as (select id, k from raw) select id, n from r join dim using (k)',
  'select id, unnest(l) as u from raw',
  'select id, u from raw, unnest(l) as t(u)',
  'select id, x.n from raw left join lateral (select n from dim where dim.k = raw.k order by n limit 1) x on true',
  'select id from raw union all select id from more',
])('%s answers row by row', async sql => {
  expect((await growth(sql)).growth).toBe('rows')
})

test.each([
  'select distinct id from raw',
  'select count(*) as n from raw',
  'select k, sum(id) as n from raw group by k',
  'select id, row_number() over (order by t) as r from raw',
  'select id from raw limit 3',
  'select id from raw order by t limit 3',
  'select raw.id from raw join more using (k)',
  'select a.id from raw a join raw b using (k)',
  'select n, id from dim left join raw using (k)',
  'select n, id from raw right join dim using (k)',
  'select n, id from raw full join dim using (k)',
  'select k from dim where k in (select k from raw)',
  'select k from dim anti join raw using (k)',
  'select id from raw union select id from more',
  'select id from raw union all select n from dim',
  'select k from raw except select k from dim',
  'select k from raw intersect select k from dim',
  'select id, (select max(id) from raw) as m from raw',
  'select (select max(n) from dim) as n, count(*) as c from raw',
  'with recursive r as (select id from raw union all select id + 1 from r where id < 3) select id from r',
  'select u, rn from (select l, row_number() over () as rn from raw) as x, unnest(l) as t(u)',
  'select id from raw tablesample 10%',
  'select id from raw positional join dim',
])('%s does not', async sql => {
  expect((await growth(sql)).growth).toBe('other')
})

test('what asks for the time or for chance is not steady', async () => {
  expect((await growth('select id from raw')).isSteady).toBe(true)
  for (const asks of ['now()', 'current_date', 'random()', 'uuid()', 'today()', 'get_current_timestamp()']) {
    expect((await growth(`select id from raw where ${asks} is not null`)).isSteady, asks).toBe(false)
    expect((await growth(`select * from (select id, ${asks} as c from raw) where c is not null`)).isSteady).toBe(false)
    expect((await growth(`select id, ${asks} as loaded_at from raw`)).isSteady, asks).toBe(true)
  }
})

/** Says by real rows what the walk says of the plan: the answer over all is that over the old beside that over the new. */
test.each(['select id, n from raw left join dim using (k)', 'select id, u from raw, unnest(l) as t(u)'])(
  '%s is what its batches are together',
  async sql => {
    const batches = ["(1, 'a', null, [1, 2]), (1, 'a', null, [1, 2])", "(1, 'a', null, [1, 2]), (2, 'b', null, [3])"]
    await session.execute("insert into dim values ('a', 1, null), ('a', 2, null)")
    const answers: unknown[] = []
    for (const batch of [...batches, batches.join(', ')]) {
      await session.execute('delete from raw')
      await session.execute(`insert into raw values ${batch}`)
      answers.push(
        (await session.execute(`${sql} order by all`)).map(row =>
          JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)),
        ),
      )
    }
    const [first, second, both] = answers as string[][]
    expect([...first!, ...second!].sort()).toEqual(both!.toSorted())
  },
)
