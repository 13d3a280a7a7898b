import { fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteLedger } from '../src/adapters/sqlite/index.ts'
import { openControl, type EntryDraft } from '../src/control/index.ts'
import { emptyState, fold, principalOf } from '../src/mesh/index.ts'
import { median, repeat } from './kit/measure.ts'
import { scratch } from './kit/product.ts'
import { report, type Line } from './kit/report.ts'

/**
 * What one disk lets the ledger do: each append is durable when it resolves. The floor is one fsync for each transaction;
 * groups share it. The numbers of one machine, and that floor, stand in README.md.
 */
const folder = scratch('ledger')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const event = (i: number): EntryDraft => ({
  at: '2026-11-24T10:00:00.000Z',
  actor: 'ana@skyways.example',
  event: {
    kind: 'access.withdrawn',
    request: `req_${String(i).padStart(12, '0')}${'x'.repeat(150)}`,
  },
})

const lines: Line[] = []
async function perSecond(what: string, count: number, work: () => unknown): Promise<void> {
  await work()
  lines.push({ what, value: count / (median(await repeat(5, work)) / 1000), unit: '/s' })
}

const fd = openSync(join(folder, 'floor'), 'w')
const block = Buffer.alloc(4096)
await perSecond('the floor: a block written and fdatasync', 1000, () => {
  for (let i = 0; i < 1000; i++) {
    writeSync(fd, block, 0, block.length, i * block.length)
    fdatasyncSync(fd)
  }
})

for (const group of [1, 10, 100, 1000]) {
  const ledger = sqliteLedger(join(folder, `groups-of-${group}.db`))
  let seq = 0
  await perSecond(`entries of 300 bytes, in groups of ${group}`, 1000, async () => {
    for (let done = 0; done < 1000; done += group) {
      const entries = Array.from({ length: group }, (_, i) => event(seq + i))
      await ledger.append(seq, entries)
      seq += group
    }
  })
}

const control = await openControl({ ledger: sqliteLedger(join(folder, 'control.db')) })
await perSecond('commands at once: tokens of 1,000 people', 1000, async () => {
  const actors = Array.from({ length: 1000 }, (_, i) => principalOf(control.state(), `p${i}`))
  await Promise.all(actors.map(actor => control.execute({ kind: 'create-token', for: actor.id }, actor)))
})

const long = sqliteLedger(join(folder, 'start.db'))
for (let seq = 0; seq < 20_000; seq += 1000) {
  const entries = Array.from({ length: 1000 }, (_, i) => event(seq + i))
  await long.append(seq, entries)
}
await perSecond('entries read, checked and folded at a start', 20_000, () => fold(emptyState, long.read(0)))
report('The ledger: every append is durable when it resolves', lines)
