import { csvForm } from './csv-form.ts'
import { csvLines, type SomeLines } from './csv-lines.ts'
import type { Reader } from './needs.ts'
import type { ReadOptions } from './source-format.ts'

/**
 * Which lines of a CSV file are in no row, as ends of sentences: titles above the names, comments, and whatever the number
 * of rows does not account for.
 */
export async function leftOutLines(
  reader: Reader,
  path: string,
  options: ReadOptions,
  rows: number,
): Promise<readonly string[]> {
  const form = await csvForm(reader, path, options)
  const lines = await csvLines(reader, path, options, form)
  if (lines === undefined) return []
  const above = await lines.some(`no <= ${form.skipped}`)
  const comments = await lines.some(`no > ${form.skipped} and comment`)
  const others = `no > ${form.skipped} and not comment`
  const isOpen = (await lines.some('open')).count > 0
  const lost = (await lines.some(others)).count - (form.header ? 1 : 0) - rows
  const widths = await lines.some(`${others} and fields <> (select arg_min(fields, no) from csv_line where ${others})`)
  return [
    ...(above.count === 0 ? [] : [`${named(above)} above the names of the columns, and ${left(above)}`]),
    ...(comments.count === 0
      ? []
      : [
          `${named(comments)} ${comments.count === 1 ? 'a comment' : 'comments'} (${form.comment}), and ${left(comments)}`,
        ]),
    ...(isOpen || widths.count === 0 || !('null_padding' in options)
      ? []
      : [`${named(widths)} of another number of fields than the first`]),
    ...(isOpen || lost <= 0 ? [] : [`${lost} of its lines ${lost === 1 ? 'is' : 'are'} in no row: look at the file`]),
  ]
}

/** `its line 3 is`, `its lines 3, 9 and 12 are`; of many the first ten. */
function named({ count, first }: SomeLines): string {
  const rest = count - first.length
  const parts = rest > 0 ? [...first, `${rest} more`] : first
  if (parts.length === 1) return `its line ${parts[0]} is`
  return `its lines ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)} are`
}

const left = ({ count }: SomeLines): string => (count === 1 ? 'is left out' : 'are left out')
