import { arrowChunk } from './arrow-chunk.ts'
import { bindParams, prepare, start } from './database.ts'
import type { QuoteField } from './duck-type.ts'
import { wireValues, type WireValue } from './engine-values.ts'
import type { Phase } from './failure.ts'
import type { Pointer } from './library.ts'
import type { WireParam } from '../messages.ts'

export interface Table {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly WireValue[])[]
}

/** Runs a statement of ours and keeps the whole answer: for small ones. */
export async function readAll(
  connection: Pointer,
  arrow: Pointer,
  quote: QuoteField,
  sql: string,
  params: readonly WireParam[] = [],
  phase: Phase = 'bind',
): Promise<Table> {
  const statement = await prepare(connection, sql, phase)
  try {
    bindParams(statement, params)
    const answer = await start(statement, quote)
    try {
      const rows: WireValue[][] = []
      for (let chunk = await answer.next(); chunk !== undefined; chunk = await answer.next()) {
        const read = arrowChunk(arrow, chunk)
        const values = read.columns.map((array, i) => wireValues(answer.columns[i]!.type, array))
        for (let row = 0; row < read.rows; row++) rows.push(values.map(column => column[row]!))
        read.release()
      }
      return { columns: answer.columns.map(c => ({ name: c.name, type: c.type.name })), rows }
    } finally {
      answer.close()
    }
  } finally {
    statement.close()
  }
}
