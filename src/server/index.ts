/**
 * The composition root: configuration to adapters, to rooms, to protocols, and listen. Also what works on a home without
 * a server: diagnosis and restoring.
 * It holds no logic of the mesh, and nothing of a user's SQL runs in its process.
 */
export { checkDeeply } from './check-deeply.ts'
export { checkSql, type SqlText } from './check-sql.ts'
export { type Config, settings } from './settings.ts'
export { loadDemo } from './load-demo.ts'
export { examineHome } from './examine-home.ts'
export { openReader } from './open-reader.ts'
export { restoreHome } from './restore-home.ts'
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts'
export { ledgerFinding, verifyHome, type Verified } from './verify-home.ts'
