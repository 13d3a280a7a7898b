import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '../../src/base/index.ts'
import { principalOf } from '../../src/mesh/index.ts'
import { openGateway, type Engine, type Gateway } from '../../src/query/index.ts'
import { column, contract, domain, grant, mesh, now, policy, product } from '../policy/mesh-fixture.ts'
import { maskKey, memoryLog, snapshot } from './fixture.ts'
import { connect, inProcessEngine } from './in-process-engine.ts'
import { tpchSql, tpchTables } from './tpch.ts'

/** Table → columns as `name type`, and a SELECT of its rows. */
export type TableTexts = Readonly<
  Record<string, { readonly columns: Readonly<Record<string, string>>; readonly sql: string }>
>

export const shopTables: TableTexts = {
  'shop.orders': {
    columns: {
      order_id: 'BIGINT',
      customer_id: 'BIGINT',
      product_id: 'BIGINT',
      ordered_at: 'TIMESTAMP',
      status: 'VARCHAR',
      channel: 'VARCHAR',
      quantity: 'INTEGER',
      amount: 'DECIMAL(12,2)',
      discount: 'INTEGER',
      note: 'VARCHAR',
    },
    sql: `select i::bigint as order_id, (i % 7)::bigint as customer_id, (i % 5)::bigint as product_id,
      timestamp '2026-01-01' + to_hours((i * 9)::integer) as ordered_at, ['paid','shipped','cancelled'][1 + i % 3] as status,
      ['web','app'][1 + i % 2] as channel, (1 + i % 4)::integer as quantity, (i * 3.5)::decimal(12,2) as amount,
      (i % 2)::integer as discount, case when i % 4 = 0 then 'gift' end as note from range(40) r(i)`,
  },
  'shop.customers': {
    columns: {
      customer_id: 'BIGINT',
      name: 'VARCHAR',
      email: 'VARCHAR',
      city: 'VARCHAR',
      is_vip: 'BOOLEAN',
      tags: 'VARCHAR[]',
      address: 'STRUCT("city" VARCHAR, "zip" VARCHAR)',
    },
    sql: `select i::bigint as customer_id, ['Ann','Bo','Cläre'][1 + i % 3] as name, 'p' || i || '@example.com' as email,
      ['Oslo','Rome'][1 + i % 2] as city, i % 2 = 0 as is_vip, ['vip', 'x' || i] as tags,
      {'city': 'Oslo', 'zip': '0' || i} as address from range(7) r(i)`,
  },
  'shop.products': {
    columns: { product_id: 'BIGINT', title: 'VARCHAR', category: 'VARCHAR', price: 'DOUBLE' },
    sql: `select i::bigint as product_id, 'thing ' || i as title, ['toys','books'][1 + i % 2] as category, 1.5 + i::double as price from range(5) r(i)`,
  },
  'shop.events': {
    columns: { customer_id: 'BIGINT', kind: 'VARCHAR', seen_at: 'TIMESTAMP WITH TIME ZONE', payload: 'JSON' },
    sql: `select (i % 7)::bigint as customer_id, ['view','buy'][1 + i % 2] as kind,
      timestamptz '2026-01-01 00:00:00+00' + to_hours(i::integer) as seen_at,
      json_object('page', 'p' || (i % 3), 'n', i, 'items', [i]) as payload from range(30) r(i)`,
  },
}

export const tpchTexts = (orders: number): TableTexts =>
  Object.fromEntries(
    Object.entries(tpchTables).map(([name, { columns }]) => [
      `tpch.${name}`,
      {
        columns: Object.fromEntries(Object.entries(columns).map(([c, [type]]) => [c, type])),
        sql: tpchSql(name, orders),
      },
    ]),
  )

/** A mesh of these tables, all granted to `ann`; with `hiding`, a filter hides rows of every table from her, so that copies are needed. */
export async function statementMesh(tables: TableTexts, hiding?: string, given?: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'meshwright-statements-'))
  const connection = await connect()
  await connection.run(`set TimeZone='UTC'`)
  const files = new Map<string, string>()
  for (const [name, { sql }] of Object.entries(tables)) {
    const path = join(folder, `${name}.parquet`)
    await connection.run(`copy (${sql}) to '${path}' (format parquet)`)
    files.set(name, path)
  }
  connection.closeSync()
  const products = Object.entries(tables).map(([id, { columns }]) => {
    const named = Object.entries(columns).map(([name, type]) => column(name, type, fieldsOf(type)))
    return product(id, [contract(id, [{ name: id.split('.')[1]!, columns: named }])])
  })
  const domains = [...new Set(Object.keys(tables).map(id => id.split('.')[0]!))]
  const empty = mesh({
    settings: { purposes: { analytics: { is: 'Analyse' } } },
    domains: domains.map(id => domain(id, `${id}-team`)),
    products,
    policies:
      hiding === undefined ? [] : [policy('hiding', { select: { domains: 'true' }, query: [{ filter: hiding }] })],
    grants: Object.keys(tables).map(id => grant(`g-${id}`, 'ann', id, 'analytics')),
  })
  const state = {
    ...empty,
    tables: new Map(
      [...empty.tables].map(([key, table]) => [
        key,
        {
          ...table,
          majors: new Map(
            [...table.majors].map(([major, version]) => [
              major,
              { ...version, snapshots: [snapshot(table.id, '1', version.table.columns)] },
            ]),
          ),
        },
      ]),
    ),
  }
  const engine = given ?? (await inProcessEngine())
  const none = () => Promise.reject(new Error('No lake in this test.'))
  const gateway: Gateway = openGateway({
    engine,
    log: memoryLog(),
    maskKey: { bytes: maskKey },
    lakePaths: { absolute: path => path },
    lakeFiles: { read: none, create: none, adopt: none, list: none, remove: none, uri: String, pathOf: String },
    state: () => state,
    now: () => now,
    newId,
    world: {
      maskKey: { bytes: maskKey },
      readSnapshot: async ({ to }) => {
        const fields = Object.keys(tables[to]!.columns).map((name, i) => ({
          id: i + 1,
          name,
          required: false,
          type: 'string',
        }))
        const schema = { schemaId: 0, fields }
        return { schema, schemas: [schema], files: [{ path: files.get(to)!, schemaId: 0 }] }
      },
    },
  })
  const request = (sql: string) => ({
    sql,
    params: [],
    principal: principalOf(state, 'ann'),
    door: 'http',
    format: 'json' as const,
    url: 'http://mesh.example',
  })
  return {
    gateway,
    engine,
    files,
    request,
    async rows(sql: string): Promise<readonly unknown[]> {
      let text = ''
      const answer = await gateway.query(request(sql))
      for await (const bytes of answer.body) text += Buffer.from(bytes).toString()
      return JSON.parse(`[${text}]`) as unknown[]
    },
    async close() {
      await engine.close()
      await rm(folder, { recursive: true })
    },
  }
}

function fieldsOf(type: string) {
  if (!type.startsWith('STRUCT')) return {}
  return { fields: [column('city'), column('zip')] }
}
