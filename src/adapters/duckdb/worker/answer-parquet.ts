import { quoteText } from '../../../base/index.ts'
import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEnd, RunTask, WireParam } from '../messages.ts'
import { tooManyRows, type Sink } from './answer-rows.ts'
import { bareStatement } from './bare-statement.ts'
import { bindParams, prepare, start, type Prepared } from './database.ts'
import type { QuoteField } from './duck-type.ts'
import { WorkerFailure } from './failure.ts'
import type { Instance } from './instance.ts'
import type { Pointer } from './library.ts'
import { workerTemp } from './temp.ts'
import { readAll } from './read-all.ts'

/** Parquet needs its footer: the engine writes a file in the worker's own folder, which is then sent and removed. */
export async function answerParquet(
  instance: Instance,
  connection: Pointer,
  task: RunTask,
  quote: QuoteField,
  sink: Sink,
): Promise<RunEnd> {
  const file = join(workerTemp, `${randomUUID()}.parquet`)
  const shorter = `${file}.cut`
  const copy = (from: string, to: string, params: readonly WireParam[]) =>
    readAll(
      connection,
      instance.arrow.exact,
      quote,
      `copy (${from}\n) to ${quoteText(to)} (format parquet)`,
      params,
      'run',
    )
  try {
    const sql = bareStatement(task.sql)
    const columns = await columnsOf(connection, task, quote)
    const max = Math.min(task.rowsMax, task.truncateRows ?? Infinity)
    const limited = `from (${sql}\n) limit ${max + 1}`
    const { rows } = await copy(limited, file, task.params)
    const count = Number((rows[0]?.[0] as ['int', string] | undefined)?.[1] ?? 0)
    const truncated = count > max
    if (truncated && (task.truncateRows === undefined || task.rowsMax < task.truncateRows))
      throw tooManyRows(task.rowsMax)
    if (truncated) await copy(`from read_parquet(${quoteText(file)}) limit ${max}`, shorter, [])
    sink.head(columns)
    for await (const bytes of createReadStream(truncated ? shorter : file, { highWaterMark: 256 * 1024 }))
      await sink.data(bytes as Buffer)
    return { rows: Math.min(count, max), truncated }
  } finally {
    rmSync(file, { force: true })
    rmSync(shorter, { force: true })
  }
}

/** The names as the statement gives them; in the file equal names are numbered. */
async function columnsOf(connection: Pointer, task: RunTask, quote: QuoteField) {
  const statement: Prepared = await prepare(connection, `from (${bareStatement(task.sql)}\n) limit 0`)
  try {
    bindParams(statement, task.params)
    const rows = await start(statement, quote)
    rows.close()
    if (rows.columns.length === 0)
      throw new WorkerFailure({ kind: 'bind', message: 'The statement gives no columns.', engineClass: '' })
    return rows.columns.map(column => ({ name: column.name, type: column.type.name }))
  } finally {
    statement.close()
  }
}
