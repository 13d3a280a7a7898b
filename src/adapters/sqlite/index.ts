/**
 * SQLite for one machine: the ledger with its hash chain and anchor, the log of runs, the log of queries, and the lock
 * that makes one process the only server of a home.
 * It never decides anything, and it never changes or removes what a chained log holds.
 */
export { lockHome } from './lock-home.ts'
export { sqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.ts'
export { sqliteQueryLog, type KnownQuery, type SqliteQueryLog } from './sqlite-query-log.ts'
export { sqliteRunLog } from './sqlite-run-log.ts'
