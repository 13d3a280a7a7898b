import { quoteName, quoteText } from '../../base/index.ts'
import type { IcebergField, IcebergSchema, IcebergType } from '../../lake/index.ts'
import type { Column } from '../../mesh/index.ts'

/** What of a snapshot is needed to read it. */
export interface ReadableSnapshot {
  /** The schema that the snapshot is read with. */
  readonly schema: IcebergSchema
  /** All schemas that its files were written with. */
  readonly schemas: readonly IcebergSchema[]
  /** `path`: absolute. */
  readonly files: readonly { readonly path: string; readonly schemaId: number }[]
}

/**
 * SQL of a relation with exactly these columns under their names, over exactly the snapshot's files. Columns are found
 * by field id, so that renamed, added and widened ones are read from old files as from new ones.
 */
export function scanSql(snapshot: ReadableSnapshot, columns: readonly Pick<Column, 'name' | 'type'>[]): string {
  if (snapshot.files.length === 0) return `(SELECT ${columns.map(emptyColumn).join(', ')} WHERE false)`
  const wanted = columns.map(column => ({
    column,
    field: snapshot.schema.fields.find(field => field.name === column.name),
  }))
  const files = groupBySchema(snapshot)
  const difference = Math.max(...files.map(group => differenceOf(group.schema, wanted)))
  if (difference === same) return `read_parquet(${listSql(snapshot.files.map(file => file.path))})`
  if (difference === byId) return byIdSql(snapshot, wanted)
  const parts = files.map(
    group => `SELECT ${groupColumns(group.schema, wanted)} FROM read_parquet(${listSql(group.paths)})`,
  )
  return `(${parts.join(' UNION ALL ')})`
}

type Wanted = readonly {
  readonly column: Pick<Column, 'name' | 'type'>
  readonly field: IcebergField | undefined
}[]

/** How far the schema of some files is from the one that they are read with. */
const [same, byId, inside] = [0, 1, 2]

function differenceOf(written: IcebergSchema | undefined, wanted: Wanted): number {
  const differences = wanted.map(({ field }) => {
    const old = written?.fields.find(candidate => candidate.id === field?.id)
    if (field === undefined || old === undefined) return byId
    const [from, to] = [JSON.stringify(old.type), JSON.stringify(field.type)]
    if (from !== to && (typeof field.type !== 'string' || typeof old.type !== 'string')) return inside
    return old.name === field.name && from === to ? same : byId
  })
  return Math.max(same, ...differences)
}

function groupBySchema(snapshot: ReadableSnapshot) {
  const groups = new Map<number, string[]>()
  for (const file of snapshot.files) {
    const paths = groups.get(file.schemaId) ?? []
    groups.set(file.schemaId, [...paths, file.path])
  }
  return [...groups].map(([schemaId, paths]) => ({
    paths,
    schema: snapshot.schemas.find(schema => schema.schemaId === schemaId),
  }))
}

/** The engine matches top-level columns by id itself; a column that no file has is null. */
function byIdSql(snapshot: ReadableSnapshot, wanted: Wanted): string {
  const entries = wanted.flatMap(({ column, field }) =>
    field === undefined
      ? []
      : [`${field.id}: {name: ${quoteText(column.name)}, type: ${quoteText(column.type)}, default_value: NULL}`],
  )
  if (entries.length === 0)
    return `(SELECT ${wanted.map(({ column }) => emptyColumn(column)).join(', ')} FROM read_parquet(${listSql(snapshot.files.map(file => file.path))}))`
  const scan = `read_parquet(${listSql(snapshot.files.map(file => file.path))}, schema = MAP {${entries.join(', ')}})`
  const absent = wanted.filter(({ field }) => field === undefined)
  return absent.length === 0
    ? scan
    : `(SELECT *, ${absent.map(({ column }) => emptyColumn(column)).join(', ')} FROM ${scan})`
}

const emptyColumn = (column: Pick<Column, 'name' | 'type'>): string =>
  `CAST(NULL AS ${column.type}) AS ${quoteName(column.name)}`

/** Inside structs the engine matches by name, so those are built by hand for each schema that files were written with. */
function groupColumns(written: IcebergSchema | undefined, wanted: Wanted): string {
  return wanted
    .map(({ column, field }) => {
      const old = written?.fields.find(candidate => candidate.id === field?.id)
      if (field === undefined || old === undefined) return emptyColumn(column)
      const value = rebuilt(quoteName(old.name), old.type, field.type, 0)
      return `CAST(${value} AS ${column.type}) AS ${quoteName(column.name)}`
    })
    .join(', ')
}

function rebuilt(value: string, from: IcebergType, to: IcebergType, depth: number): string {
  if (typeof from === 'string' || typeof to === 'string' || JSON.stringify(from) === JSON.stringify(to)) return value
  if (from.type === 'struct' && to.type === 'struct') {
    const parts = to.fields.map(field => {
      const old = from.fields.find(candidate => candidate.id === field.id)
      const inner =
        old === undefined
          ? 'NULL'
          : rebuilt(`struct_extract(${value}, ${quoteText(old.name)})`, old.type, field.type, depth)
      return `${quoteName(field.name)} := ${inner}`
    })
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`
  }
  const item = quoteName(`part${depth}`)
  if (from.type === 'list' && to.type === 'list') {
    return `list_transform(${value}, lambda ${item}: ${rebuilt(item, from.element, to.element, depth + 1)})`
  }
  if (from.type === 'map' && to.type === 'map') {
    const inner = rebuilt(`struct_extract(${item}, 'value')`, from.value, to.value, depth + 1)
    const entry = `struct_pack("key" := struct_extract(${item}, 'key'), "value" := ${inner})`
    return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: ${entry}))`
  }
  return value
}

const listSql = (paths: readonly string[]): string => `[${paths.map(quoteText).join(', ')}]`
