import { MeshError, messageOf, quoteName } from '../base/index.ts'
import type { Reader } from './needs.ts'
import { readAttempts } from './read-attempts.ts'
import { packing, readerOf, type ReadOptions, type SourceFormat } from './source-format.ts'

/** What a look at all rows of a file shows. */
export interface Profile {
  readonly format: SourceFormat
  /** How it has to be read; empty where the reader finds everything by itself. */
  readonly options: ReadOptions
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  /** What is odd about the file, as ends of sentences. */
  readonly notes: readonly string[]
}

export interface ColumnProfile {
  /** As the file spells it. */
  readonly source: string
  /** DuckDB's type. */
  readonly type: string
  readonly nulls: number
  /** Of nested values it is not counted. */
  readonly distinct: number
  /** Text of which every value is of one length, and all digits or all capitals. */
  readonly form?: { readonly of: 'digits' | 'capitals'; readonly length: number }
  /** JSON of which every value is a single text, number or truth value. */
  readonly flat: boolean
  /** Some values, most frequent first, as text. */
  readonly samples: readonly string[]
}

/** Reads the whole file, typed and where it matters as it is written. Throws `source.unreadable`. */
export async function profileFile(reader: Reader, path: string, format: SourceFormat, name = path): Promise<Profile> {
  const failures: unknown[] = []
  for (const { options, note, odd, after } of readAttempts(format)) {
    if (after?.test(messageOf(failures[0])) === false) continue
    const notes = note === undefined ? [] : [note]
    try {
      const look = await lookAt(reader, path, format, { ...packing(name), ...options })
      if (odd !== true && looksMisread(look)) continue
      return { ...look, notes: [...notes, ...look.notes] }
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  throw unreadable(failures[0], path, format, name)
}

/** One column that is called like several, and names full of zero bytes: another way to read it fits better. */
const looksMisread = ({ columns, format }: Profile): boolean =>
  format === 'csv' &&
  ((columns.length === 1 && /[,;|\t]/.test(columns[0]!.source)) || columns.some(({ source }) => /\p{Cc}/u.test(source)))

/** An engine's message names the file by its whole path, and its first line says what matters. */
function unreadable(thrown: unknown, path: string, format: SourceFormat, name: string): MeshError {
  const lines = messageOf(thrown).replaceAll(path, name).split('\n')
  const said = lines.filter(line => !/^(Original Line|CSV Error on Line|\s*$)/.test(line))[0] ?? 'it is broken'
  const line = /on Line: (\d+)/.exec(lines[0] ?? '')?.[1]
  const place = line === undefined ? '' : `, line ${line}`
  const reason = said.replace(/^[A-Za-z ]+ (Error|Exception): /, '').replace(/\.?$/, '.')
  return new MeshError('source.unreadable', `${name}${place} cannot be read as ${format}: ${reason}`, {
    cause: thrown,
    fix: 'Mend the file, or name one in another format.',
  })
}

async function lookAt(reader: Reader, path: string, format: SourceFormat, found: ReadOptions): Promise<Profile> {
  const options = format === 'csv' ? await csvOptions(reader, path, found) : found
  const relation = readerOf(path, format, options)
  const described = await describe(reader, relation)
  const [counted = {}] = await reader.execute(
    `select count(*) as "rows", ${described.flatMap(measures).join(', ')} from ${relation}`,
  )
  const rows = Number(counted['rows'])
  if (rows === 0 && format !== 'parquet' && described.every(({ name }) => /^(column\d+|json)$/.test(name))) {
    throw new Error('It is empty')
  }
  const columns: ColumnProfile[] = []
  for (const [i, { name: source, type }] of described.entries()) {
    const count = (what: string) => Number(counted[`${what}${i}`] ?? 0)
    const length = counted[`s${i}`] === counted[`l${i}`] ? count('l') : 0
    const of = counted[`g${i}`] === true ? 'digits' : counted[`c${i}`] === true ? 'capitals' : undefined
    columns.push({
      source,
      type,
      nulls: rows - count('n'),
      distinct: count('d'),
      ...(of === undefined || length === 0 ? {} : { form: { of, length } as const }),
      flat: counted[`f${i}`] === true,
      samples: await samplesOf(reader, relation, source),
    })
  }
  return { format, options, rows, columns, notes: headerNotes(format, described) }
}

type Described = readonly { readonly name: string; readonly type: string }[]

async function describe(reader: Reader, relation: string): Promise<Described> {
  const rows = await reader.execute(`describe select * from ${relation}`)
  return rows.map(row => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}

function measures({ name, type }: Described[number], i: number): readonly string[] {
  const column = quoteName(name)
  const counts = [`count(${column}) as n${i}`]
  if (/[)\]]$/.test(type) && !/^(DECIMAL|ENUM)/.test(type)) return counts
  if (type === 'JSON') {
    return [...counts, `bool_and(json_type(${column}) not in ('OBJECT', 'ARRAY')) as f${i}`]
  }
  if (!/^(GEOMETRY|VARIANT)/.test(type)) counts.push(`count(distinct ${column}) as d${i}`)
  if (type !== 'VARCHAR') return counts
  return [
    ...counts,
    `min(length(${column})) as s${i}, max(length(${column})) as l${i}`,
    `bool_and(regexp_full_match(${column}, '[0-9]+')) as g${i}`,
    `bool_and(regexp_full_match(${column}, '[A-Z]+')) as c${i}`,
  ]
}

/** What only a look at all rows tells: a comma before decimals, and codes that would lose their zeros as numbers. */
async function csvOptions(reader: Reader, path: string, found: ReadOptions): Promise<ReadOptions> {
  if ('all_varchar' in found) return found
  const options = await withDecimals(reader, path, found)
  const columns = await describe(reader, readerOf(path, 'csv', options))
  const codes = await zeroColumns(reader, path, options, columns)
  return codes.length === 0 ? options : { ...options, types: Object.fromEntries(codes.map(name => [name, 'VARCHAR'])) }
}

/** `1,5`: where a text column would become a number by the comma, the whole file is read so. */
async function withDecimals(reader: Reader, path: string, options: ReadOptions): Promise<ReadOptions> {
  const plain = readerOf(path, 'csv', options)
  const texts = (await describe(reader, plain)).filter(({ type }) => type === 'VARCHAR')
  if (texts.length === 0) return options
  const tests = texts.map(({ name }) => `bool_and(regexp_full_match(${quoteName(name)}, '[+-]?[0-9]+,[0-9]+'))`)
  const [row] = await reader.execute(`select ${tests.map((test, i) => `${test} as t${i}`).join(', ')} from ${plain}`)
  return texts.some((_, i) => row?.[`t${i}`] === true) ? { ...options, decimal_separator: ',' } : options
}

/** Columns of whole numbers that the file writes as `007`. */
async function zeroColumns(
  reader: Reader,
  path: string,
  options: ReadOptions,
  columns: Described,
): Promise<readonly string[]> {
  const numbers = columns.filter(({ type }) => /^(TINY|SMALL|BIG|HUGE)?INT|^INTEGER/.test(type))
  if (numbers.length === 0) return []
  const tests = numbers.map(({ name }, i) => `bool_or(regexp_full_match(trim(${quoteName(name)}), '0[0-9]+')) as z${i}`)
  const text = readerOf(path, 'csv', { ...options, all_varchar: true })
  const [row] = await reader.execute(`select ${tests.join(', ')} from ${text}`)
  return numbers.filter((_, i) => row?.[`z${i}`] === true).map(({ name }) => name)
}

const headerNotes = (format: SourceFormat, columns: Described) =>
  format === 'csv' && columns.every(({ name }) => /^column\d+$/.test(name))
    ? ['it names no columns in its first line: give them better names']
    : []

async function samplesOf(reader: Reader, relation: string, name: string): Promise<readonly string[]> {
  const column = quoteName(name)
  const rows = await reader.execute(
    `select left(${column}::varchar, 200) as v from (select ${column} from ${relation} limit 10000) where ${column} is not null group by 1 order by count(*) desc, 1 limit 50`,
  )
  return rows.map(row => String(row['v']))
}
