import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { maskNames, principalOf, type Column, type MeshState } from '../../src/mesh/index.ts'
import { openGateway, type Engine, type RunRequest } from '../../src/query/index.ts'
import { newId } from '../../src/base/index.ts'
import { column, contract, domain, grant, mesh, now, policy, product } from '../policy/mesh-fixture.ts'
import { memoryLog, snapshot } from './fixture.ts'
import { inProcessEngine } from './in-process-engine.ts'

/** A case is `query.sql` and `case.json`; delete `expected.views.sql` to write it anew. */
interface Case {
  readonly principal: { readonly id: string; readonly attributes?: Readonly<Record<string, string>> }
  /** Each column's tags name its masks. */
  readonly columns: readonly ColumnText[]
  readonly granted?: readonly string[]
  readonly filters: readonly string[]
}

type ColumnText = Pick<Column, 'name' | 'type'> & {
  readonly tags?: readonly string[]
  readonly fields?: readonly ColumnText[]
}

const folder = new URL('../golden/query/', import.meta.url)

describe('the governed views of', () => {
  it.each(readdirSync(folder))('%s', async name => {
    const text = (file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')
    const views = await viewsOf(JSON.parse(text('case.json')) as Case, text('query.sql'))
    const expected = new URL(`${name}/expected.views.sql`, folder)
    if (!existsSync(expected)) writeFileSync(expected, views)
    expect(views).toBe(readFileSync(expected, 'utf8'))
  })
})

const columnOf = ({ name, type, tags = [], fields }: ColumnText): Column =>
  column(name, type, { tags, ...(fields === undefined ? {} : { fields: fields.map(columnOf) }) })

async function viewsOf({ principal, columns, granted, filters }: Case, sql: string): Promise<string> {
  const tables = { 'sales.orders': columns.map(columnOf), 'gov.grants': [column('u'), column('region')] }
  const state = withSnapshots(
    mesh({
      settings: {
        purposes: { analytics: { is: 'Analyse' } },
        people: { [principal.id]: { attributes: principal.attributes ?? {} } },
      },
      domains: [domain('sales', 'sales-team'), domain('gov', 'gov-team')],
      products: Object.entries(tables).map(([id, own]) =>
        product(id, [contract(id, [{ name: id.split('.')[1]!, columns: own }])]),
      ),
      policies: [
        ...filters.map((filter, i) =>
          policy(`filter-${i}`, { select: { tables: "table.name == 'orders'" }, query: [{ filter }] }),
        ),
        ...maskNames.map(mask => policy(mask, { select: { columns: `'${mask}' in column.tags` }, query: [{ mask }] })),
      ],
      grants: [
        grant('g', principal.id, 'sales.orders', 'analytics', granted === undefined ? {} : { columns: granted }),
      ],
    }),
  )
  const engine = await inProcessEngine()
  const { world, runs } = recorded(tables)
  const gateway = openGateway({
    engine: runs.of(engine),
    log: memoryLog(),
    maskKey: world.maskKey,
    lakePaths: { absolute: path => path },
    lakeFiles: { read: none, create: none, adopt: none, list: none, remove: none, uri: String, pathOf: String },
    state: () => state,
    now: () => now,
    newId,
    world,
  })
  const asker = principalOf(state, principal.id)
  await gateway.query({ sql, params: [], principal: asker, door: 'http', format: 'json', url: '' })
  await engine.close()
  return runs.all
    .flatMap(run =>
      run.relations.map(relation => `create view ${relation.schema}.${relation.name} as\n${relation.select};\n`),
    )
    .join('\n')
}

const none = () => Promise.reject(new Error('No lake in this test.'))

function withSnapshots(state: MeshState): MeshState {
  const tables = [...state.tables].map(([key, table]) => {
    const majors = [...table.majors].map(
      ([major, version]) =>
        [major, { ...version, snapshots: [snapshot(table.id, '1', version.table.columns)] }] as const,
    )
    return [key, { ...table, majors: new Map(majors) }] as const
  })
  return { ...state, tables: new Map(tables) }
}

/** Files that need not exist: what would run is written down, and an empty answer given. */
function recorded(tables: Readonly<Record<string, readonly Column[]>>) {
  const all: RunRequest[] = []
  const world = {
    maskKey: { bytes: Buffer.from('key') },
    readSnapshot: async ({ to }: { readonly to: string }) => {
      const fields = tables[to]!.map(({ name }, i) => ({ id: i + 1, name, required: false, type: 'string' }))
      const schema = { schemaId: 0, fields }
      return { schema, schemas: [schema], files: [{ path: `/lake/${to}/1.parquet`, schemaId: 0 }] }
    },
  }
  const of = (engine: Engine): Engine => ({
    ...engine,
    async run(request) {
      all.push(request)
      return {
        columns: [],
        body: empty(),
        totals: Promise.resolve({ rows: 0, bytes: 0, truncated: false, elapsedMs: 0 }),
      }
    },
  })
  return { world, runs: { all, of } }
}

async function* empty(): AsyncGenerator<Uint8Array> {
  yield* []
}
