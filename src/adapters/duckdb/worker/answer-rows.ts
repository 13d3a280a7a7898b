import type { RunEnd, RunTask } from '../messages.ts'
import { arrowChunk, type ArrowChunk } from './arrow-chunk.ts'
import type { ChunkWriter } from './chunk-writer.ts'
import { arrowRows } from './arrow-rows.ts'
import { columnsOf } from './columns-of.ts'
import {
  bindParams,
  connect,
  disconnect,
  prepare,
  preparedColumns,
  start,
  type Prepared,
  type Rows,
} from './database.ts'
import type { QuoteField } from './duck-type.ts'
import { WorkerFailure } from './failure.ts'
import type { Instance, ReadyStatement } from './instance.ts'
import { duckdb, type Pointer } from './library.ts'
import { portableStatement } from './portable-columns.ts'
import { csvRows, jsonRows, ndjsonRows, type RowFormat } from './row-formats.ts'

/** Where an answer goes. Each call resolves when the reader can take more. */
export interface Sink {
  head(columns: readonly { readonly name: string; readonly type: string }[]): void
  data(bytes: Uint8Array): Promise<void>
}

/**
 * Runs a statement and writes its rows chunk by chunk, as fast as they are read. `interruptible` is told of the
 * connection that works.
 */
export async function answerRows(
  instance: Instance,
  task: RunTask,
  quote: QuoteField,
  sink: Sink,
  interruptible: (connection: Pointer) => void,
): Promise<RunEnd> {
  // Of values other than the first ones the engine would plan otherwise.
  const key = task.params.length > 0 ? undefined : `${task.format === 'arrow'} ${task.sql}`
  const ready =
    (key === undefined ? undefined : instance.statements.get(key)) ??
    (await readyStatement(instance, task, quote, interruptible))
  interruptible(ready.connection)
  try {
    bindParams(ready.statement, task.params)
    const rows = await start(ready.statement, quote)
    let end: RunEnd
    try {
      end = await writeAll(rows, writerOf(rows, instance, task), task, sink)
    } finally {
      rows.close()
    }
    if (key === undefined) ready.close()
    else if (instance.statements.get(key) === undefined) instance.statements.put(key, ready, 1)
    return end
  } catch (thrown) {
    if (key !== undefined && instance.statements.get(key) === ready) instance.statements.drop(key)
    else ready.close()
    throw thrown
  }
}

async function readyStatement(
  instance: Instance,
  task: RunTask,
  quote: QuoteField,
  interruptible: (connection: Pointer) => void,
): Promise<ReadyStatement> {
  const connection = connect(instance.database.handle)
  interruptible(connection)
  try {
    const statement = await preparedFor(connection, task, quote)
    return {
      connection,
      statement,
      close() {
        statement.close()
        disconnect(connection)
      },
    }
  } catch (thrown) {
    disconnect(connection)
    throw thrown
  }
}

/** Arrow has types that are not the engine's: the statement casts what it would hold wrongly. */
async function preparedFor(connection: Pointer, task: RunTask, quote: QuoteField): Promise<Prepared> {
  const statement = await prepare(connection, task.sql)
  if (task.format !== 'arrow') return statement
  try {
    const columns =
      task.params.length === 0 ? preparedColumns(statement, quote) : await columnsOf(connection, task, quote)
    const portable = portableStatement(task.sql, columns, task.format)
    if (portable === undefined) return statement
    statement.close()
    return await prepare(connection, portable)
  } catch (thrown) {
    statement.close()
    throw thrown
  }
}

async function writeAll(rows: Rows, writer: ChunkWriter, task: RunTask, sink: Sink): Promise<RunEnd> {
  const { rowsMax, truncateRows = Infinity } = task
  const max = Math.min(rowsMax, truncateRows)
  let written = 0
  let next = rows.next()
  try {
    for (;;) {
      const handle = await next
      const size = handle === undefined ? 0 : duckdb.chunkSize(handle)
      const count = Math.min(size, max - written)
      const cut = count < size
      if (cut && rowsMax < truncateRows) {
        duckdb.destroyChunk([handle!])
        throw tooManyRows(rowsMax)
      }
      const chunk = handle === undefined ? undefined : arrowChunk(writer.options, handle)
      // The next chunk is made while this one is written out.
      if (chunk && !cut) next = rows.next()
      const bytes = chunk && encode(writer, chunk, count, written === 0)
      // Only now, so that an error before the first rows is the run's, not the body's.
      if (written === 0) {
        sink.head(rows.columns.map(c => ({ name: c.name, type: c.type.name })))
        await sink.data(writer.head())
      }
      written += count
      if (bytes) await sink.data(bytes)
      if (!chunk || cut) {
        await sink.data(writer.tail())
        return { rows: written, truncated: cut }
      }
    }
  } finally {
    // Whatever ends this, the engine must have stopped before the result is given back.
    await next.then(
      handle => handle,
      () => undefined,
    )
  }
}

function encode(writer: ChunkWriter, chunk: ArrowChunk, count: number, first: boolean): Uint8Array | undefined {
  try {
    return count === 0 ? undefined : writer.rows(chunk, count, first)
  } finally {
    chunk.release()
  }
}

export const tooManyRows = (rowsMax: number): WorkerFailure =>
  new WorkerFailure({ kind: 'rows', message: `The answer has more than ${rowsMax} rows.`, engineClass: '' })

function writerOf(rows: Rows, instance: Instance, task: RunTask): ChunkWriter {
  switch (task.format) {
    case 'json':
      return textWriter(jsonRows(rows.columns), instance)
    case 'ndjson':
      return textWriter(ndjsonRows(rows.columns), instance)
    case 'csv':
      return textWriter(csvRows(rows.columns), instance)
    case 'arrow':
      return arrowRows(rows, instance.arrow.common)
    case 'parquet':
      throw new Error('Parquet is written by the engine.')
  }
}

const textWriter = (format: RowFormat, instance: Instance): ChunkWriter => ({
  ...format,
  options: instance.arrow.exact,
})
