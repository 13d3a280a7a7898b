import { quoteName, quoteText } from '../../../base/index.ts'
import { keep, type Kept } from '../kept.ts'
import type { InstanceSpec } from '../messages.ts'
import { randomBytes } from 'node:crypto'
import { arrowOptionsOf, type ArrowOptions } from './arrow-options.ts'
import { command, connect, disconnect, longCommand, openDatabase, type Database, type Prepared } from './database.ts'
import { duckdb, type Pointer } from './library.ts'
import { WorkerFailure } from './failure.ts'
import { readNow } from './read-now.ts'

/** A locked database that holds governed relations and nothing else: no other name, no other file, no setting to change. */
export interface Instance {
  readonly database: Database
  readonly arrow: ArrowOptions
  /** Statements that ran on it, planned: who asks again need not wait for the plan. */
  readonly statements: Kept<ReadyStatement>
  /** What its copies occupy. */
  readonly copyBytes: number
  close(): void
}

/** A prepared statement with a connection of its own. */
export interface ReadyStatement {
  readonly connection: Pointer
  readonly statement: Prepared
  close(): void
}

const statementsMax = 16

/** `interruptible` is told of the connection that works, so that a `cancel` reaches it. */
export async function openInstance(spec: InstanceSpec, interruptible: (connection: bigint) => void): Promise<Instance> {
  const database = openDatabase(spec)
  try {
    const arrow = arrowOptionsOf(database)
    for (const setting of settings) command(database.setUp, setting)
    if (!spec.hides) command(database.setUp, `set disabled_optimizers=''`)
    interruptible(database.setUp)
    const copied = spec.relations.filter(relation => relation.copied)
    const copyBytes = copied.length > 0 ? await makeCopies(database, arrow, copied, spec.copyBytesMax) : 0
    command(database.setUp, `set allowed_paths=[${spec.files.map(quoteText).join(', ')}]`)
    command(database.setUp, 'set enable_external_access=false')
    for (const relation of spec.relations) if (!relation.copied) await makeView(database, relation, relation.select)
    command(database.setUp, 'set lock_configuration=true')
    const statements = keep<ReadyStatement>(statementsMax, Infinity, ready => ready.close())
    return {
      database,
      arrow,
      statements,
      copyBytes,
      close() {
        statements.clear()
        arrow.destroy()
        database.close()
      },
    }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/**
 * `statistics_propagation` and `cte_filter_pusher` would let bounds of hidden rows show (see the leak tests), so only an
 * instance of which nothing is hidden has them, where they can tell nothing that its reader may not see; the time
 * zone of the process would show in answers. A file cache of each instance would outgrow the worker: the system has one.
 */
export const settings: readonly string[] = [
  "set disabled_optimizers='statistics_propagation,cte_filter_pusher'",
  "set global TimeZone='UTC'",
  "set max_temp_directory_size='1GB'",
  'set enable_external_file_cache=false',
  'set parquet_metadata_cache=true',
]

type RelationSpec = InstanceSpec['relations'][number]

async function makeView(database: Database, relation: RelationSpec, select: string): Promise<void> {
  command(database.setUp, `create schema if not exists ${quoteName(relation.schema)}`)
  await longCommand(
    database.setUp,
    `create view ${quoteName(relation.schema)}.${quoteName(relation.name)} as ${select}`,
  )
}

/** Tables of the authorised rows in a schema whose name nobody can guess, and the views over them. */
async function makeCopies(
  database: Database,
  arrow: ArrowOptions,
  relations: readonly RelationSpec[],
  bytesMax: number,
): Promise<number> {
  const hidden = quoteName(`copies ${randomBytes(16).toString('hex')}`)
  command(database.setUp, `create schema ${hidden}`)
  const size = sizeGuard(database, arrow, bytesMax)
  try {
    for (const [i, relation] of relations.entries()) {
      const copy = `${hidden}.${quoteName(String(i))}`
      await longCommand(
        database.setUp,
        `create table ${copy} as select ${copiedColumns(relation)} from (${relation.select})`,
      )
      await makeView(database, relation, `select * from ${copy}`)
    }
    return size.check()
  } catch (thrown) {
    if (size.exceeded()) throw tooLarge(bytesMax)
    throw thrown
  } finally {
    size.stop()
  }
}

/** A statement may need rows and no column, as `count(*)` does. */
function copiedColumns({ copyColumns }: RelationSpec): string {
  if (copyColumns === undefined) return '*'
  return copyColumns.length === 0 ? 'true as "·"' : copyColumns.map(quoteName).join(', ')
}

/** Looks at the size while the copy grows, so that a huge one is stopped early. */
function sizeGuard(database: Database, arrow: ArrowOptions, bytesMax: number) {
  const watching = connect(database.handle)
  const measure = (): number => Number(readNow(watching, arrow.exact, sizeOfTables)[0]?.[0] ?? 0)
  let over = false
  const timer = setInterval(() => {
    if (measure() <= bytesMax) return
    over = true
    duckdb.interrupt(database.setUp)
  }, 20)
  return {
    exceeded: () => over,
    check() {
      const bytes = measure()
      over ||= bytes > bytesMax
      if (over) throw tooLarge(bytesMax)
      return bytes
    },
    stop() {
      clearInterval(timer)
      disconnect(watching)
    },
  }
}

const sizeOfTables = `select sum(memory_usage_bytes + temporary_storage_bytes)::double from duckdb_memory() where tag = 'IN_MEMORY_TABLE'`

const tooLarge = (bytesMax: number): WorkerFailure =>
  new WorkerFailure({
    kind: 'copy',
    message: `The rows that this statement may see are more than ${bytesMax} bytes, too many to be copied.`,
    engineClass: '',
  })
