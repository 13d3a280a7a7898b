import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSkyways } from '../demo/index.ts'
import type { DemoProgress } from '../operations/index.ts'
import type { RunningServer } from './start-server.ts'

/** Publishes the sample mesh by ordinary operations, in the server's own process, and reports after each step. */
export async function loadDemo(server: RunningServer, report: (progress: DemoProgress) => void): Promise<void> {
  const own = join(server.home, 'demo')
  await mkdir(own, { recursive: true, mode: 0o700 })
  const { rooms, workshop, platformEngineer } = server
  const origins = { example: fileURLToPath(new URL('../../examples/skyways', import.meta.url)), datasets }
  await loadSkyways({ rooms, workshop, origins, folder: join(own, 'skyways'), platformEngineer }, report)
}

/** `data` of the installed package; its exports name only the code, which lies in the folder beside. */
const datasets = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data')
