import { quoteName } from '../../../base/index.ts'
import type { TwinTable } from '../messages.ts'
import { arrowOptionsOf, type ArrowOptions } from './arrow-options.ts'
import { command, longCommand, openDatabase, type Database } from './database.ts'
import { settings } from './instance.ts'

/** A locked database with the names and types of the governed relations and no rows: errors from here betray nothing. */
export interface Twin {
  readonly database: Database
  readonly arrow: ArrowOptions
  close(): void
}

/** Views over empty tables, as the relations are views: `rowid` and its like fail alike. */
export async function openTwin(tables: readonly TwinTable[], memoryMb: number): Promise<Twin> {
  const database = openDatabase({ threads: 1, memoryMb })
  try {
    const arrow = arrowOptionsOf(database)
    for (const setting of settings) command(database.setUp, setting)
    command(database.setUp, 'set enable_external_access=false')
    command(database.setUp, 'create schema "empty twin"')
    for (const table of tables) {
      const empty = `"empty twin".${quoteName(`${table.schema}.${table.name}`)}`
      const columns = table.columns.map(column => `${quoteName(column.name)} ${column.type}`)
      await longCommand(database.setUp, `create table ${empty} (${columns.join(', ')})`)
      command(database.setUp, `create schema if not exists ${quoteName(table.schema)}`)
      command(database.setUp, `create view ${quoteName(table.schema)}.${quoteName(table.name)} as from ${empty}`)
    }
    command(database.setUp, 'set lock_configuration=true')
    return {
      database,
      arrow,
      close() {
        arrow.destroy()
        database.close()
      },
    }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

export const twinKey = (tables: readonly TwinTable[]): string => JSON.stringify(tables)
