import type { DemoProgress } from '../operations/index.ts'
import type { RunningServer } from './start-server.ts'

/** Publishes the sample mesh by ordinary operations, in the server's own process, and reports after each step. */
export type LoadDemo = (server: RunningServer, report: (progress: DemoProgress) => void) => Promise<void>
