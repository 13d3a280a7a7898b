import type { ArrowArray, ArrowChunk } from './arrow-chunk.ts'
import { byteWriter, writeBytes, type ByteWriter } from './byte-writer.ts'
import type { Cell } from './cells.ts'
import type { ChunkWriter } from './chunk-writer.ts'
import { csvCells, csvField } from './csv-cells.ts'
import type { DuckType, Field } from './duck-type.ts'
import { jsonCells } from './json-cells.ts'

export type RowFormat = Pick<ChunkWriter, 'head' | 'rows' | 'tail'>

/** `[1,"a"],[2,"b"]`: rows as arrays, joined by commas, without the outer brackets. */
export function jsonRows(columns: readonly Field[]): RowFormat {
  return rowFormat(columns, {
    head: '',
    cells: jsonCells,
    before: columns.map((_, i) => (i === 0 ? ',[' : ',')),
    firstOfAll: '[',
    after: ']',
  })
}

/** One object a row and line. Of columns with equal names the last would hide the others: they are numbered. */
export function ndjsonRows(columns: readonly Field[]): RowFormat {
  const names = distinct(columns.map(column => column.name))
  return rowFormat(columns, {
    head: '',
    cells: jsonCells,
    before: names.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    after: '}\n',
  })
}

/** RFC 4180 with a head. */
export function csvRows(columns: readonly Field[]): RowFormat {
  return rowFormat(columns, {
    head: `${columns.map(column => csvField(column.name)).join(',')}\r\n`,
    cells: csvCells,
    before: columns.map((_, i) => (i === 0 ? '' : ',')),
    after: '\r\n',
  })
}

interface Layout {
  readonly head: string
  readonly cells: (out: ByteWriter, type: DuckType, array: ArrowArray) => Cell
  /** What stands before the value of each column. */
  readonly before: readonly string[]
  /** What stands before the first value of the answer, if it differs. */
  readonly firstOfAll?: string
  readonly after: string
}

const none = Buffer.alloc(0)

function rowFormat(columns: readonly Field[], layout: Layout): RowFormat {
  const before = layout.before.map(text => Buffer.from(text))
  const first = Buffer.from(layout.firstOfAll ?? layout.before[0] ?? '')
  const after = Buffer.from(layout.after)
  // A chunk is about as long as the one before.
  let sizeBytes = 16 * 1024
  return {
    head: () => Buffer.from(layout.head),
    rows(chunk: ArrowChunk, count, isFirst) {
      const out = byteWriter(sizeBytes)
      const cells = chunk.columns.map((array, i) => layout.cells(out, columns[i]!.type, array))
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < cells.length; i++) {
          writeBytes(out, i === 0 && row === 0 && isFirst ? first : before[i]!)
          cells[i]!(row)
        }
        writeBytes(out, after)
      }
      sizeBytes = Math.ceil(out.at * 1.1) + 64
      return out.bytes.subarray(0, out.at)
    },
    tail: () => none,
  }
}

/** `a, a` → `a, a_1`, as the engine names them where names must differ. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set(names)
  const used = new Set<string>()
  return names.map(name => {
    let free = name
    for (let i = 1; used.has(free); i++) if (!taken.has(`${name}_${i}`)) free = `${name}_${i}`
    used.add(free)
    return free
  })
}
