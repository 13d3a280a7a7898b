import { createRequire } from 'node:module'
import { arch, platform } from 'node:process'
import koffi, { type TypeObject } from 'koffi'

/**
 * DuckDB's C interface, as far as it is used here, from the very library that the Node binding ships. Going through C
 * gives what the binding lacks: chunks as Arrow arrays, which lie in memory as one piece per column.
 */
export type Pointer = bigint
type Out = [Pointer | null]
export type ResultHandle = object

// Calls run on stacks of koffi's own, 128 kB where nothing else is said: the engine's planner needs what a thread has.
koffi.config({ async_stack_size: 16 * 1024 * 1024, sync_stack_size: 8 * 1024 * 1024, resident_async_pools: 2 })

const require = createRequire(import.meta.url)
const bindings = createRequire(require.resolve('@duckdb/node-api'))
const files: Partial<Record<NodeJS.Platform, string>> = { darwin: 'libduckdb.dylib', win32: 'duckdb.dll' }
const packageName = `@duckdb/node-bindings-${platform}-${arch}`
const fromBindings = createRequire(bindings.resolve('@duckdb/node-bindings'))
const library = koffi.load(fromBindings.resolve(`${packageName}/${files[platform] ?? 'libduckdb.so'}`))

const pointer = 'void *'
const out = koffi.out(koffi.pointer(pointer))
const inout = koffi.inout(koffi.pointer(pointer))
const result = koffi.struct('duckdb_result', {
  columns: 'uint64',
  rows: 'uint64',
  changed: 'uint64',
  columnData: pointer,
  message: pointer,
  internal: pointer,
})
const resultIn = koffi.pointer(result)
const resultOut = koffi.out(koffi.pointer(result))
const resultInOut = koffi.inout(koffi.pointer(result))
const hugeint = koffi.struct('duckdb_hugeint', { lower: 'uint64', upper: 'int64' })

export interface NativeFunction<A extends unknown[], R> {
  (...args: A): R
  async(...args: [...A, (error: unknown, value: R) => void]): void
}

function native<A extends unknown[], R>(
  name: string,
  returns: string,
  args: readonly (string | ReturnType<typeof koffi.out> | TypeObject)[],
): NativeFunction<A, R> {
  return library.func(name, returns, [...args]) as NativeFunction<A, R>
}

/** Runs off the main thread, which stays free for a `cancel`. */
export const offThread = <A extends unknown[], R>(fn: NativeFunction<A, R>, ...args: A): Promise<R> =>
  new Promise((resolve, reject) => {
    fn.async(...args, (error, value) => (error ? reject(error) : resolve(value)))
  })

export const duckdb = {
  createConfig: native<[Out], number>('duckdb_create_config', 'int', [out]),
  setConfig: native<[Pointer, string, string], number>('duckdb_set_config', 'int', [pointer, 'str', 'str']),
  destroyConfig: native<[Out], void>('duckdb_destroy_config', 'void', [inout]),
  open: native<[string, Out, Pointer | null, Out], number>('duckdb_open_ext', 'int', ['str', out, pointer, out]),
  close: native<[Out], void>('duckdb_close', 'void', [inout]),
  connect: native<[Pointer, Out], number>('duckdb_connect', 'int', [pointer, out]),
  disconnect: native<[Out], void>('duckdb_disconnect', 'void', [inout]),
  interrupt: native<[Pointer], void>('duckdb_interrupt', 'void', [pointer]),
  free: native<[Pointer], void>('duckdb_free', 'void', [pointer]),

  query: native<[Pointer, string, ResultHandle], number>('duckdb_query', 'int', [pointer, 'str', resultOut]),
  prepare: native<[Pointer, string, Out], number>('duckdb_prepare', 'int', [pointer, 'str', out]),
  prepareError: native<[Pointer], string | null>('duckdb_prepare_error', 'str', [pointer]),
  destroyPrepare: native<[Out], void>('duckdb_destroy_prepare', 'void', [inout]),
  parameterCount: native<[Pointer], number>('duckdb_nparams', 'uint64', [pointer]),
  bindNull: native<[Pointer, number], number>('duckdb_bind_null', 'int', [pointer, 'uint64']),
  bindBoolean: native<[Pointer, number, boolean], number>('duckdb_bind_boolean', 'int', [pointer, 'uint64', 'bool']),
  bindBigint: native<[Pointer, number, bigint], number>('duckdb_bind_int64', 'int', [pointer, 'uint64', 'int64']),
  bindDouble: native<[Pointer, number, number], number>('duckdb_bind_double', 'int', [pointer, 'uint64', 'double']),
  bindHugeint: native<[Pointer, number, { lower: bigint; upper: bigint }], number>('duckdb_bind_hugeint', 'int', [
    pointer,
    'uint64',
    hugeint,
  ]),
  bindText: native<[Pointer, number, Uint8Array, number], number>('duckdb_bind_varchar_length', 'int', [
    pointer,
    'uint64',
    pointer,
    'uint64',
  ]),
  preparedColumnCount: native<[Pointer], number>('duckdb_prepared_statement_column_count', 'uint64', [pointer]),
  preparedColumnName: native<[Pointer, number], Pointer>('duckdb_prepared_statement_column_name', pointer, [
    pointer,
    'uint64',
  ]),
  preparedColumnType: native<[Pointer, number], Pointer>('duckdb_prepared_statement_column_logical_type', pointer, [
    pointer,
    'uint64',
  ]),
  pendingStreaming: native<[Pointer, Out], number>('duckdb_pending_prepared_streaming', 'int', [pointer, out]),
  /** `pendingStates` */
  executeTask: native<[Pointer], number>('duckdb_pending_execute_task', 'int', [pointer]),
  executionIsFinished: native<[Pointer], boolean>('duckdb_execution_is_finished', 'bool', [pointer]),
  pendingError: native<[Pointer], string | null>('duckdb_pending_error', 'str', [pointer]),
  executePending: native<[Pointer, ResultHandle], number>('duckdb_execute_pending', 'int', [pointer, resultOut]),
  destroyPending: native<[Out], void>('duckdb_destroy_pending', 'void', [inout]),

  resultError: native<[ResultHandle], string | null>('duckdb_result_error', 'str', [resultIn]),
  destroyResult: native<[ResultHandle], void>('duckdb_destroy_result', 'void', [resultInOut]),
  columnCount: native<[ResultHandle], number>('duckdb_column_count', 'uint64', [resultIn]),
  columnName: native<[ResultHandle, number], string>('duckdb_column_name', 'str', [resultIn, 'uint64']),
  columnType: native<[ResultHandle, number], Pointer>('duckdb_column_logical_type', pointer, [resultIn, 'uint64']),
  fetchChunk: native<[ResultHandle], Pointer | null>('duckdb_fetch_chunk', pointer, [result]),
  chunkSize: native<[Pointer], number>('duckdb_data_chunk_get_size', 'uint64', [pointer]),
  destroyChunk: native<[Out], void>('duckdb_destroy_data_chunk', 'void', [inout]),

  arrowOptions: native<[Pointer, Out], void>('duckdb_connection_get_arrow_options', 'void', [pointer, out]),
  destroyArrowOptions: native<[Out], void>('duckdb_destroy_arrow_options', 'void', [inout]),
  arrowSchema: native<[Pointer, Uint8Array, Uint8Array, number, Uint8Array], Pointer | null>(
    'duckdb_to_arrow_schema',
    pointer,
    [pointer, pointer, pointer, 'uint64', pointer],
  ),
  arrowArray: native<[Pointer, Pointer, Uint8Array], Pointer | null>('duckdb_data_chunk_to_arrow', pointer, [
    pointer,
    pointer,
    pointer,
  ]),
  errorMessage: native<[Pointer], string>('duckdb_error_data_message', 'str', [pointer]),
  destroyError: native<[Out], void>('duckdb_destroy_error_data', 'void', [inout]),

  typeId: native<[Pointer], number>('duckdb_get_type_id', 'int', [pointer]),
  typeAlias: native<[Pointer], Pointer | null>('duckdb_logical_type_get_alias', pointer, [pointer]),
  destroyType: native<[Out], void>('duckdb_destroy_logical_type', 'void', [inout]),
  decimalWidth: native<[Pointer], number>('duckdb_decimal_width', 'uint8', [pointer]),
  decimalScale: native<[Pointer], number>('duckdb_decimal_scale', 'uint8', [pointer]),
  enumIndexType: native<[Pointer], number>('duckdb_enum_internal_type', 'int', [pointer]),
  enumSize: native<[Pointer], number>('duckdb_enum_dictionary_size', 'uint32', [pointer]),
  enumValue: native<[Pointer, number], Pointer>('duckdb_enum_dictionary_value', pointer, [pointer, 'uint64']),
  listChild: native<[Pointer], Pointer>('duckdb_list_type_child_type', pointer, [pointer]),
  arrayChild: native<[Pointer], Pointer>('duckdb_array_type_child_type', pointer, [pointer]),
  arraySize: native<[Pointer], number>('duckdb_array_type_array_size', 'uint64', [pointer]),
  mapKey: native<[Pointer], Pointer>('duckdb_map_type_key_type', pointer, [pointer]),
  mapValue: native<[Pointer], Pointer>('duckdb_map_type_value_type', pointer, [pointer]),
  structCount: native<[Pointer], number>('duckdb_struct_type_child_count', 'uint64', [pointer]),
  structName: native<[Pointer, number], Pointer>('duckdb_struct_type_child_name', pointer, [pointer, 'uint64']),
  structChild: native<[Pointer, number], Pointer>('duckdb_struct_type_child_type', pointer, [pointer, 'uint64']),
  unionCount: native<[Pointer], number>('duckdb_union_type_member_count', 'uint64', [pointer]),
  unionName: native<[Pointer, number], Pointer>('duckdb_union_type_member_name', pointer, [pointer, 'uint64']),
  unionChild: native<[Pointer, number], Pointer>('duckdb_union_type_member_type', pointer, [pointer, 'uint64']),
}

/** `duckdb_pending_state`. */
export const pendingStates = { ready: 0, notReady: 1, error: 2, noTasks: 3 } as const

/** A text that the engine allocated for us. */
export function ownedText(at: Pointer): string {
  const text = koffi.decode.string(at)
  duckdb.free(at)
  return text
}

/** The engine's memory as it lies there; valid only as long as the engine keeps it. */
export const viewOf = (at: Pointer, sizeBytes: number): Buffer => Buffer.from(koffi.view(at, sizeBytes))

const release = koffi.proto('void ArrowRelease(void *)')

/** Gives an Arrow structure back to the engine. `release` is its last but one pointer. */
export function releaseArrow(structure: Buffer): void {
  const at = structure.readBigUInt64LE(structure.length - 16)
  if (at !== 0n) koffi.call(at, release, structure)
}

export const addressOf = (bytes: Uint8Array): Pointer => koffi.address(bytes)
export const cText = (at: Pointer): string => koffi.decode.string(at)
