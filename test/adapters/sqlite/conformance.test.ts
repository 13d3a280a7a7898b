import { join } from 'node:path'
import { sqliteLedger, sqliteQueryLog, sqliteRunLog } from '../../../src/adapters/sqlite/index.ts'
import { ledgerConformance } from '../../conformance/ledger.ts'
import { queryLogConformance } from '../../conformance/query-log.ts'
import { runLogConformance } from '../../conformance/run-log.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let last = ''
ledgerConformance({
  name: 'sqlite',
  open: () => sqliteLedger((last = join(temporaryFolder(), 'ledger.db'))),
  reopen: () => sqliteLedger(last),
})
runLogConformance({ name: 'sqlite', open: () => sqliteRunLog(join(temporaryFolder(), 'runs.db')) })
queryLogConformance({ name: 'sqlite', open: () => sqliteQueryLog(join(temporaryFolder(), 'queries.db')) })
