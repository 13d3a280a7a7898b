/**
 * The composition root: configuration to adapters, to rooms, to protocols, and listen. Also what works on a home without
 * a server: diagnosis and restoring.
 * It holds no logic of the mesh, and nothing of a user's SQL runs in its process.
 * Each part is loaded when it is called: `check` does not wait for what only a server needs.
 */
export { type Config, settings } from './settings.ts'
export type { SqlCheck, SqlText } from './check-sql.ts'
export type { RunningServer, ServerOptions } from './start-server.ts'
export type { Verified } from './verify-home.ts'

export const checkDeeply: typeof import('./check-deeply.ts').checkDeeply = async (...given) =>
  (await import('./check-deeply.ts')).checkDeeply(...given)

export const openSqlCheck: typeof import('./check-sql.ts').openSqlCheck = async (...given) =>
  (await import('./check-sql.ts')).openSqlCheck(...given)

export const loadDemo: typeof import('./load-demo.ts').loadDemo = async (...given) =>
  (await import('./load-demo.ts')).loadDemo(...given)

export const examineHome: typeof import('./examine-home.ts').examineHome = async (...given) =>
  (await import('./examine-home.ts')).examineHome(...given)

export const openReader: typeof import('./open-reader.ts').openReader = async (...given) =>
  (await import('./open-reader.ts')).openReader(...given)

export const restoreHome: typeof import('./restore-home.ts').restoreHome = async (...given) =>
  (await import('./restore-home.ts')).restoreHome(...given)

export const startServer: typeof import('./start-server.ts').startServer = async (...given) =>
  (await import('./start-server.ts')).startServer(...given)

export const verifyHome: typeof import('./verify-home.ts').verifyHome = async (...given) =>
  (await import('./verify-home.ts')).verifyHome(...given)

export const ledgerFinding: typeof import('./verify-home.ts').ledgerFinding = async (...given) =>
  (await import('./verify-home.ts')).ledgerFinding(...given)
