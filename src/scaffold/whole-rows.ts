import { quoteName } from '../base/index.ts'
import { csvForm, type CsvForm } from './csv-form.ts'
import { csvLines, type CsvLines } from './csv-lines.ts'
import type { Reader } from './needs.ts'
import { readerOf, type ReadOptions } from './source-format.ts'

/**
 * Options that name every column, for a CSV file of which the engine's own guess would leave lines or fields out: where
 * rows differ in width it takes the widest for the table and what stands before them for a title. Undefined where the
 * guess loses nothing. What goes beyond the names gets columns of its own, so that no value is lost.
 */
export async function wholeRows(
  reader: Reader,
  path: string,
  options: ReadOptions,
  guessed: { readonly columns: number; readonly rows: number },
): Promise<ReadOptions | undefined> {
  const form = await csvForm(reader, path, options)
  const lines = await csvLines(reader, path, options, form)
  if (lines === undefined || (await lines.some('open')).count > 0) return undefined
  const first = Number(await lines.one('min(no)', 'not comment'))
  const isFirst = await firstHoldsNames(lines, form, first)
  const start = isFirst ? first : Number(await lines.one('min(no)', `no > ${form.skipped} and not comment`))
  const table = `no >= ${start} and not comment`
  const header = isFirst || form.header
  const width = Number(await lines.one('max(filled)', table))
  const lost = (await lines.some(table)).count - (header ? 1 : 0) - guessed.rows
  if (!isFirst && width <= guessed.columns && lost <= 0) return undefined
  const names = header ? fieldsOf(String(await lines.one('line', `no = ${start}`)), form) : []
  return typed(reader, path, {
    ...Object.fromEntries(Object.entries(options).filter(([name]) => ['compression', 'encoding'].includes(name))),
    auto_detect: false,
    delim: form.delimiter,
    quote: form.quote,
    escape: form.quote,
    ...(form.comment === '' ? {} : { comment: form.comment }),
    ...(start === 1 ? {} : { skip: start - 1 }),
    header,
    null_padding: true,
    columns: Object.fromEntries(distinct(names, width).map(name => [name, 'VARCHAR'])),
  })
}

/**
 * Whether the first line names the columns although the engine begins further down. A title is narrower than most lines
 * and stands above names; data that is narrower than a few rows below it is no title.
 */
async function firstHoldsNames(lines: CsvLines, { skipped, header }: CsvForm, first: number): Promise<boolean> {
  if (!(first <= skipped)) return false
  const own = Number(await lines.one('fields', `no = ${first}`))
  const usual = Number(await lines.one('mode(fields)', 'not comment'))
  const alike = (await lines.some(`not comment and fields = ${own}`)).count
  const most = (await lines.some(`not comment and fields = ${usual}`)).count
  if (usual === own) return true
  // As many of the one width as of the other: what has fields is no title.
  return own >= 2 && (alike === most || !header)
}

/** The fields of one line, without their quotes. */
function fieldsOf(line: string, { delimiter, quote }: CsvForm): readonly string[] {
  const fields: string[] = ['']
  let quoted = false
  for (const char of line) {
    if (char === quote) quoted = !quoted
    else if (char === delimiter && !quoted) fields.push('')
    else fields[fields.length - 1] += char
  }
  return fields.map(field => field.trim())
}

/** One name for each column, none twice: as the engine would number those that are missing. */
function distinct(names: readonly string[], width: number): readonly string[] {
  const taken = new Set<string>()
  return Array.from({ length: Math.max(width, names.length) }, (_, i) => {
    const wanted = names[i] === undefined || names[i] === '' ? `column${i}` : names[i]
    let name = wanted
    for (let n = 1; taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`
    taken.add(name.toLowerCase())
    return name
  })
}

/** The types that every value fits as it is written. */
async function typed(
  reader: Reader,
  path: string,
  options: ReadOptions & { readonly columns: Readonly<Record<string, string>> },
): Promise<ReadOptions> {
  const names = Object.keys(options.columns)
  const tests = names.flatMap((name, i) => {
    const value = `trim(${quoteName(name)})`
    return forms.map(([, test], f) => `bool_and(${test(value)}) as "${i} ${f}"`)
  })
  const [row = {}] = await reader.execute(`select ${tests.join(', ')} from ${readerOf(path, 'csv', options)}`)
  const columns = names.map((name, i) => {
    const found = forms.find((_, f) => row[`${i} ${f}`] === true)
    return [name, found?.[0] ?? 'VARCHAR'] as const
  })
  return { ...options, columns: Object.fromEntries(columns) }
}

const matches = (value: string, form: string) => `regexp_full_match(${value}, '${form}')`
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const forms: readonly (readonly [type: string, test: (value: string) => string])[] = [
  ['BIGINT', value => matches(value, '[+-]?(0|[1-9][0-9]{0,17})')],
  ['DOUBLE', value => matches(value, String.raw`[+-]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?`)],
  ['DATE', value => `${matches(value, day)} and try_cast(${value} as date) is not null`],
  [
    'TIMESTAMP',
    value =>
      `${matches(value, `${day}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?`)} and try_cast(${value} as timestamp) is not null`,
  ],
  ['BOOLEAN', value => `lower(${value}) in ('true', 'false')`],
]
