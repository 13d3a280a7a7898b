import { quoteText } from '../base/index.ts'
import type { CsvForm } from './csv-form.ts'
import type { Reader } from './needs.ts'
import type { ReadOptions } from './source-format.ts'

/** Which lines meet a condition: how many there are, and the numbers of the first ten. */
export interface SomeLines {
  readonly count: number
  readonly first: readonly number[]
}

/** The lines of a file that hold something, as its text has them and before anything is taken for a row. */
export interface CsvLines {
  /** Of conditions over `no`, `comment`, `open`, `fields` and `filled`. */
  some(condition: string): Promise<SomeLines>
  one(expression: string, condition: string): Promise<unknown>
}

/**
 * Looks at every line by itself. `fields` is how many it has, `filled` how many up to the last that holds something;
 * `open` is one whose quotes do not close, so that its fields go on in the next. Undefined where lines cannot be seen.
 */
export async function csvLines(
  reader: Reader,
  path: string,
  options: ReadOptions,
  { comment, delimiter, quote }: CsvForm,
): Promise<CsvLines | undefined> {
  const isComment = comment === '' ? 'false' : `starts_with(ltrim(line), ${quoteText(comment)})`
  const closed = `regexp_replace(line, ${quoteText(`${quote}[^${quote}]*${quote}`)}, 'q', 'g')`
  const count = (text: string) => `len(string_split(${text}, ${quoteText(delimiter)}))`
  try {
    await reader.execute(
      `create or replace temp table csv_line as
       with whole as (select row_number() over () as no, line from ${textLines(path, options)}),
       plain as (select no, line, ${isComment} as comment, ${closed} as closed from whole where trim(line) <> '')
       select no, line, comment, contains(closed, ${quoteText(quote)}) as open, ${count('closed')} as fields,
       ${count(`rtrim(closed, ${quoteText(`${delimiter} `)})`)} as filled from plain`,
    )
  } catch {
    return undefined // a line that holds what no text does: nothing is said of lines then
  }
  const one = async (expression: string, condition: string) => {
    const [row = {}] = await reader.execute(`select ${expression} as v from csv_line where ${condition}`)
    return row['v']
  }
  return {
    one,
    async some(condition) {
      const rows = await reader.execute(`select no from csv_line where ${condition} order by no limit 10`)
      return { count: Number(await one('count(*)', condition)), first: rows.map(row => Number(row['no'])) }
    },
  }
}

/** One column that holds whole lines: what divides them is a character that no text file has. */
function textLines(path: string, options: ReadOptions): string {
  const kept = ['compression', 'encoding'].flatMap(name =>
    typeof options[name] === 'string' ? [`, ${name} = ${quoteText(options[name])}`] : [],
  )
  const form = `auto_detect = false, columns = {'line': 'VARCHAR'}, delim = '\x1f', quote = '', escape = '', header = false`
  return `read_csv(${quoteText(path)}, ${form}, strict_mode = false, parallel = false${kept.join('')})`
}
