import { quoteText } from '../base/index.ts'
import type { Reader } from './needs.ts'
import type { ReadOptions } from './source-format.ts'

/**
 * Which lines of a CSV file are in no row, as ends of sentences: titles above the names, comments, and whatever the number
 * of rows does not account for. Nothing is said of packed files and of those that are not UTF-8: their lines are not seen.
 */
export async function leftOutLines(
  reader: Reader,
  path: string,
  options: ReadOptions,
  rows: number,
): Promise<readonly string[]> {
  if (['compression', 'encoding'].some(option => option in options)) return []
  const form = await formOf(reader, path, options)
  const lines = await linesOf(reader, path, form)
  const above = lines.filter(line => line.no <= form.skipped)
  const comments = lines.filter(line => line.no > form.skipped && line.comment)
  const others = lines.filter(line => line.no > form.skipped && !line.comment)
  const lost = others.length - (form.header ? 1 : 0) - rows
  const quoted = others.some(line => line.quoted)
  const widths = quoted || others.length === 0 ? [] : others.filter(line => line.fields !== others[0]!.fields)
  return [
    ...(above.length === 0 ? [] : [`${named(above)} above the names of the columns, and ${left(above)}`]),
    ...(comments.length === 0
      ? []
      : [
          `${named(comments)} ${comments.length === 1 ? 'a comment' : 'comments'} (${form.comment}), and ${left(comments)}`,
        ]),
    ...(widths.length === 0 || !('null_padding' in options)
      ? []
      : [`${named(widths)} of another number of fields than the first`]),
    ...(quoted || lost <= 0 ? [] : [`${lost} of its lines ${lost === 1 ? 'is' : 'are'} in no row: look at the file`]),
  ]
}

interface Form {
  readonly skipped: number
  readonly comment: string
  readonly delimiter: string
  readonly header: boolean
}

async function formOf(reader: Reader, path: string, options: ReadOptions): Promise<Form> {
  const said = ['sample_size', 'strict_mode', 'null_padding', 'all_varchar']
    .filter(option => option in options)
    .map(option => `, ${option} = ${JSON.stringify(options[option])}`)
  const [row = {}] = await reader.execute(
    `select "Comment" as c, "SkipRows" as s, "HasHeader" as h, "Delimiter" as d from sniff_csv(${quoteText(path)}${said.join('')})`,
  )
  const comment = String(row['c'])
  const header = options['header'] ?? row['h']
  return {
    skipped: Number(row['s']),
    comment: comment === '(empty)' ? '' : comment,
    delimiter: String(row['d']),
    header: header === true,
  }
}

interface Line {
  readonly no: number
  readonly comment: boolean
  readonly quoted: boolean
  readonly fields: number
}

/** Lines that hold something; of long files all the same, as only numbers come back. */
async function linesOf(reader: Reader, path: string, { comment, delimiter }: Form): Promise<readonly Line[]> {
  const isComment = comment === '' ? 'false' : `starts_with(ltrim(line), ${quoteText(comment)})`
  const found = await reader.execute(
    `with whole as (select string_split(replace(content, chr(13), ''), chr(10)) as lines from read_text(${quoteText(path)})),
     line as (select unnest(lines) as line, generate_subscripts(lines, 1) as no from whole)
     select no, ${isComment} as c, contains(line, '"') as q, len(string_split(line, ${quoteText(delimiter)})) as f
     from line where trim(line) <> '' order by no`,
  )
  return found.map(row => ({
    no: Number(row['no']),
    comment: row['c'] === true,
    quoted: row['q'] === true,
    fields: Number(row['f']),
  }))
}

/** `its line 3 is`, `its lines 3, 9 and 12 are`; of many the first ten. */
function named(lines: readonly Line[]): string {
  const shown = lines.slice(0, 10).map(line => String(line.no))
  const rest = lines.length - shown.length
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown
  if (parts.length === 1) return `its line ${parts[0]} is`
  return `its lines ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)} are`
}

const left = (lines: readonly Line[]): string => (lines.length === 1 ? 'is left out' : 'are left out')
