// On a disk that is too small: appends until it is refused, then says what was acknowledged, what the refusal was, what is
// readable, and whether it goes on once there is space again. Prints one line of JSON.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , compiledLedger, compiledBundles, folder] = process.argv
const { sqliteLedger } = await import(compiledLedger)
const { fileBundles } = await import(compiledBundles)
const drafts = [
  {
    at: '2026-11-24T10:00:00.000Z',
    actor: 'writer',
    event: { kind: 'installation.founded', platformEngineer: 'x'.repeat(5000) },
  },
]
const ballast = join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(1_000_000))
const ledger = sqliteLedger(join(folder, 'ledger.db'))
let acknowledged = 0
const refused = await (async () => {
  for (;;) acknowledged = (await ledger.append(acknowledged, drafts)).at(-1).seq
})().catch(thrown => thrown.code)
const readable = [...ledger.read(0)].length
const problems = await ledger.verify()
const bundle = await fileBundles(join(folder, 'bundles'))
  .put(Buffer.alloc(3_000_000))
  .catch(thrown => thrown.code)
rmSync(ballast)
const after = (await ledger.append(readable, drafts)).at(-1).seq
process.stdout.write(JSON.stringify({ acknowledged, refused, readable, problems, bundle, after }))
