import { DuckDBInstance, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import { quoteName, quoteText } from '../../src/base/index.ts'
import {
  EngineError,
  type Answer,
  type BindRequest,
  type Engine,
  type Param,
  type RunRequest,
} from '../../src/query/index.ts'

/**
 * A DuckDB in the test's own process, without walls: for what statements give, and not for what confines them. It locks
 * its instances as the real one does.
 */
export async function inProcessEngine(): Promise<Engine> {
  const parser = await connect()
  const instances = new Map<string, DuckDBConnection>()
  return { capabilities: { confinement: [] }, parse, bind, run, close }

  async function parse(sql: string): Promise<string> {
    return cell(parser, `select json_serialize_sql(${quoteText(sql)})::varchar`)
  }

  async function bind({ relations, sql, params }: BindRequest) {
    const connection = await connect()
    try {
      for (const { schema, name, columns } of relations) {
        await connection.run(`create schema if not exists ${quoteName(schema)}; create schema if not exists twin`)
        const table = `twin.${quoteName(`${schema}.${name}`)}`
        await connection.run(`create table ${table} (${columns.map(c => `${quoteName(c.name)} ${c.type}`).join(', ')})`)
        await connection.run(`create view ${quoteName(schema)}.${quoteName(name)} as select * from ${table}`)
      }
      let plan: string | undefined
      if (params.length === 0) {
        plan = await cell(connection, `select json_serialize_plan(${quoteText(sql)})::varchar`)
        const answer = JSON.parse(plan) as {
          error: boolean
          error_type: string
          error_message: string
          position?: string
        }
        if (answer.error && answer.error_type !== 'internal' && !/erialize|implemented/.test(answer.error_message)) {
          throw new EngineError(
            'bind',
            answer.error_message,
            answer.error_type,
            answer.position === undefined ? undefined : Number(answer.position),
          )
        }
        if (answer.error) plan = undefined
      }
      const prepared = await connection.prepare(sql).catch((thrown: unknown) => {
        throw failure(thrown)
      })
      const columns = Array.from({ length: prepared.columnCount }, (_, i) => ({
        name: prepared.columnName(i),
        type: typeName(prepared.columnType(i)),
      }))
      return plan === undefined ? { columns } : { columns, plan }
    } finally {
      connection.closeSync()
    }
  }

  async function run(request: RunRequest): Promise<Answer> {
    try {
      const result = await execute(await kept(request), request.sql, request.params)
      const all = await result.getRowsJson()
      const truncated = request.limits.truncateRows !== undefined && all.length > request.limits.truncateRows
      const rows = truncated ? all.slice(0, request.limits.truncateRows) : all
      const text = rows.map(row => JSON.stringify(row)).join(',')
      return {
        columns: result.columnNames().map((name, i) => ({ name, type: typeName(result.columnType(i)) })),
        body: chunks(text),
        totals: Promise.resolve({ rows: rows.length, bytes: text.length, truncated, elapsedMs: 0 }),
      }
    } catch (thrown) {
      throw thrown instanceof EngineError ? thrown : failure(thrown)
    }
  }

  /** A locked instance serves all statements with its key, as in the real engine. */
  async function kept(request: RunRequest): Promise<DuckDBConnection> {
    const key = `${request.on} ${request.instanceKey}`
    const known = instances.get(key)
    if (known !== undefined) return known
    const connection = await connect({ threads: request.ordered === true ? '1' : '2' })
    await setUp(connection, request)
    instances.set(key, connection)
    const [oldest] = instances
    if (instances.size > 16 && oldest !== undefined) {
      instances.delete(oldest[0])
      oldest[1].closeSync()
    }
    return connection
  }

  async function close(): Promise<void> {
    parser.closeSync()
    for (const connection of instances.values()) connection.closeSync()
  }
}

async function setUp(connection: DuckDBConnection, { relations, on }: RunRequest): Promise<void> {
  await connection.run(`set disabled_optimizers='statistics_propagation,cte_filter_pusher'; set TimeZone='UTC'`)
  const files = [...new Set(relations.flatMap(relation => relation.files))]
  for (const [i, relation] of relations.entries()) {
    const { schema, name, select, copyColumns } = relation
    await connection.run(`create schema if not exists ${quoteName(schema)}`)
    let body = select
    if (on === 'copies' && relation.whole !== true) {
      const columns = copyColumns?.map(quoteName).join(', ') ?? '*'
      await connection.run(`create temp table "copy${i}" as select ${columns} from (${select})`)
      body = `select * from temp."copy${i}"`
    }
    await connection.run(`create view ${quoteName(schema)}.${quoteName(name)} as ${body}`)
  }
  await connection.run(`set allowed_paths=[${files.map(quoteText).join(', ')}]`)
  await connection.run('set enable_external_access=false; set lock_configuration=true')
}

export async function connect(options: Record<string, string> = {}): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...options,
  })
  return instance.connect()
}

const execute = (connection: DuckDBConnection, sql: string, params: readonly Param[]) =>
  connection.run(sql, params as DuckDBValue[])

async function cell(connection: DuckDBConnection, sql: string): Promise<string> {
  const rows = await (await connection.run(sql)).getRows()
  return String(rows[0]?.[0])
}

const typeName = (type: DuckDBType): string => type.alias ?? type.toString().replaceAll('"', '')

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text)
}

function failure(thrown: unknown): EngineError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const engineClass = /^([A-Z][A-Za-z ]+ Error)/.exec(message)?.[1] ?? ''
  const kinds: Readonly<Record<string, EngineError['kind']>> = {
    'Parser Error': 'parse',
    'Binder Error': 'bind',
    'Catalog Error': 'bind',
    'INTERNAL Error': 'internal',
    'Out of Memory Error': 'memory',
  }
  return new EngineError(kinds[engineClass] ?? 'runtime', message, engineClass)
}
