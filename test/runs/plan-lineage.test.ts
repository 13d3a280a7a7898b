import { beforeAll, expect, test } from 'vitest'
import { lineageOfPlan, sourceOf, UnknownPlan, type How } from '../../src/query/index.ts'
import type { WorkshopSession } from '../../src/runs/index.ts'
import { inProcessWorkshop } from './support/in-process-workshop.ts'

let session: WorkshopSession

beforeAll(async () => {
  session = await inProcessWorkshop().open({ read: [], write: '/tmp', memoryMb: 500, timeoutMs: 10_000 })
  await session.execute(
    'create table t (a integer, b varchar, d date, g integer, l integer[], s struct(x integer, y varchar))',
  )
  await session.execute('create table u (a integer, x double, n varchar)')
  await session.execute('create schema sales')
  await session.execute('create table sales.orders (id bigint, amount decimal(9,2), person varchar)')
  return () => session.close()
})

/** `v:` value, `a:` aggregate, `c:` condition, each with the columns. */
async function lineage(sql: string): Promise<readonly string[]> {
  const [row] = await session.execute(`select json_serialize_plan('${sql.replaceAll("'", "''")}')::varchar as plan`)
  return lineageOfPlan(row!['plan'] as string).columns.map(sources => {
    const by = (how: How) =>
      [...sources]
        .filter(([key, h]) => h === how && sourceOf(key).column !== '*')
        .map(([key]) => `${sourceOf(key).relation.replace('main.', '')}.${sourceOf(key).column}`)
        .sort()
        .join(' ')
    const part = (name: string, how: How) => (by(how) === '' ? [] : [`${name}: ${by(how)}`])
    return [...part('v', 'value'), ...part('a', 'aggregate'), ...part('c', 'condition')].join(', ')
  })
}

test.each<[string, readonly string[]]>([
  ['select a from t', ['v: t.a']],
  ['select a + g as z from t', ['v: t.a t.g']],
  ['select 1 as one from t', ['']],
  ['select * from u', ['v: u.a', 'v: u.x', 'v: u.n']],
  ['select s.x from t', ['v: t.s']],
  [`select b from t where d > date '2001-01-01'`, ['v: t.b, c: t.d']],
  ['select count(*) as n from t', ['']],
  ['select count(b) as n from t', ['a: t.b']],
  ['select a, sum(g) as s from t group by a', ['v: t.a', 'a: t.g, c: t.a']],
  ['select max(b) as m from t', ['v: t.b']],
  ['select any_value(b) as m, list(g) as l from t', ['v: t.b', 'v: t.g']],
  ['select arg_max(b, d) as m from t', ['v: t.b t.d']],
  ['select avg(x) as m, stddev(x) as q from u', ['a: u.x', 'a: u.x']],
  [`select count(*) filter (where b = 'x') as n from t`, ['a: t.b']],
  ['select t.b, u.x from t join u using (a)', ['v: t.b, c: t.a u.a', 'v: u.x, c: t.a u.a']],
  ['select t.b from t left join u on t.a < u.a or t.g = 1', ['v: t.b, c: t.a t.g u.a']],
  ['select t.b, u.n from t cross join u', ['v: t.b', 'v: u.n']],
  ['select t.b from t semi join u using (a)', ['v: t.b, c: t.a u.a']],
  ['select t.b from t anti join u using (a)', ['v: t.b, c: t.a u.a']],
  ['select b from t where a in (select a from u)', ['v: t.b, c: t.a u.a']],
  ['select a in (select a from u) as f from t', ['v: t.a u.a']],
  ['select b from t where exists (select 1 from u where u.a = t.a)', ['v: t.b, c: t.a u.a']],
  ['select (select max(x) from u where u.a = t.a) as m from t', ['v: u.x, c: t.a u.a']],
  ['select a from t union all select a from u', ['v: t.a u.a']],
  ['select a from t except select a from u', ['v: t.a, c: u.a']],
  ['select a from t intersect select a from u', ['v: t.a u.a']],
  ['with c as (select a, b from t) select c.a, e.b from c join c e using (a)', ['v: t.a', 'v: t.b, c: t.a']],
  ['with c as materialized (select a, b from t where g = 1) select b from c', ['v: t.b, c: t.g']],
  [
    'with recursive r(n, m) as (select a, g from t union all select n + 1, m from r where n < 10) select * from r',
    ['v: t.a', 'v: t.g, c: t.a'],
  ],
  ['select distinct a, b from t', ['v: t.a', 'v: t.b']],
  ['select distinct on (a) b from t order by d', ['v: t.b, c: t.a t.d']],
  ['select b from t order by g limit 3', ['v: t.b, c: t.g']],
  ['select row_number() over (partition by a order by d) as r from t', ['c: t.a t.d']],
  ['select sum(g) over (order by d) as r from t', ['v: t.g, c: t.d']],
  ['select lag(b) over (partition by a order by d) as r from t', ['v: t.b, c: t.a t.d']],
  [`select b from t qualify row_number() over (partition by a) = 1`, ['v: t.b, c: t.a']],
  ['select a, unnest(l) as e from t', ['v: t.a, c: t.l', 'v: t.l']],
  ['select t.a, x.unnest as e from t, unnest(t.l) as x', ['v: t.a, c: t.l', 'v: t.l']],
  ['select t.a, r.range as e from t, range(t.g) as r', ['v: t.a, c: t.g', 'v: t.g']],
  ['select t.b, y.v from t, lateral (select t.g * 2 as v) as y', ['v: t.b, c: t.g', 'v: t.g']],
  ['select list_transform(l, lambda e: e + a) as z from t', ['v: t.a t.l']],
  [`select case when a > 1 then b else 'x' end as z from t`, ['v: t.a t.b']],
  ['select coalesce(b, d::varchar) as z from t', ['v: t.b t.d']],
  ['select z from (values (1), (2)) as v(z)', ['']],
  [
    'select person, sum(amount) as s from sales.orders group by all',
    ['v: sales.orders.person', 'a: sales.orders.amount, c: sales.orders.person'],
  ],
  [`from (pivot t on b in ('x', 'y') using sum(g) group by a)`, ['v: t.a', 'a: t.b t.g, c: t.a', 'a: t.b t.g, c: t.a']],
  [
    'select name, value from (unpivot (select a, g from t) on a, g into name name value value)',
    ['c: t.a t.g', 'v: t.a t.g'],
  ],
  ['select t.b, u.x from t asof join u on t.a >= u.a', ['v: t.b, c: t.a u.a', 'v: u.x, c: t.a u.a']],
  ['select t.b, u.x from t positional join u', ['v: t.b', 'v: u.x']],
  ['select b from t using sample 10 rows', ['v: t.b']],
  ['select a, count(*) as n, grouping(a) as k from t group by rollup (a)', ['v: t.a', 'c: t.a', 'c: t.a']],
])('%s', async (sql, expected) => {
  expect(await lineage(sql)).toEqual(expected)
})

test('a plan that the engine does not give is unknown', async () => {
  await expect(lineage('select nothing from t')).rejects.toThrow(UnknownPlan)
})

test.each<[string, readonly (string | undefined)[]]>([
  ['select a, b as c, length(b), a + 1, s.x, s from t', ['a', 'b', undefined, undefined, 's.x', 's']],
  ['select * from (select b as z from t where a = 1 order by d limit 3)', ['b']],
  ['select b, min(b), count(*) from t group by b', ['b', undefined, undefined]],
  ['with c as (select b, a from t) select x.b from c x join c y using (a)', ['b']],
  ['select b from t union all select n from u', [undefined]],
  ['select count(b) over (), lag(b) over (order by a), b from t', [undefined, undefined, 'b']],
  ['select b in (select n from u where a > 1), b in (values (1::varchar)) from t', [undefined, undefined]],
  ['select x, a from t, unnest(l) v(x)', [undefined, 'a']],
  ['select b::varchar, b::blob, l[1], [b] from t', ['b', undefined, undefined, undefined]],
  [
    'select case when a = 1 then b else b end, coalesce(b, null), (select max(n) from u) from t',
    [undefined, undefined, undefined],
  ],
])('%s hands on unchanged %j', async (sql, expected) => {
  const [row] = await session.execute(`select json_serialize_plan('${sql}')::varchar as plan`)
  const { unchanged } = lineageOfPlan(row!['plan'] as string)
  expect(unchanged.map(it => it && [sourceOf(it.key).column, ...it.path].join('.'))).toEqual(expected)
})
