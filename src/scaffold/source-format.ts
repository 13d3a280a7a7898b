import { MeshError, quoteName, quoteText } from '../base/index.ts'

export type SourceFormat = 'csv' | 'json' | 'parquet'

/** Options of the engine's reader, as `build.yaml` writes them. */
export type ReadOptions = Readonly<Record<string, string | number | boolean | Readonly<Record<string, string>>>>

const endings: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  ndjson: 'json',
  jsonl: 'json',
  parquet: 'parquet',
}

/** By the name of the file, packed ones too. */
export function sourceFormat(path: string): SourceFormat {
  const format = formatOfName(path)
  if (format !== undefined) return format
  throw new MeshError('usage.invalid', `${path} has no ending that says what it is.`, {
    fix: 'Name a .csv, .tsv, .json, .ndjson or .parquet file.',
  })
}

export function formatOfName(path: string): SourceFormat | undefined {
  const ending = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(path)?.[1]?.toLowerCase()
  return ending === undefined ? undefined : endings[ending]
}

/** A bundled file has no ending by which the engine could see that it is packed. */
export function packing(path: string): ReadOptions {
  if (/\.gz$/i.test(path)) return { compression: 'gzip' }
  return /\.zst$/i.test(path) ? { compression: 'zstd' } : {}
}

const readers = { csv: 'read_csv', json: 'read_json', parquet: 'read_parquet' } as const

/** The relation of a file. */
export function readerOf(path: string, format: SourceFormat, options: ReadOptions): string {
  const written = Object.entries(options).map(([name, value]) => `${quoteName(name)} = ${valueSql(value)}`)
  return `${readers[format]}(${[quoteText(path), ...written].join(', ')})`
}

function valueSql(value: ReadOptions[string]): string {
  if (typeof value === 'string') return quoteText(value)
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).map(([key, text]) => `${quoteText(key)}: ${quoteText(text)}`)
  return `{${entries.join(', ')}}`
}
