import { MeshError, quoteName, quoteText } from '../base/index.ts'
import type { Input } from '../mesh/index.ts'

export type FileInput = Input & { readonly kind: 'file' }

/** A file as the build knows it, and where it lies. */
export interface LocalFile {
  /** As written; what `_file` shows. */
  readonly path: string
  readonly absolute: string
}

export interface ReaderNeeds {
  /** The SQL names `_file`. */
  readonly file: boolean
  /** The SQL names `_row`. */
  readonly row: boolean
  /** At most so many rows of each file. */
  readonly sample?: number
  /** Names and types found in all files together; needed for `_row` over more than one text file. */
  readonly types?: readonly { readonly name: string; readonly type: string }[]
}

/**
 * The SELECT that reads files as rows, by the reader named (bundled files have no extension). `_file` is the path as
 * written, `_row` counts from 1 within each file in the file's order; both exist only where the SQL names them.
 */
export function readerSql(input: FileInput, files: readonly LocalFile[], needs: ReaderNeeds): string {
  const [first] = files
  if (first === undefined) throw new MeshError('source.not-found', `No file matches ${input.path}.`)
  const perFile = needs.sample !== undefined || (needs.row && input.format !== 'parquet' && files.length > 1)
  if (!perFile) return whole(input, files, needs)
  return files.map(file => `(${whole(input, [file], needs)})`).join(' union all by name ')
}

function whole(input: FileInput, files: readonly LocalFile[], needs: ReaderNeeds): string {
  const columns = ['*']
  const options: string[] = []
  if (input.format === 'parquet') {
    if (needs.row) columns.push('file_row_number + 1 as _row')
    if (needs.file) columns.push(`${fileSql(files, 'filename')} as _file`)
  } else {
    if (needs.row) columns.push('row_number() over () as _row')
    if (needs.file && files.length > 1) {
      columns[0] = `* exclude (${quoteName(sourceColumn)})`
      columns.push(`${fileSql(files, quoteName(sourceColumn))} as _file`)
      options.push(`filename = ${quoteText(sourceColumn)}`)
    } else if (needs.file) columns.push(`${quoteText(files[0]!.path)} as _file`)
  }
  const limit = needs.sample === undefined ? '' : ` limit ${Math.max(0, Math.floor(needs.sample))}`
  return `select ${columns.join(', ')} from ${functionSql(input, files, options, needs)}${limit}`
}

const sourceColumn = '\u001ffile'

function functionSql(
  input: FileInput,
  files: readonly LocalFile[],
  more: readonly string[],
  needs: ReaderNeeds,
): string {
  const list = `[${files.map(file => quoteText(file.absolute)).join(', ')}]`
  const options = Object.entries(input.options).map(([name, value]) => `${optionName(name)} = ${optionSql(value)}`)
  // The position of a row is its position in the file only where one thread reads it from the start.
  if (
    input.format === 'csv' &&
    needs.types !== undefined &&
    !hasOption(input, 'columns', 'types', 'dtypes', 'all_varchar')
  ) {
    const types = needs.types.filter(({ name }) => !name.startsWith('_'))
    options.push(`types = {${types.map(({ name, type }) => `${quoteText(name)}: ${quoteText(type)}`).join(', ')}}`)
  }
  return `${readers[input.format]}(${[list, ...options, ...more].join(', ')})`
}

const readers = { csv: 'read_csv', json: 'read_json', parquet: 'read_parquet' } as const

const hasOption = (input: FileInput, ...names: readonly string[]) =>
  Object.keys(input.options).some(name => names.includes(name.toLowerCase()))

/** A chain of CASE would be slow for many files; a map is looked up once a row. */
const fileSql = (files: readonly LocalFile[], name: string): string =>
  files.length === 1
    ? quoteText(files[0]!.path)
    : `map {${files.map(file => `${quoteText(file.absolute)}: ${quoteText(file.path)}`).join(', ')}}[${name}]`

/** Options that reach beyond the files named, or write, are none of a reader's business. */
const refusedOptions: ReadonlySet<string> = new Set([
  'filename',
  'file_row_number',
  'store_rejects',
  'rejects_table',
  'rejects_scan',
  'rejects_limit',
  'hive_partitioning',
  'hive_types',
  'hive_types_autocast',
  'encryption_config',
  'schema',
])

function optionName(name: string): string {
  if (!/^[a-z_]{1,40}$/i.test(name) || refusedOptions.has(name.toLowerCase())) {
    throw new MeshError('document.invalid', `The reader option ${name} is not one that a build may set.`, {
      fix: 'Leave it out; options of DuckDB such as delim, header, nullstr, types, dateformat, skip are allowed.',
    })
  }
  return quoteName(name.toLowerCase())
}

function optionSql(value: FileInput['options'][string]): string {
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new MeshError('document.invalid', `${value} is no value for a reader option.`)
    return String(value)
  }
  return `{${Object.entries(value)
    .map(([key, text]) => `${quoteText(key)}: ${quoteText(text)}`)
    .join(', ')}}`
}
