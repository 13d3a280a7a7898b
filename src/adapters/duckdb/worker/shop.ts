import { quoteText } from '../../../base/index.ts'
import type { OpenTask, Task } from '../messages.ts'
import { arrowOptionsOf } from './arrow-options.ts'
import { command, openDatabase, prepare, preparedColumns } from './database.ts'
import type { QuoteField } from './duck-type.ts'
import type { Pointer } from './library.ts'
import { readAll } from './read-all.ts'

/** The database of one build: it may read its inputs and write into one folder. */
export interface Shop {
  readonly connection: Pointer
  perform(task: Task & { t: 'execute' | 'describe' | 'lock' }): Promise<unknown>
}

export function openShop(task: OpenTask, quote: QuoteField): Shop {
  const database = openDatabase(task)
  const arrow = arrowOptionsOf(database)
  const connection = database.setUp
  for (const setting of [
    "set global TimeZone='UTC'",
    "set max_temp_directory_size='10GB'",
    `set allowed_paths=[${task.read.map(quoteText).join(', ')}]`,
    `set allowed_directories=[${quoteText(`${task.write.replace(/[/\\]+$/, '')}/`)}]`,
    'set enable_external_access=false',
  ])
    command(connection, setting)
  return {
    connection,
    async perform(task) {
      switch (task.t) {
        case 'lock':
          command(connection, 'set lock_configuration=true')
          return null
        case 'execute':
          return readAll(connection, arrow.exact, quote, task.sql)
        case 'describe': {
          const statement = await prepare(connection, task.sql)
          try {
            return preparedColumns(statement, quote).map(c => ({ name: c.name, type: c.type.name }))
          } finally {
            statement.close()
          }
        }
      }
    },
  }
}
