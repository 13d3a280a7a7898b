import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sqliteLedger } from '../../../src/adapters/sqlite/index.ts'
import { compiled } from '../compiled.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const writer = fileURLToPath(new URL('append-for-ever.mjs', import.meta.url))
const compiledLedger = compiled('adapters/sqlite/sqlite-ledger.ts')

it('loses nothing that was acknowledged when the process is killed at any moment', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  sqliteLedger(path).close()
  let acknowledged = 0
  for (let round = 0; round < 20; round++) {
    const said = await killedAfter(path, acknowledged + 1 + ((round * 37) % 60))
    expect(said).toBeGreaterThan(acknowledged)
    acknowledged = said
    const ledger = sqliteLedger(path)
    const entries = [...ledger.read(0)]
    expect(entries.length).toBeGreaterThanOrEqual(acknowledged)
    expect(entries.map(e => e.event)).toEqual(
      entries.map((_, i) => ({ kind: 'installation.founded', platformEngineer: `p${i + 1}` })),
    )
    expect(await ledger.verify()).toEqual([])
    acknowledged = entries.length
    ledger.close()
  }
})

/** The last number that the writer acknowledged before it was killed, in the middle of whatever it was doing. */
function killedAfter(path: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [writer, compiledLedger, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (lastOf(text) >= count) child.kill('SIGKILL')
    })
    child.on('error', reject).on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(lastOf(text))
      else reject(new Error(`The writer ended with ${code}.`))
    })
  })
}

const lastOf = (text: string): number => Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1) ?? 0)
