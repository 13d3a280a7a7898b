import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { folderLake } from '../../src/adapters/files/lake-files.ts'
import { memoryPointers } from '../../src/adapters/files/memory-pointers.ts'
import {
  commit,
  dataFileOf,
  evolveSchema,
  fieldIdsSql,
  readSchema,
  splitOffsetsSql,
  transform,
  valueOfText,
  type Change,
  type DataFile,
  type IcebergSchema,
  type LakeFiles,
  type NewColumn,
  type Partition,
  type PartitionBy,
  type Pointers,
} from '../../src/lake/index.ts'

/** A lake in a temporary folder and a DuckDB to write its data files. */
export interface TestLake {
  readonly folder: string
  readonly files: LakeFiles
  readonly pointers: Pointers
  readonly duckdb: DuckDBConnection
  close(): Promise<void>
}

export async function openTestLake(): Promise<TestLake> {
  const folder = await mkdtemp(join(tmpdir(), 'mw-lake-'))
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false', threads: '1' })
  const duckdb = await instance.connect()
  return {
    folder: join(folder, 'lake'),
    files: folderLake(join(folder, 'lake')),
    pointers: memoryPointers(),
    duckdb,
    async close() {
      duckdb.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

let written = 0

/** Writes the rows of a SELECT as one data file of a table. */
export async function writeData(
  lake: TestLake,
  table: string,
  schema: IcebergSchema,
  select: string,
  partition: Partition = {},
  options = '',
): Promise<DataFile> {
  const name = `${++written}.parquet`
  const local = join(lake.folder, '..', name)
  const copy = `COPY (${select}) TO '${local}' (FORMAT parquet, RETURN_STATS, FIELD_IDS ${fieldIdsSql(schema)}${options})`
  const [stats] = (await lake.duckdb.runAndReadAll(copy)).getRowObjectsJson()
  const footer = (await lake.duckdb.runAndReadAll(splitOffsetsSql(local))).getRowObjectsJson()
  const path = `${table}/data/${name}`
  await lake.files.adopt(local, path)
  if (stats === undefined) throw new Error('COPY returned no statistics.')
  const { count, file_size_bytes, column_statistics } = stats as { [key: string]: unknown }
  const splitOffsets = footer.map(row => row['split_offset'] as string)
  return dataFileOf({ count, file_size_bytes, column_statistics }, { splitOffsets }, schema, path, partition)
}

export async function columnsOf(lake: TestLake, select: string): Promise<readonly NewColumn[]> {
  const rows = (await lake.duckdb.runAndReadAll(`DESCRIBE ${select}`)).getRowObjectsJson()
  return rows.map(row => ({ name: row['column_name'] as string, type: row['column_type'] as string, required: false }))
}

/** Commits the rows of a SELECT; what a run does in short. Gives the new metadata path. */
export async function commitRows(
  lake: TestLake,
  table: string,
  select: string,
  options: {
    readonly kind?: 'append' | 'replace'
    readonly columns?: readonly NewColumn[]
    readonly partition?: PartitionBy
    readonly now?: Date
  } = {},
): Promise<string> {
  const parent = await lake.pointers.get(table)
  const before = parent === undefined ? undefined : await readSchema(lake.files, parent)
  const columns = options.columns ?? (await columnsOf(lake, select))
  const kind = options.kind ?? 'append'
  const { schema, lastColumnId } = evolveSchema(before?.schema, columns, before?.lastColumnId ?? 0, {
    replacing: kind === 'replace',
  })
  const files = await partitioned(lake, table, schema, select, options.partition)
  const change: Change = { kind, files }
  const [move] = await commit({
    files: lake.files,
    pointers: lake.pointers,
    tables: [
      {
        table,
        ...(parent === undefined ? {} : { parent }),
        schema,
        lastColumnId,
        ...(options.partition === undefined ? {} : { partition: [options.partition] }),
        change,
        now: options.now ?? new Date(),
      },
    ],
  })
  if (move === undefined) throw new Error('The commit moved nothing.')
  return move.to
}

async function partitioned(
  lake: TestLake,
  table: string,
  schema: IcebergSchema,
  select: string,
  by: PartitionBy | undefined,
): Promise<readonly DataFile[]> {
  if (by === undefined) return [await writeData(lake, table, schema, select)]
  const source = schema.fields.find(field => field.name === by.column)
  if (typeof source?.type !== 'string') throw new Error(`No column ${by.column}.`)
  const { type } = source
  const distinct = `SELECT DISTINCT "${by.column}"::VARCHAR AS v FROM (${select})`
  const rows = (await lake.duckdb.runAndReadAll(distinct)).getRowObjectsJson()
  const groups = new Map<string, { readonly value: Partition; readonly texts: (string | null)[] }>()
  for (const { v } of rows) {
    const text = v as string | null
    const value = transform(by.transform, type, valueOfText(type, text))
    const group = groups.get(String(value)) ?? { value: { [partitionName(by)]: value }, texts: [] }
    group.texts.push(text)
    groups.set(String(value), group)
  }
  const files: DataFile[] = []
  for (const { value, texts } of groups.values()) {
    const list = texts.map(text => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`)).join(', ')
    const rowsOf = `SELECT * FROM (${select}) WHERE list_contains([${list}], "${by.column}"::VARCHAR) OR ("${by.column}" IS NULL AND ${texts.includes(null)})`
    files.push(await writeData(lake, table, schema, rowsOf, value))
  }
  return files
}

const partitionName = ({ column, transform: name }: PartitionBy): string =>
  name === 'identity' ? column : `${column}_${name.replace(/\[\d+\]/, '').replace('truncate', 'trunc')}`
