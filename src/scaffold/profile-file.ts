import { MeshError, messageOf, quoteName, quoteText } from '../base/index.ts'
import { csvOptions } from './csv-options.ts'
import { describeRelation, type Described } from './describe-relation.ts'
import { leftOutLines } from './left-out-lines.ts'
import type { Reader } from './needs.ts'
import { notUtf8, readAttempts } from './read-attempts.ts'
import { packing, readerOf, type ReadOptions, type SourceFormat } from './source-format.ts'
import { textKind } from './text-kind.ts'
import { wholeRows } from './whole-rows.ts'

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
  /** A narrower type that every value fits, where the reader of JSON was too careful. */
  readonly narrower?: string
  readonly nulls: number
  /** Of nested values it is not counted. */
  readonly distinct: number
  /** Text of which every value is of one length, and all digits or all capitals. */
  readonly form?: { readonly of: 'digits' | 'capitals'; readonly length: number }
  /** JSON of which every value is a single text, number or truth value. */
  readonly flat: boolean
  /** Times of JSON that all end in `Z`: the reader takes them for times without a zone. */
  readonly utc: boolean
  /** Some values, most frequent first, as text. */
  readonly samples: readonly string[]
}

/** Reads the whole file, typed and where it matters as it is written. Throws `source.unreadable`. */
export async function profileFile(reader: Reader, path: string, format: SourceFormat, name = path): Promise<Profile> {
  const kind = await textKind(reader, path, format, name)
  const failures: unknown[] = []
  for (const { options, note, odd, after } of readAttempts(format, kind)) {
    if (after?.test(messageOf(failures[0])) === false) continue
    const notes = note === undefined ? [] : [note]
    try {
      const look = await lookAt(reader, path, format, { ...packing(name), ...options })
      if (odd !== true && looksMisread(look)) continue
      if (format !== 'csv') return { ...look, notes: [...notes, ...look.notes] }
      const all = await wholeLook(reader, path, look)
      const leftOut = await leftOutLines(reader, path, all.options, all.rows)
      return { ...all, notes: [...new Set([...notes, ...(all === look ? [] : [beyond]), ...leftOut, ...all.notes])] }
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  throw unreadable(failures[0], path, format, name)
}

const beyond = 'where a row has more fields than there are names, they are in columns of their own'

/** The look that leaves no row and no value out. */
async function wholeLook(reader: Reader, path: string, look: Profile): Promise<Profile> {
  const options = await wholeRows(reader, path, look.options, { columns: look.columns.length, rows: look.rows })
  return options === undefined ? look : lookAt(reader, path, 'csv', options)
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
  const plain = said.replace(/^[A-Za-z ]+ (Error|Exception): /, '').replace(/[\s.]*$/, '')
  const reason = plain.startsWith('Error when sniffing')
    ? 'it does not look like rows of values with a separator'
    : plain
  return new MeshError('source.unreadable', `${name}${place} cannot be read as ${format}: ${reason}.`, {
    cause: thrown,
    fix: notUtf8.test(plain) ? 'Save it as UTF-8 and try again.' : 'Mend the file, or name one in another format.',
  })
}

async function lookAt(reader: Reader, path: string, format: SourceFormat, found: ReadOptions): Promise<Profile> {
  const options = format === 'csv' ? await csvOptions(reader, path, found) : found
  const relation = readerOf(path, format, options)
  const described = await describeRelation(reader, relation)
  const [counted = {}] = await reader.execute(
    `select count(*) as "rows", ${described.flatMap((column, i) => measures(column, i, format)).join(', ')} from ${relation}`,
  )
  const rows = Number(counted['rows'])
  if (rows === 0 && format !== 'parquet' && described.every(({ name }) => /^(column\d+|json)$/.test(name))) {
    throw new Error('it holds nothing')
  }
  await reader.execute(`create or replace temp table look as select * from ${relation} limit 10000`)
  const utc = format === 'json' ? await zonedColumns(reader, path, options, described) : new Set<string>()
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
      ...(counted[`w${i}`] === true ? { narrower: narrowed(type) } : {}),
      utc: utc.has(source),
      flat: counted[`f${i}`] === true,
      samples: await samplesOf(reader, source),
    })
  }
  return { format, options, rows, columns, notes: notesOn(format, rows, columns) }
}

/** Times that are written in UTC in every object, looked at as text. */
async function zonedColumns(
  reader: Reader,
  path: string,
  options: ReadOptions,
  columns: Described,
): Promise<ReadonlySet<string>> {
  const times = columns.filter(({ type }) => type === 'TIMESTAMP')
  if (times.length === 0) return new Set()
  const { compression } = options
  const packed = typeof compression === 'string' ? `, compression = ${quoteText(compression)}` : ''
  const tests = times.map(({ name }, i) => {
    const text = `json_extract_string(json, ${quoteText(`$."${name.replaceAll('"', '\\"')}"`)})`
    return `bool_and(${text} is null or ends_with(${text}, 'Z')) as z${i}`
  })
  const [row = {}] = await reader.execute(
    `select ${tests.join(', ')} from read_json_objects(${quoteText(path)}${packed})`,
  )
  return new Set(times.filter((_, i) => row[`z${i}`] === true).map(({ name }) => name))
}

/** One negative number makes the reader of JSON take 128 bits. */
const narrowed = (type: string): string =>
  type.includes('"') && /"[^"]*(HUGEINT|UBIGINT)/.test(type) ? type : type.replace(/\b(U?HUGEINT|UBIGINT)\b/g, 'BIGINT')

function measures({ name, type }: Described[number], i: number, format: SourceFormat): readonly string[] {
  const column = quoteName(name)
  const counts = [`count(${column}) as n${i}`]
  if (format === 'json' && narrowed(type) !== type) {
    counts.push(`bool_and(${column} is null or try_cast(${column} as ${narrowed(type)}) is not null) as w${i}`)
  }
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

function notesOn(format: SourceFormat, rows: number, columns: readonly ColumnProfile[]): readonly string[] {
  const empty = rows === 0 ? [] : columns.filter(column => column.nulls === rows).map(called)
  return [
    ...(rows === 0 ? ['it has no rows, so its types are what an empty file shows'] : []),
    ...(format === 'csv' && columns.every(({ source }) => /^column\d+$/.test(source))
      ? ['it names no columns in its first line: give them better names']
      : []),
    ...(empty.length === 0 ? [] : [`${empty.join(', ')} ${empty.length === 1 ? 'is' : 'are'} empty in every row`]),
  ]
}

/** The engine counts columns without a name from nought; people do not. */
const called = ({ source }: ColumnProfile) =>
  source.replace(/^column(\d+)$/, (_, place: string) => `column ${Number(place) + 1}`)

async function samplesOf(reader: Reader, name: string): Promise<readonly string[]> {
  const column = quoteName(name)
  const rows = await reader.execute(
    `select left(${column}::varchar, 500) as v from look where ${column} is not null group by 1 order by count(*) desc, 1 limit 50`,
  )
  return rows.map(row => String(row['v']))
}
