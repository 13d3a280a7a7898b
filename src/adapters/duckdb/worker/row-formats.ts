import type { ArrowChunk } from './arrow-chunk.ts'
import { isoStyle } from './date-text.ts'
import type { Field } from './duck-type.ts'
import { jsonTexts, withNulls } from './json-texts.ts'
import { scalarTexts } from './scalar-texts.ts'

/** Rows of chunks as text. `head` comes once before all; `rows` gives the first `count` rows of a chunk. */
export interface RowFormat {
  head(): string
  rows(chunk: ArrowChunk, count: number, first: boolean): string
}

/** `[1,"a"],[2,"b"]`: rows as arrays, joined by commas, without the outer brackets. */
export function jsonRows(columns: readonly Field[]): RowFormat {
  return {
    head: () => '',
    rows(chunk, count, first) {
      const texts = chunk.columns.map((array, i) => jsonTexts(columns[i]!.type, array))
      return lines(
        texts,
        count,
        columns.map((_, i) => (i === 0 ? (first ? '[' : ',[') : ',')),
        ']',
        first ? ',[' : undefined,
      )
    },
  }
}

/** One object a row and line. Of columns with equal names the last would hide the others: they are numbered. */
export function ndjsonRows(columns: readonly Field[]): RowFormat {
  const keys = distinct(columns.map(c => c.name)).map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  return {
    head: () => '',
    rows: (chunk, count) =>
      lines(
        chunk.columns.map((array, i) => jsonTexts(columns[i]!.type, array)),
        count,
        keys,
        '}\n',
      ),
  }
}

/** RFC 4180 with a head: null is empty, the empty text is `""`. */
export function csvRows(columns: readonly Field[]): RowFormat {
  return {
    head: () => `${columns.map(c => csvField(c.name)).join(',')}\r\n`,
    rows: (chunk, count) =>
      lines(
        chunk.columns.map((array, i) => csvTexts(columns[i]!, array)),
        count,
        columns.map((_, i) => (i === 0 ? '' : ',')),
        '\r\n',
      ),
  }
}

function csvTexts(column: Field, array: ArrowChunk['columns'][number]): string[] {
  const { type } = column
  switch (type.kind) {
    case 'list':
    case 'array':
    case 'map':
    case 'struct':
      return withNulls(jsonTexts(type, array).map(csvField), array, '')
    case 'union':
      return jsonTexts(type, array).map(csvField)
    case 'text':
    case 'enum':
    case 'bit':
    case 'blob':
      return withNulls(scalarTexts(type, array, isoStyle).map(csvField), array, '')
    default:
      return withNulls(scalarTexts(type, array, isoStyle), array, '')
  }
}

const csvField = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** Joins columns to rows: `before[i]` stands before column i, `after` after each row. */
function lines(
  columns: readonly (readonly string[])[],
  count: number,
  before: readonly string[],
  after: string,
  firstBeforeOfLater?: string,
): string {
  let text = ''
  const width = columns.length
  for (let row = 0; row < count; row++) {
    text += row > 0 && firstBeforeOfLater !== undefined ? firstBeforeOfLater : before[0]!
    text += columns[0]![row]!
    for (let i = 1; i < width; i++) text += before[i]! + columns[i]![row]!
    text += after
  }
  return text
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
