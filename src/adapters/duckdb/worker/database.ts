import type { WireParam } from '../messages.ts'
import { workerTemp } from './temp.ts'
import { duckTypeOf, UnknownType, type Field, type QuoteField } from './duck-type.ts'
import { failureOf, WorkerFailure, type Phase } from './failure.ts'
import { duckdb, offThread, ownedText, pendingStates, type Pointer, type ResultHandle } from './library.ts'

/** An in-memory database of the engine and one connection that sets it up. */
export interface Database {
  readonly handle: Pointer
  readonly setUp: Pointer
  close(): void
}

export interface DatabaseOptions {
  readonly threads: number
  readonly memoryMb: number
}

export function openDatabase(options: DatabaseOptions): Database {
  const config = outOf(out => duckdb.createConfig(out))
  const settings = {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: workerTemp,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    errors_as_json: 'true',
  }
  for (const [name, value] of Object.entries(settings))
    if (duckdb.setConfig(config, name, value) !== 0) throw new Error(`The engine does not know the setting ${name}.`)
  const database: [Pointer | null] = [null]
  const problem: [Pointer | null] = [null]
  const failed = duckdb.open(':memory:', database, config, problem) !== 0
  duckdb.destroyConfig([config])
  if (failed) throw failureOf(problem[0] === null ? null : ownedText(problem[0]), 'set-up')
  const handle = database[0]!
  const setUp = connect(handle)
  return {
    handle,
    setUp,
    close() {
      duckdb.disconnect([setUp])
      duckdb.close([handle])
    },
  }
}

export const connect = (database: Pointer): Pointer => outOf(out => duckdb.connect(database, out))
export const disconnect = (connection: Pointer): void => duckdb.disconnect([connection])

/** Our own short statements: settings and views. Blocks the thread. */
export function command(connection: Pointer, sql: string): void {
  const result = {}
  const failed = duckdb.query(connection, sql, result) !== 0
  const text = failed ? duckdb.resultError(result) : null
  duckdb.destroyResult(result)
  if (failed) throw failureOf(text, 'set-up')
}

/** The same for what may take long. */
export async function longCommand(connection: Pointer, sql: string): Promise<void> {
  const result = {}
  const failed = (await offThread(duckdb.query, connection, sql, result)) !== 0
  const text = failed ? duckdb.resultError(result) : null
  duckdb.destroyResult(result)
  if (failed) throw failureOf(text, 'set-up')
}

export interface Prepared {
  readonly handle: Pointer
  readonly connection: Pointer
  close(): void
}

export async function prepare(connection: Pointer, sql: string, phase: Phase = 'bind'): Promise<Prepared> {
  const out: [Pointer | null] = [null]
  const failed = (await offThread(duckdb.prepare, connection, sql, out)) !== 0
  const handle = out[0]
  if (handle === null) throw new WorkerFailure({ kind: 'internal', message: 'Nothing was prepared.', engineClass: '' })
  const close = () => duckdb.destroyPrepare([handle])
  if (!failed) return { handle, connection, close }
  const problem = failureOf(duckdb.prepareError(handle), phase, sql)
  close()
  throw problem
}

export function bindParams(statement: Prepared, params: readonly WireParam[]): void {
  const expected = duckdb.parameterCount(statement.handle)
  if (expected !== params.length)
    throw new WorkerFailure({
      kind: 'bind',
      message: `The statement has ${expected} parameters and ${params.length} values were given.`,
      engineClass: 'Invalid Input Error',
    })
  params.forEach((param, i) => {
    if (bindOne(statement.handle, i + 1, param) !== 0)
      throw new WorkerFailure({
        kind: 'bind',
        message: `The value of parameter ${i + 1} cannot be bound.`,
        engineClass: 'Invalid Input Error',
      })
  })
}

function bindOne(statement: Pointer, index: number, param: WireParam): number {
  if (param === null) return duckdb.bindNull(statement, index)
  if ('bool' in param) return duckdb.bindBoolean(statement, index, param.bool)
  if ('double' in param) return duckdb.bindDouble(statement, index, Number(param.double))
  if ('text' in param) {
    const bytes = Buffer.from(param.text)
    return duckdb.bindText(statement, index, bytes, bytes.length)
  }
  const value = BigInt(param.int)
  if (BigInt.asIntN(64, value) === value) return duckdb.bindBigint(statement, index, value)
  return BigInt.asIntN(128, value) === value
    ? duckdb.bindHugeint(statement, index, { lower: BigInt.asUintN(64, value), upper: value >> 64n })
    : 1
}

/** Columns of a prepared statement, before it runs. */
export function preparedColumns(statement: Prepared, quote: QuoteField): Field[] {
  return Array.from({ length: duckdb.preparedColumnCount(statement.handle) }, (_, i) => ({
    name: ownedText(duckdb.preparedColumnName(statement.handle, i)),
    type: typed(() => duckTypeOf(duckdb.preparedColumnType(statement.handle, i), quote)),
  }))
}

export interface Rows {
  readonly columns: readonly Field[]
  /** The next chunk, or nothing at the end; give each back with `destroyChunk`. */
  next(): Promise<Pointer | undefined>
  /** The engine's handles of the columns' types, to be destroyed. */
  typeHandles(): Pointer[]
  close(): void
}

/** Starts a prepared statement; its rows are made as they are fetched. */
export async function start(statement: Prepared, quote: QuoteField, phase: Phase = 'run'): Promise<Rows> {
  const out: [Pointer | null] = [null]
  const refused = duckdb.pendingStreaming(statement.handle, out) !== 0
  const pending = out[0]!
  try {
    if (refused) throw failureOf(duckdb.pendingError(pending), phase)
    const result: ResultHandle = {}
    const state = workAMoment(pending)
    if (state === pendingStates.error) throw failureOf(duckdb.pendingError(pending), phase)
    const failed =
      state === pendingStates.ready
        ? duckdb.executePending(pending, result)
        : await offThread(duckdb.executePending, pending, result)
    if (failed !== 0) {
      const text = duckdb.resultError(result) ?? duckdb.pendingError(pending)
      duckdb.destroyResult(result)
      throw failureOf(text, phase)
    }
    return rowsOf(result, statement.connection, quote)
  } finally {
    duckdb.destroyPending([pending])
  }
}

const soonMs = 0.3

/**
 * Works on a statement for a moment on this thread: to another one and back takes longer than a short statement does. A
 * single step may take longer than the moment, but is a small part of a long statement.
 */
function workAMoment(pending: Pointer): number {
  const began = performance.now()
  for (;;) {
    const state = duckdb.executeTask(pending)
    if (state !== pendingStates.notReady || performance.now() - began > soonMs) return state
  }
}

/** The rows of a result that has begun. */
function rowsOf(result: ResultHandle, connection: Pointer, quote: QuoteField): Rows {
  const close = () => duckdb.destroyResult(result)
  try {
    const columns = Array.from({ length: duckdb.columnCount(result) }, (_, i) => ({
      name: duckdb.columnName(result, i),
      type: typed(() => duckTypeOf(duckdb.columnType(result, i), quote)),
    }))
    return {
      columns,
      close,
      typeHandles: () => columns.map((_, i) => duckdb.columnType(result, i)),
      async next() {
        for (;;) {
          // What has been executed to its end only waits to be taken.
          const chunk = duckdb.executionIsFinished(connection)
            ? duckdb.fetchChunk(result)
            : await offThread(duckdb.fetchChunk, result)
          if (chunk === null) {
            const problem = duckdb.resultError(result)
            if (problem !== null && problem !== '') throw failureOf(problem, 'run')
            return undefined
          }
          if (duckdb.chunkSize(chunk) > 0) return chunk
          duckdb.destroyChunk([chunk])
        }
      },
    }
  } catch (thrown) {
    close()
    throw thrown
  }
}

/** Names what has no form outside the engine. */
function typed<T>(read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof UnknownType)) throw thrown
    throw new WorkerFailure({ kind: 'bind', message: thrown.message, engineClass: 'Not implemented Error' })
  }
}

function outOf(call: (out: [Pointer | null]) => unknown): Pointer {
  const out: [Pointer | null] = [null]
  call(out)
  if (out[0] === null) throw new Error('The engine gave no handle.')
  return out[0]
}
