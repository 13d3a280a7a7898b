import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId, MeshError } from '../../src/base/index.ts'
import { principalOf, type Column, type MeshState, type SnapshotRecord } from '../../src/mesh/index.ts'
import {
  openGateway,
  type Engine,
  type Gateway,
  type Param,
  type QueryLog,
  type QueryOutcome,
  type QueryRecord,
  type ReadableSnapshot,
  type RunRequest,
} from '../../src/query/index.ts'
import { column, contract, domain, grant, mesh, now, policy, product, struct } from '../policy/mesh-fixture.ts'
import { connect, inProcessEngine } from './in-process-engine.ts'

export { now } from '../policy/mesh-fixture.ts'

/** The mesh of the attacks: bob sees the EU's orders through masks, alice owns them, carol has nothing, dave sees groups. */
export interface AttackMesh {
  readonly gateway: Gateway
  readonly engine: RecordingEngine
  readonly log: MemoryLog
  readonly state: MeshState
  ask(who: string, sql: string, more?: AskOptions): Promise<Told>
  close(): Promise<void>
}

export interface RecordingEngine extends Engine {
  /** Everything that was run, oldest first. */
  readonly runs: readonly RunRequest[]
}

export interface AskOptions {
  readonly purpose?: string
  readonly params?: readonly Param[]
  readonly at?: string
}

/** Everything that the asker can observe. */
export type Told =
  | {
      readonly ok: true
      readonly columns: readonly { readonly name: string; readonly type: string }[]
      readonly rows: readonly (readonly unknown[])[]
      readonly notices: readonly unknown[]
      readonly receipt: string
    }
  | { readonly ok: false; readonly code: string; readonly text: string; readonly context: unknown }

export const maskKey = Buffer.from('a key for tests')
export const hashOf = (text: string): string => createHmac('sha256', maskKey).update(text).digest('hex')

const orders: readonly Column[] = [
  column('order_id', 'BIGINT', { keyPosition: 1, identifier: 'order' }),
  column('customer_id', 'BIGINT', { identifier: 'customer' }),
  column('region'),
  column('amount', 'DECIMAL(12,2)'),
  column('ssn', 'VARCHAR', { tags: ['fixed'] }),
  column('email', 'VARCHAR', { tags: ['hash'] }),
  column('salary', 'INTEGER', { tags: ['null'] }),
  column('born', 'DATE'),
  column('notes'),
  column('tags', 'VARCHAR[]'),
  struct('profile', [column('phone', 'VARCHAR', { tags: ['null'] }), column('city')]),
  column('doc', 'JSON', { tags: ['null'] }),
]

export const visibleRows = 600
export const hiddenRows = 60_000

/**
 * SQL of the raw rows: a few of the EU among many hidden ones, so that no row group holds either alone. The hidden ones
 * differ between the worlds, as do values whose mask is constant.
 */
const ordersSql = (world: 'A' | 'B', hidden: number) => {
  const w = world === 'A' ? 1 : 2
  return `select * exclude (place) from (
  select i * 100.0 as place, i::bigint as order_id, (i % 97)::bigint as customer_id, 'EU' as region,
    ((i % 1000) / 4)::decimal(12,2) as amount, 'CANARY-EU-' || (i * ${w}) as ssn,
    'person' || (i % 50) || '@example.com' as email, ((i * ${w}) % 5000)::integer as salary,
    date '1960-01-01' + (i % 15000)::integer as born, 'note ' || (i % 30) as notes,
    ['t' || (i % 3), 'u' || (i % 5)] as tags, {'phone': 'CANARY-EU-P' || (i * ${w}), 'city': 'City ' || (i % 10)} as profile,
    json_object('ssn', 'CANARY-EU-D' || (i * ${w}), 'n', i) as doc
  from range(${visibleRows}) r(i)
  union all
  select i + 0.5, (1000000 + i * ${w})::bigint,
    case when i % 7 = 0 then 9223372036854775800 - ${w} else i end, case when i % 2 = 0 then 'US' else 'CA' end,
    (i % 900 + ${w})::decimal(12,2), 'CANARY-US-' || (i * ${w}),
    case when i % 5 = 0 then null else 'CANARY-US-' || i || '@hidden' end,
    case when i % 2 = 0 then 987654 else -(i % 1000 + ${w}) end, date '2999-12-31' - (${w} - 1),
    case when i % 3 = 0 then 'CANARY-US-' || (i % 10 + ${w}) else 'a hidden note that is much longer than any visible one ${'x'.repeat(40)} ' || (i % 20 + ${w}) end,
    ['CANARY-US-T' || i], {'phone': 'CANARY-US-P' || i, 'city': 'CANARY-US-C' || (i * ${w})},
    json_object('ssn', 'CANARY-US-' || i)
  from range(${hidden}) r(i)) order by place`
}

/** What bob may see, written by hand and physically without the rest: the truth that answers are compared with. */
export const redactedSql = (raw: string) => `
  select order_id, customer_id, region, amount, 'XXXXXXXX' as ssn,
    case when email is null then null else hash_of(email) end as email, null::integer as salary, born, notes, tags,
    {'phone': null::varchar, 'city': profile.city} as profile, null::json as doc
  from (${raw}) where region = 'EU'`

const products = [
  product('sales.orders', [
    contract('sales.orders', [{ name: 'orders', columns: orders }]),
    contract('sales.orders', [{ name: 'orders', columns: orders }], '2.0.0'),
  ]),
  product('sales.orders2', [contract('sales.orders2', [{ name: 'orders2', columns: [column('x')] }])]),
  product('sales.people', [
    contract('sales.people', [
      {
        name: 'people',
        columns: [column('customer_id', 'BIGINT', { identifier: 'customer' }), column('email'), column('name')],
      },
    ]),
  ]),
  product('sales.groups', [
    contract('sales.groups', [
      {
        name: 'groups',
        columns: [
          column('customer_id', 'BIGINT', { identifier: 'customer' }),
          column('region'),
          column('amount', 'DECIMAL(12,2)'),
        ],
      },
    ]),
  ]),
  product('hr.salaries', [
    contract('hr.salaries', [{ name: 'salaries', columns: [column('who'), column('salary', 'INTEGER')] }]),
  ]),
  product('gov.grants', [contract('gov.grants', [{ name: 'grants', columns: [column('u'), column('region')] }])]),
]

export function attackState(snapshots: Readonly<Record<string, readonly SnapshotRecord[]>>): MeshState {
  const state = mesh({
    settings: {
      purposes: { analytics: { is: 'Analyse' }, fraud: { is: 'Find fraud' } },
      identifiers: { customer: { person: true }, order: {} },
    },
    domains: [
      domain('sales', 'sales-team', [{ person: 'alice', roles: ['product-owner', 'data-engineer'] }]),
      domain('hr', 'hr-team', [{ person: 'hannah', roles: ['product-owner'] }]),
      domain('gov', 'gov-team', []),
    ],
    products,
    policies: [
      policy('region', {
        select: { tables: "table.name == 'orders'" },
        query: [{ filter: "region = 'EU'", except: [{ team: 'sales-team' }, { person: 'erin' }, { person: 'ivan' }] }],
      }),
      policy('listed', {
        select: { tables: "table.name == 'orders'" },
        query: [{ when: "principal.id == 'ivan'", filter: "region in ('EU', 'CH', 'NO')", except: [] }],
      }),
      policy('computed', {
        select: { tables: "table.name == 'orders'" },
        query: [
          { when: "principal.id == 'olga'", filter: 'customer_id * customer_id * customer_id < 1000', except: [] },
        ],
      }),
      policy('looked-up', {
        select: { tables: "table.name == 'orders'" },
        query: [
          {
            when: "principal.id == 'erin'",
            filter: 'exists in gov.grants where u = principal.id and region = row.region',
            except: [],
          },
        ],
      }),
      ...(['fixed', 'hash', 'null'] as const).map(tag =>
        policy(`masks-${tag}`, {
          select: { columns: `'${tag}' in column.tags` },
          query: [
            {
              mask: tag === 'fixed' ? 'mask-to-fixed-value' : tag === 'hash' ? 'keyed-hash' : 'replace-with-null',
              except: [{ team: 'sales-team' }],
            },
          ],
        }),
      ),
      policy('groups', {
        select: { tables: "table.name == 'groups'" },
        query: [{ minimumGroup: 10, except: [{ team: 'sales-team' }] }],
      }),
      policy('hidden', {
        select: { domains: "domain.id == 'hr'" },
        onFind: [{ hide: true, reason: 'Salaries', except: [] }],
      }),
    ],
    grants: [
      grant('g-bob', 'bob', 'sales.orders', 'analytics'),
      grant('g-bob-people', 'bob', 'sales.people', 'analytics'),
      grant('g-erin', 'erin', 'sales.orders', 'analytics'),
      grant('g-ivan', 'ivan', 'sales.orders', 'analytics'),
      grant('g-olga', 'olga', 'sales.orders', 'analytics'),
      grant('g-dave', 'dave', 'sales.groups', 'analytics'),
      grant('g-fred', 'fred', 'sales.orders', 'analytics', { columns: ['order_id', 'region', 'amount'] }),
    ],
  })
  const tables = new Map(
    [...state.tables].map(([key, table]) => [
      key,
      {
        ...table,
        majors: new Map(
          [...table.majors].map(([major, version]) => [
            major,
            { ...version, snapshots: snapshots[`${table.id}@${major}`] ?? snapshots[table.id] ?? [] },
          ]),
        ),
      },
    ]),
  )
  return { ...state, tables }
}

export function snapshot(
  table: string,
  id: string,
  columns: readonly Column[],
  at = '2026-11-01T00:00:00.000Z',
): SnapshotRecord {
  return {
    table,
    major: 1,
    to: table,
    snapshot: id,
    rows: 0,
    sizeBytes: 0,
    run: 'run',
    release: '1.0.0',
    at,
    seq: 1,
    columns,
  }
}

/** Opens the mesh over real Parquet files; `world` says which of two worlds, that differ only in what bob may not see. */
export async function attackMesh(world: 'A' | 'B' = 'A', hidden = hiddenRows, given?: Engine): Promise<AttackMesh> {
  const folder = await mkdtemp(join(tmpdir(), 'meshwright-query-'))
  const files = await writeFiles(folder, world, hidden)
  const columnsOf = new Map(
    products.flatMap(p => p.ports.flatMap(port => port.contract.tables.map(t => [`${p.domain}.${t.name}`, t.columns]))),
  )
  const records = Object.fromEntries(
    [...columnsOf].map(([table, columns]) => [
      table,
      table === 'sales.orders'
        ? [
            snapshot(table, '1001', columns, '2026-10-01T00:00:00.000Z'),
            snapshot(table, '9007199254740993', columns, '2026-11-01T00:00:00.000Z'),
          ]
        : table === 'sales.orders2'
          ? []
          : [snapshot(table, '1', columns)],
    ]),
  )
  const state = attackState(records)
  const engine = recording(given ?? (await inProcessEngine()))
  const log = memoryLog()
  const gateway = openGateway({
    engine,
    log,
    maskKey: { bytes: maskKey },
    lakePaths: { absolute: path => path },
    lakeFiles: noFiles,
    state: () => state,
    now: () => now,
    newId,
    world: { maskKey: { bytes: maskKey }, readSnapshot: async record => readable(files, record, columnsOf) },
  })
  return {
    gateway,
    engine,
    log,
    state,
    ask: (who, sql, more = {}) => ask(gateway, state, who, sql, more),
    async close() {
      if (given === undefined) await engine.close()
      await rm(folder, { recursive: true })
    },
  }
}

function readable(
  files: ReadonlyMap<string, string>,
  record: Pick<SnapshotRecord, 'to' | 'snapshot'>,
  columnsOf: ReadonlyMap<string, readonly Column[]>,
): ReadableSnapshot {
  const path = files.get(`${record.to} ${record.snapshot}`) ?? files.get(record.to)!
  const fields = columnsOf
    .get(record.to)!
    .map((each, i) => ({ id: i + 1, name: each.name, required: false, type: 'string' }))
  const schema = { schemaId: 0, fields }
  return { schema, schemas: [schema], files: [{ path, schemaId: 0 }] }
}

async function writeFiles(folder: string, world: 'A' | 'B', hidden: number): Promise<ReadonlyMap<string, string>> {
  const connection = await connect()
  const files = new Map<string, string>()
  const write = async (table: string, sql: string) => {
    const path = join(folder, `${table.replaceAll(' ', '-')}.parquet`)
    await connection.run(`copy (${sql}) to '${path}' (format parquet, row_group_size 20000)`)
    files.set(table, path)
  }
  await write('sales.orders', ordersSql(world, hidden))
  await write('sales.orders 1001', `select * from (${ordersSql(world, hidden)}) where order_id % 2 = 0`)
  await write(
    'sales.people',
    `select i::bigint as customer_id, 'person' || i || '@example.com' as email, 'Name ' || i as name from range(50) r(i)`,
  )
  await write(
    'sales.groups',
    `select i::bigint as customer_id, case when i < 3 then 'tiny' when i < 20 then 'small' else 'large' end as region, 1.5::decimal(12,2) as amount
     from range(100) r(i)`,
  )
  await write('hr.salaries', `select 'CANARY-HR' as who, 987654 as salary`)
  await write('gov.grants', `select 'erin' as u, 'EU' as region union all select 'somebody', 'US'`)
  connection.closeSync()
  return files
}

async function ask(gateway: Gateway, state: MeshState, who: string, sql: string, more: AskOptions): Promise<Told> {
  try {
    const answer = await gateway.query({
      sql,
      params: more.params ?? [],
      principal: principalOf(state, who),
      door: 'http',
      format: 'json',
      url: 'http://mesh.example',
      ...(more.purpose === undefined ? {} : { purpose: more.purpose }),
      ...(more.at === undefined ? {} : { at: more.at }),
    })
    let text = ''
    for await (const bytes of answer.body) text += Buffer.from(bytes).toString()
    await answer.totals
    const rows = JSON.parse(`[${text}]`) as unknown[][]
    return { ok: true, columns: answer.columns, rows, notices: answer.notices, receipt: answer.receipt }
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown
    const { rule, team, next, context } = thrown.details
    return {
      ok: false,
      code: thrown.code,
      text: JSON.stringify([thrown.message, thrown.fix, rule, team, next]),
      context,
    }
  }
}

export interface MemoryLog extends QueryLog {
  readonly records: Map<string, QueryRecord & { outcome?: QueryOutcome }>
}

export function memoryLog(): MemoryLog {
  const records = new Map<string, QueryRecord & { outcome?: QueryOutcome }>()
  return {
    records,
    async begin(record) {
      records.set(record.id, record)
    },
    finish(id, outcome) {
      const record = records.get(id)
      if (record !== undefined) records.set(id, { ...record, outcome })
    },
    async get(id) {
      return records.get(id)
    },
  }
}

function recording(engine: Engine): RecordingEngine {
  const runs: RunRequest[] = []
  return {
    capabilities: engine.capabilities,
    runs,
    parse: sql => engine.parse(sql),
    bind: request => engine.bind(request),
    run(request) {
      runs.push(request)
      return engine.run(request)
    },
    ...(engine.load === undefined ? {} : { load: () => engine.load!() }),
    close: () => engine.close(),
  }
}

const refuse = (): never => {
  throw new Error('The tests of the query room read no lake.')
}

const noFiles = {
  read: refuse,
  create: refuse,
  adopt: refuse,
  list: refuse,
  remove: refuse,
  uri: refuse,
  pathOf: refuse,
}

/** Plain DuckDB over what bob may see, with nothing hidden anywhere near. */
export async function redactedCopy(world: 'A' | 'B' = 'A') {
  const connection = await connect({ threads: '1' })
  await connection.run(`set TimeZone='UTC'`)
  const pad = (byte: number) => {
    const block = Buffer.alloc(64)
    block.set(maskKey)
    return Buffer.from(block.map(b => b ^ byte)).toString('hex')
  }
  await connection.run(
    `create macro hash_of(x) as sha256(unhex('${pad(0x5c)}') || unhex(sha256(unhex('${pad(0x36)}') || encode(x))))`,
  )
  await connection.run(`create schema sales; create table sales.base as ${redactedSql(ordersSql(world, 0))}`)
  await connection.run(`create view sales.orders as select * from sales.base`)
  return {
    async rows(sql: string): Promise<readonly (readonly unknown[])[] | string> {
      try {
        return await (await connection.run(sql)).getRowsJson()
      } catch (thrown) {
        return thrown instanceof Error ? thrown.message : String(thrown)
      }
    },
    close: () => connection.closeSync(),
  }
}
