import { quoteText } from '../../../base/index.ts'
import type { Bound } from '../../../query/needs.ts'
import type { Task } from '../messages.ts'
import { bareStatement } from './bare-statement.ts'
import { bindParams, connect, disconnect, prepare, preparedColumns, start } from './database.ts'
import type { QuoteField } from './duck-type.ts'
import { byteOffset, WorkerFailure } from './failure.ts'
import type { Pointer } from './library.ts'
import { readAll } from './read-all.ts'
import type { Twin } from './twin.ts'

/** The tree of a statement as the engine's JSON. */
export async function parseStatement(twin: Twin, connection: Pointer, sql: string): Promise<string> {
  const question = 'select json_serialize_sql(?::varchar)'
  const { rows } = await readAll(connection, twin.arrow.exact, name => name, question, [{ text: sql }], 'parse')
  const tree = String(rows[0]?.[0])
  if (tree.startsWith('{"error":true')) throw refusal(tree, sql)
  return tree
}

/** `{"error":true,"error_type":"parser","error_message":"…","position":"7"}` */
function refusal(text: string, sql: string): WorkerFailure {
  const error = JSON.parse(text) as Record<string, string | undefined>
  const type = error['error_type'] ?? ''
  const position = error['position'] === undefined ? undefined : byteOffset(sql, Number(error['position']))
  return new WorkerFailure({
    kind: 'parse',
    message: error['error_message'] ?? '',
    engineClass: `${type.charAt(0).toUpperCase()}${type.slice(1)} Error`,
    ...(position === undefined ? {} : { position }),
  })
}

/** What a statement over the twin would give, and its bound plan. Nothing runs. */
export async function bindStatement(
  twin: Twin,
  connection: Pointer,
  { sql, params }: Task & { t: 'bind' },
  quote: QuoteField,
): Promise<Bound> {
  const statement = await prepare(connection, sql)
  try {
    bindParams(statement, params)
    if (params.length > 0) return { columns: await columnsWithParams(connection, sql, params, quote) }
    const columns = shown(preparedColumns(statement, quote))
    const plan = await planOf(twin, connection, sql)
    return { columns, ...(plan === undefined ? {} : { plan }) }
  } finally {
    statement.close()
  }
}

/** The types are known only when the values are: no row is asked for, so nothing runs. The engine cannot print such a plan. */
async function columnsWithParams(
  connection: Pointer,
  sql: string,
  params: (Task & { t: 'bind' })['params'],
  quote: QuoteField,
): Promise<Bound['columns']> {
  const statement = await prepare(connection, `from (${bareStatement(sql)}\n) limit 0`)
  try {
    bindParams(statement, params)
    const rows = await start(statement, quote, 'bind')
    rows.close()
    return shown(rows.columns)
  } finally {
    statement.close()
  }
}

async function planOf(twin: Twin, connection: Pointer, sql: string): Promise<string | undefined> {
  const question = `select json_serialize_plan(${quoteText(sql)})`
  const { rows } = await readAll(connection, twin.arrow.exact, name => name, question)
  const plan = String(rows[0]?.[0])
  return plan.startsWith('{"error":false') ? plan : undefined
}

const shown = (columns: ReturnType<typeof preparedColumns> | readonly { name: string; type: { name: string } }[]) =>
  columns.map(column => ({ name: column.name, type: column.type.name }))

/** Runs with a connection of its own: nothing of one statement stays for the next. */
export async function withConnection<T>(
  database: Pointer,
  interruptible: (connection: Pointer | undefined) => void,
  work: (connection: Pointer) => Promise<T>,
): Promise<T> {
  const connection = connect(database)
  interruptible(connection)
  try {
    return await work(connection)
  } finally {
    interruptible(undefined)
    disconnect(connection)
  }
}
