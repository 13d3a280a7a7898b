import { arrowChunk } from './arrow-chunk.ts'
import { openDatabase } from './database.ts'
import { duckTypeOf, quoteFieldWith, type QuoteField } from './duck-type.ts'
import { arrowOptionsOf } from './arrow-options.ts'
import { wireValues, type WireValue } from './engine-values.ts'
import { failureOf } from './failure.ts'
import { duckdb, type Pointer } from './library.ts'

/** A small question of ours to the engine, answered at once, while the thread pool may be busy. */
export function readNow(connection: Pointer, arrow: Pointer, sql: string): WireValue[][] {
  const result = {}
  const rows: WireValue[][] = []
  try {
    if (duckdb.query(connection, sql, result) !== 0) throw failureOf(duckdb.resultError(result), 'set-up')
    const types = Array.from({ length: duckdb.columnCount(result) }, (_, i) =>
      duckTypeOf(duckdb.columnType(result, i), name => name),
    )
    for (let chunk = duckdb.fetchChunk(result); chunk !== null; chunk = duckdb.fetchChunk(result)) {
      const read = arrowChunk(arrow, chunk)
      const values = read.columns.map((array, i) => wireValues(types[i]!, array))
      for (let row = 0; row < read.rows; row++) rows.push(values.map(column => column[row]!))
      read.release()
    }
    return rows
  } finally {
    duckdb.destroyResult(result)
  }
}

/** How this engine quotes the names of fields in types: its own list of keywords tells. */
export function engineQuoting(): QuoteField {
  const database = openDatabase({ threads: 1, memoryMb: 64 })
  const arrow = arrowOptionsOf(database)
  const words = readNow(database.setUp, arrow.exact, 'select keyword_name from duckdb_keywords()')
  arrow.destroy()
  database.close()
  return quoteFieldWith(new Set(words.map(([word]) => String(word))))
}
