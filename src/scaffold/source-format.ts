import { MeshError, quoteText } from '../base/index.ts'

export type SourceFormat = 'csv' | 'json' | 'parquet'

/** By the name of the file. */
export function sourceFormat(path: string): SourceFormat {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  if (ending === 'csv' || ending === 'tsv' || ending === 'txt') return 'csv'
  if (ending === 'json' || ending === 'ndjson' || ending === 'jsonl') return 'json'
  if (ending === 'parquet' || ending === 'pq') return 'parquet'
  throw new MeshError('usage.invalid', `${path} has no ending that says what it is.`, {
    fix: 'Name a .csv, .tsv, .json, .ndjson or .parquet file.',
  })
}

/** The relation of a file, with every value as text where `asText` asks for it and the format allows it. */
export function readerOf(path: string, format: SourceFormat, asText: boolean): string {
  const file = quoteText(path)
  switch (format) {
    case 'csv':
      return `read_csv(${file}${asText ? ', all_varchar = true' : ''})`
    case 'json':
      return `read_json(${file})`
    case 'parquet':
      return `read_parquet(${file})`
  }
}
