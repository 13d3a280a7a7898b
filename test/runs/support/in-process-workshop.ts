import {
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api'
import { quoteText } from '../../../src/base/index.ts'
import { EngineError } from '../../../src/query/index.ts'
import type { EngineValue, Workshop } from '../../../src/runs/index.ts'

/** The engine in the test's own process: the same SQL and the same lock, without the walls between processes. */
export function inProcessWorkshop(onStatement: (sql: string) => void = () => undefined): Workshop {
  return {
    async open({ read, write, memoryMb, signal }) {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '2',
        memory_limit: `${memoryMb}MB`,
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      })
      const connection = await instance.connect()
      const stop = () => connection.interrupt()
      signal?.addEventListener('abort', stop)
      await run(connection, `set temp_directory = ${quoteText(`${write}/.temp`)}`)
      await run(connection, `set TimeZone = 'UTC'`)
      await run(connection, `set allowed_paths = [${read.map(quoteText).join(', ')}]`)
      await run(connection, `set allowed_directories = [${quoteText(write)}]`)
      return {
        async execute(sql) {
          signal?.throwIfAborted()
          onStatement(sql)
          return run(connection, sql)
        },
        async describe(select) {
          const rows = await run(connection, `describe ${select}`)
          return rows.map(row => ({ name: textOf(row['column_name']), type: textOf(row['column_type']) }))
        },
        async lock() {
          await run(connection, 'set enable_external_access = false')
          await run(connection, 'set lock_configuration = true')
        },
        async close() {
          signal?.removeEventListener('abort', stop)
          connection.closeSync()
          instance.closeSync()
        },
      }
    },
  }
}

async function run(connection: DuckDBConnection, sql: string): Promise<readonly Record<string, EngineValue>[]> {
  try {
    const reader = await connection.runAndReadAll(sql)
    const names = reader.deduplicatedColumnNames()
    return reader.getRows().map(row => Object.fromEntries(row.map((value, i) => [names[i]!, plain(value)])))
  } catch (thrown) {
    throw failure(thrown)
  }
}

const textOf = (value: EngineValue | undefined): string => (typeof value === 'string' ? value : '')

function plain(value: DuckDBValue): EngineValue {
  if (value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)) return value as EngineValue
  if (value instanceof DuckDBListValue) return value.items.map(plain)
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, v]) => [name, plain(v)]))
  }
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: v }) => ({ key: plain(key), value: plain(v) }))
  return String(value)
}

function failure(thrown: unknown): EngineError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const kind = message.startsWith('INTERRUPT')
    ? 'cancelled'
    : message.startsWith('Out of Memory')
      ? 'memory'
      : /^(Binder|Catalog) Error/.test(message)
        ? 'bind'
        : message.startsWith('Parser Error')
          ? 'parse'
          : 'runtime'
  return new EngineError(kind, message)
}

/** The engine's own parser, as the gateway has it. */
export async function openParser(): Promise<(sql: string) => Promise<string>> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  return async sql => {
    const [row] = await run(connection, `select json_serialize_sql(${quoteText(sql)})::varchar as tree`)
    return textOf(row?.['tree'])
  }
}
