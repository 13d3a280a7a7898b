import { quoteText } from '../../../base/index.ts'
import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEnd, RunTask, WireParam } from '../messages.ts'
import { tooManyRows, type Sink } from './answer-rows.ts'
import { bareStatement } from './bare-statement.ts'
import { columnsOf } from './columns-of.ts'
import type { DuckType, Field, QuoteField } from './duck-type.ts'
import type { Instance } from './instance.ts'
import type { Pointer } from './library.ts'
import { notFinite, portableStatement } from './portable-columns.ts'
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
    const columns = await columnsOf(connection, task, quote)
    const sql = portableStatement(task.sql, columns, 'parquet') ?? bareStatement(task.sql)
    const max = Math.min(task.rowsMax, task.truncateRows ?? Infinity)
    const limited = `from (${sql}\n) limit ${max + 1}`
    const { rows } = await copy(limited, file, task.params)
    const count = Number((rows[0]?.[0] as ['int', string] | undefined)?.[1] ?? 0)
    const truncated = count > max
    if (truncated && (task.truncateRows === undefined || task.rowsMax < task.truncateRows))
      throw tooManyRows(task.rowsMax)
    if (truncated) await copy(`from read_parquet(${quoteText(file)}) limit ${max}`, shorter, [])
    await refuseInfinite(instance, connection, truncated ? shorter : file, columns)
    sink.head(columns.map(column => ({ name: column.name, type: column.type.name })))
    for await (const bytes of createReadStream(truncated ? shorter : file, { highWaterMark: 256 * 1024 }))
      await sink.data(bytes as Buffer)
    return { rows: Math.min(count, max), truncated }
  } finally {
    rmSync(file, { force: true })
    rmSync(shorter, { force: true })
  }
}

/** Infinite dates would be read as years that never were; the engine's own statistics of the file tell of them. */
async function refuseInfinite(
  { arrow }: Instance,
  connection: Pointer,
  file: string,
  columns: readonly Field[],
): Promise<void> {
  const question = `select min(column_id) from parquet_metadata(${quoteText(file)}) where type in ('INT32', 'INT64')
    and (stats_min_value = '-infinity' or stats_max_value = 'infinity' or stats_min_value = 'infinity' or stats_max_value = '-infinity')`
  const { rows } = await readAll(connection, arrow.exact, name => name, question)
  const leaf = rows[0]?.[0] as ['int', string] | null | undefined
  if (leaf === null || leaf === undefined) return
  throw notFinite(topOf(Number(leaf[1]), columns), 'parquet')
}

/** Parquet counts the leaves of nested columns. */
function topOf(leaf: number, columns: readonly Field[]): string {
  let from = 0
  const found = columns.find(column => (from += leavesIn(column.type)) > leaf)
  return found?.name ?? ''
}

function leavesIn(type: DuckType): number {
  switch (type.kind) {
    case 'list':
    case 'array':
      return leavesIn(type.item)
    case 'map':
      return leavesIn(type.key) + leavesIn(type.value)
    case 'struct':
      return type.fields.reduce((sum, field) => sum + leavesIn(field.type), 0)
    case 'union':
      // Its tag is a leaf of its own.
      return type.fields.reduce((sum, field) => sum + leavesIn(field.type), 1)
    default:
      return 1
  }
}
