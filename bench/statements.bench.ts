import { openClient } from './kit/client.ts'
import { median, quantile, repeat, sorted, timed } from './kit/measure.ts'
import { report, shown } from './kit/report.ts'
import { publishedTpch } from './kit/tpch.ts'

/** How many statements a second, and how soon is one answered, where the engine has next to nothing to do? */
const product = await publishedTpch([
  { table: 'nation', keyed: true },
  { table: 'region', keyed: true },
])
const client = openClient(product.url, product.token)
try {
  await repeat(500, () => client.query('select 1'))
  const before = product.processorMs()
  const one = await repeat(2000, () => client.query('select 1'))
  const processors = (product.processorMs() - before) / 2000

  const many: number[] = []
  const [clients, each] = [16, 500]
  const total = await timed(() =>
    Promise.all(
      Array.from({ length: clients }, async () => {
        for (let i = 0; i < each; i++) many.push(await timed(() => client.query('select 1')))
      }),
    ),
  )
  const all = sorted(many)

  const mixed = mixedStatements()
  const first: number[] = []
  for (const sql of mixed) first.push(await timed(() => client.query(sql)))
  const warm: number[] = []
  for (let round = 0; round < 5; round++) for (const sql of mixed) warm.push(await timed(() => client.query(sql)))
  const firsts = sorted(first)
  const warms = sorted(warm)

  report('Small statements over HTTP', [
    {
      what: 'SELECT 1, one client, p50',
      value: median(one),
      unit: 'ms',
      limit: { most: 1.5 },
      note: `p99 ${shown(quantile(one, 0.99))} ms; ${shown(processors)} ms of processors`,
    },
    {
      what: 'SELECT 1, 16 clients',
      value: (clients * each) / (total / 1000),
      unit: '/s',
      limit: { least: 1500 },
      note: `p50 ${shown(median(all))} ms, p99 ${shown(quantile(all, 0.99))} ms`,
    },
    {
      what: '200 mixed statements, one client, p50',
      value: median(warms),
      unit: 'ms',
      limit: { most: 6 },
      note: `p95 ${shown(quantile(warms, 0.95))} ms; met for the first time p50 ${shown(median(firsts))}, p95 ${shown(quantile(firsts, 0.95))} ms`,
    },
  ])
} finally {
  client.close()
  await product.stop()
}

/** Projections, filters, aggregates, joins, windows, set operations and CTEs, 200 texts of which no two are the same. */
function mixedStatements(): readonly string[] {
  const shapes: readonly ((i: number) => string)[] = [
    i => `select n_name from tpch.nation where n_nationkey = ${i}`,
    i => `select count(*) as n from tpch.nation where n_regionkey <> ${i}`,
    i => `select n_regionkey, count(*) as n from tpch.nation where n_nationkey > ${i} group by n_regionkey order by 1`,
    i =>
      `select r_name, n_name from tpch.nation join tpch.region on n_regionkey = r_regionkey where n_nationkey < ${i}`,
    i => `select upper(n_name) as n, length(n_comment) as l from tpch.nation order by n_name limit ${i + 1}`,
    i => `select n_name, row_number() over (partition by n_regionkey order by n_name) + ${i} as n from tpch.nation`,
    i => `with big as (select * from tpch.nation where n_nationkey >= ${i}) select max(n_name) as m from big`,
    i => `select n_name from tpch.nation where n_nationkey = ${i} union all select r_name from tpch.region`,
    i =>
      `select r_name from tpch.region where r_regionkey in (select n_regionkey from tpch.nation where n_nationkey = ${i})`,
    i =>
      `select n_name || ' ${i}' as name, case when n_regionkey = ${i} then 'here' else 'there' end as place from tpch.nation`,
  ]
  return Array.from({ length: 200 }, (_, i) => shapes[i % shapes.length]!(Math.floor(i / shapes.length)))
}
