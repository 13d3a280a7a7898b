import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { sqliteRunLog } from '../../../src/adapters/sqlite/index.ts'
import type { MeshEvent } from '../../../src/mesh/index.ts'
import { smallMesh, type SmallMesh } from './small-mesh.ts'

/** A mesh whose ledger and run log outlive the process: events a line each, synced before they count. */
export function durableMesh(folder: string): Promise<SmallMesh> {
  const ledger = `${folder}/ledger.ndjson`
  const text = existsSync(ledger) ? readFileSync(ledger, 'utf8') : ''
  // A torn last line never counted.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(line => line !== '')
  return smallMesh(folder, {
    start: lines.map(line => JSON.parse(line) as MeshEvent),
    log: sqliteRunLog(`${folder}/runs.db`),
    onEvent(event) {
      appendFileSync(ledger, `${JSON.stringify(event)}\n`)
      const file = openSync(ledger, 'r')
      fsyncSync(file)
      closeSync(file)
    },
  })
}

/** Builds one product again and again, until somebody kills the process. */
async function runForEver(folder: string): Promise<never> {
  const mesh = await durableMesh(folder)
  await mesh.runs.recover()
  process.stdout.write('ready\n')
  for (;;) {
    const run = await mesh.run('flights.p')
    if (run.state !== 'promoted') throw new Error(JSON.stringify(run))
  }
}

if (process.argv[2] === 'run-for-ever') await runForEver(process.argv[3]!)
