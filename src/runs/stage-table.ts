import { MeshError, quoteName, quoteText } from '../base/index.ts'
import { expectationsDigest, type Check } from '../contract/index.ts'
import { evolveSchema, type EvolvedSchema, type IcebergSchema } from '../lake/index.ts'
import { foldAscii, type Output, type TableVersion } from '../mesh/index.ts'
import { scanSql } from '../query/index.ts'
import { copyTable, type StagedFile } from './copy-table.ts'
import type { CurrentFile, CurrentTable } from './current-table.ts'
import { storedType } from './fit-columns.ts'
import type { BatchOrder } from './make-batch.ts'
import type { WorkshopSession } from './needs.ts'
import { batchView, beforeView, hidden, objectView } from './session-names.ts'
import type { TouchedRows } from './touched-rows.ts'

/** One table as it would be after the run: written, not yet seen by anybody. */
export interface StagedTable {
  readonly table: TableVersion
  readonly current: CurrentTable
  readonly evolved: EvolvedSchema
  readonly batch: StagedFile
  /** Rows of files that lose some, written again without them. */
  readonly rewritten?: StagedFile
  readonly kept: readonly CurrentFile[]
  readonly removed: readonly CurrentFile[]
  /** SELECTs of the rows of this run and of the table as it would be, over files only. */
  readonly batchSql: string
  readonly objectSql: string
  /** SELECT of the rows of before that stay; absent where there are none. */
  readonly beforeSql?: string
  /** Digest of what the table is checked for. */
  readonly expectations: string
  /** Rows stay that were checked for something else: they have to be checked as well. */
  readonly unproven: boolean
}

export interface StageRequest {
  readonly table: TableVersion
  readonly current: CurrentTable
  readonly select: string
  /** Everything that the contract says of the table. */
  readonly checks: readonly Check[]
  readonly mode: Output['mode']
  readonly key: readonly string[]
  readonly watermark?: string
  readonly touched: TouchedRows
  readonly order: Pick<BatchOrder, 'from' | 'to'>
  readonly staging: string
  readonly run: string
}

/** Writes the batch and what it replaces, and makes the relations `batch` and `object` of the table for the checks. */
export async function stageTable(session: WorkshopSession, request: StageRequest): Promise<StagedTable> {
  const { table, current, mode, run } = request
  const evolved = evolve(table, current, mode)
  const to = { folder: current.folder, staging: request.staging }
  const batch = await copyTable(
    session,
    request.select,
    { ...to, name: `${run}-${table.name}-0.parquet` },
    evolved.schema,
  )
  const written = readable(table, evolved.schema, [], [batch.absolute])
  await session.execute(`create or replace view ${batchView(table.name)} as ${written}`)

  const going = mode === 'full' ? undefined : await goingRows(session, request, evolved.schema)
  const removed = mode === 'full' ? current.files : (going?.files ?? [])
  const kept = current.files.filter(file => !removed.includes(file))
  const rest: StagedFile[] = []
  if (going !== undefined && removed.length > 0) {
    const old = readable(table, evolved.schema, removed, [], current.schemas)
    const select = `select * from (${old}) as ${hidden('old')} where not (${going.condition(hidden('old'))})`
    const again = await copyTable(session, select, { ...to, name: `${run}-${table.name}-1.parquet` }, evolved.schema)
    // Without rows it is no part of the table, and nobody has to read it.
    if (again.file.rows > 0n) rest.push(again)
  }
  const [rewritten] = rest
  const fresh = [batch, ...rest].map(file => file.absolute)
  const object = readable(table, evolved.schema, kept, fresh, current.schemas)
  await session.execute(`create or replace view ${objectView(table.name)} as ${object}`)
  const stays = kept.length > 0 || rewritten !== undefined
  const before = rest.map(file => file.absolute)
  const expectations = expectationsDigest(request.checks)
  const staged: StagedTable = {
    table,
    current,
    evolved,
    batch,
    ...(rewritten === undefined ? {} : { rewritten }),
    kept,
    removed,
    batchSql: written,
    objectSql: object,
    ...(stays ? { beforeSql: readable(table, evolved.schema, kept, before, current.schemas) } : {}),
    expectations,
    unproven: stays && current.expectations !== expectations,
  }
  await viewBefore(session, staged)
  return staged
}

/** Makes the relations of a staged table in another session. */
export async function viewStaged(session: WorkshopSession, staged: StagedTable): Promise<void> {
  const { table, batchSql, objectSql } = staged
  await session.execute(`create or replace view ${batchView(table.name)} as ${batchSql}`)
  await session.execute(`create or replace view ${objectView(table.name)} as ${objectSql}`)
  await viewBefore(session, staged)
}

async function viewBefore(session: WorkshopSession, { table, beforeSql, unproven }: StagedTable): Promise<void> {
  if (!unproven || beforeSql === undefined) return
  await session.execute(`create or replace view ${beforeView(table.name)} as ${beforeSql}`)
}

function evolve(table: TableVersion, current: CurrentTable, mode: Output['mode']): EvolvedSchema {
  const columns = table.table.columns.map(({ name, type, required, description }) => ({
    name,
    type: storedType(type),
    required,
    ...(description === undefined ? {} : { description }),
  }))
  const options = { replacing: mode === 'full' || current.files.length === 0 }
  const evolved = evolveSchema(current.schema, columns, current.lastColumnId, options)
  if (evolved.replaced.length > 0 && !options.replacing) {
    throw new MeshError(
      'run.failed',
      `The type of ${table.id}.${evolved.replaced.join(', ')} changed in a way that its old rows cannot follow.`,
      { fix: 'Build it once with mode: full, or publish a new major version.' },
    )
  }
  return evolved
}

/** SELECT of the contract's columns over files of before and files of this run. */
export function readable(
  { table }: Pick<TableVersion, 'table'>,
  schema: IcebergSchema,
  old: readonly CurrentFile[],
  fresh: readonly string[],
  schemas: readonly IcebergSchema[] = [],
): string {
  const known = schemas.filter(each => each.schemaId !== schema.schemaId)
  const files = [
    ...old.map(({ absolute, schemaId }) => ({ path: absolute, schemaId })),
    ...fresh.map(path => ({ path, schemaId: schema.schemaId })),
  ]
  const columns = table.columns.map(({ name, type }) => ({ name, type: storedType(type) }))
  const names = columns.map(({ name }) => quoteName(name)).join(', ')
  return `select ${names} from ${scanSql({ schema, schemas: [...known, schema], files }, columns)}`
}

interface GoingRows {
  readonly files: readonly CurrentFile[]
  /** True for a row of the relation named that goes. */
  readonly condition: (relation: string) => string
}

/**
 * Which old rows the batch replaces: those of its keys or partitions, or of the times of a backfill. A merge replaces only
 * by rows that came through: where the new row of a key is rejected, readers keep the old one.
 */
async function goingRows(
  session: WorkshopSession,
  request: StageRequest,
  schema: IcebergSchema,
): Promise<GoingRows | undefined> {
  const condition = goingCondition(request)
  if (condition === undefined || request.current.files.length === 0) return undefined
  const counts = request.current.files.map((file, i) => {
    const rows = readable(request.table, schema, [file], [], request.current.schemas)
    return `select ${i} as file from (${rows}) as ${hidden('old')} where ${condition(hidden('old'))} limit 1`
  })
  const hit = new Set<number>()
  // Unions of thousands of scans would be one huge plan.
  for (let i = 0; i < counts.length; i += 50) {
    const part = counts.slice(i, i + 50).map(select => `(${select})`)
    for (const row of await session.execute(part.join(' union all '))) hit.add(Number(row['file']))
  }
  return { files: request.current.files.filter((_, i) => hit.has(i)), condition }
}

const touches = hidden('touches')
const keyName = (i: number): string => hidden(`key ${i}`)

function goingCondition({
  table,
  mode,
  key,
  watermark,
  touched,
  order,
}: StageRequest): GoingRows['condition'] | undefined {
  if (mode === 'merge' || mode === 'partition') {
    // A table of rejects may lack a column of the key: then only what both have can be matched, and nothing is replaced.
    const names = new Set(table.table.columns.map(column => foldAscii(column.name)))
    if (!key.every(name => names.has(foldAscii(name)))) return undefined
    const from = touched.from === '' ? batchView(table.name) : touched.from
    const keys = key.map((name, i) => `${touched.column(name)} as ${keyName(i)}`)
    const equal = (old: string) =>
      key.map((name, i) => `${touches}.${keyName(i)} is not distinct from ${old}.${quoteName(name)}`)
    return old =>
      `exists (select 1 from (select distinct ${keys.join(', ')} from ${from}) as ${touches} where ${equal(old).join(' and ')})`
  }
  const column = table.table.columns.find(c => watermark !== undefined && foldAscii(c.name) === foldAscii(watermark))
  if (column === undefined || (order.from === undefined && order.to === undefined)) return undefined
  const bound = (old: string, op: string, text: string | undefined) =>
    text === undefined
      ? []
      : [
          `coalesce(${old}.${quoteName(column.name)} ${op} cast(${quoteText(text)} as ${storedType(column.type)}), false)`,
        ]
  return old => [...bound(old, '>=', order.from), ...bound(old, '<', order.to)].join(' and ')
}
