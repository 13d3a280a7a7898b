import type { RunTask } from '../messages.ts'
import { bareStatement } from './bare-statement.ts'
import { bindParams, prepare, start } from './database.ts'
import type { Field, QuoteField } from './duck-type.ts'
import { WorkerFailure } from './failure.ts'
import type { Pointer } from './library.ts'

/** The columns of a statement whose types may depend on its parameters. No row is asked for, so nothing runs; equal names are numbered. */
export async function columnsOf(connection: Pointer, task: RunTask, quote: QuoteField): Promise<readonly Field[]> {
  const statement = await prepare(connection, `from (${bareStatement(task.sql)}\n) limit 0`)
  try {
    bindParams(statement, task.params)
    const rows = await start(statement, quote)
    rows.close()
    if (rows.columns.length === 0)
      throw new WorkerFailure({ kind: 'bind', message: 'The statement gives no columns.', engineClass: '' })
    return rows.columns
  } finally {
    statement.close()
  }
}
