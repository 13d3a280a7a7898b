import { quoteText } from '../base/index.ts'
import type { Reader } from './needs.ts'
import type { ReadOptions } from './source-format.ts'

/** How the lines of a CSV file are taken apart. */
export interface CsvForm {
  /** Lines before the first that counts. */
  readonly skipped: number
  /** What begins a comment; empty where nothing does. */
  readonly comment: string
  readonly delimiter: string
  readonly quote: string
  readonly header: boolean
}

/** As the options say it, or as the engine guesses it. */
export async function csvForm(reader: Reader, path: string, options: ReadOptions): Promise<CsvForm> {
  if (options['auto_detect'] === false) return writtenForm(options)
  const said = ['sample_size', 'strict_mode', 'null_padding', 'all_varchar', 'encoding']
    .filter(option => option in options)
    .map(option => `, ${option} = ${sql(options[option])}`)
  const [row = {}] = await reader.execute(
    `select "Comment" as c, "SkipRows" as s, "HasHeader" as h, "Delimiter" as d, "Quote" as q from sniff_csv(${quoteText(path)}${said.join('')})`,
  )
  return {
    skipped: Number(row['s']),
    comment: textOf(row['c']),
    delimiter: String(row['d']),
    quote: textOf(row['q']) === '' ? '"' : textOf(row['q']),
    header: (options['header'] ?? row['h']) === true,
  }
}

const writtenForm = (options: ReadOptions): CsvForm => ({
  skipped: Number(options['skip'] ?? 0),
  comment: textOf(options['comment'] ?? ''),
  delimiter: textOf(options['delim'] ?? ','),
  quote: textOf(options['quote'] ?? '"'),
  header: options['header'] === true,
})

/** The engine says `(empty)` for what is not there. */
const textOf = (value: unknown): string => (typeof value === 'string' && value !== '(empty)' ? value : '')
const sql = (value: unknown): string => (typeof value === 'string' ? quoteText(value) : JSON.stringify(value))
