import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bench, describe } from 'vitest'
import { sqliteLedger } from '../src/adapters/sqlite/index.ts'
import { openControl, type EntryDraft } from '../src/control/index.ts'
import { emptyState, fold, principalOf } from '../src/mesh/index.ts'

/**
 * What one disk lets the ledger do: each append is durable when it resolves. The floor is one fsync for each transaction;
 * groups share it. The numbers of one machine, and that floor, stand in README.md.
 */
const folder = mkdtempSync(join(tmpdir(), 'meshwright-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const event = (i: number): EntryDraft => ({
  at: '2026-11-24T10:00:00.000Z',
  actor: 'ana@skyways.example',
  event: {
    kind: 'access.withdrawn',
    request: `req_${String(i).padStart(12, '0')}${'x'.repeat(150)}`,
  },
})

describe('the floor', () => {
  const fd = openSync(join(folder, 'floor'), 'w')
  const block = Buffer.alloc(4096)
  bench(
    '1,000 times write a block and fdatasync',
    () => {
      for (let i = 0; i < 1000; i++) {
        writeSync(fd, block, 0, block.length, i * block.length)
        fdatasyncSync(fd)
      }
    },
    { iterations: 3, warmupIterations: 0, time: 0 },
  )
})

describe('append 1,000 entries of 300 bytes', () => {
  for (const group of [1, 10, 100, 1000]) {
    const ledger = sqliteLedger(join(folder, `groups-of-${group}.db`))
    let seq = 0
    bench(
      `in groups of ${group}`,
      async () => {
        for (let done = 0; done < 1000; done += group) {
          await ledger.append(
            seq,
            Array.from({ length: group }, (_, i) => event(seq + i)),
          )
          seq += group
        }
      },
      { iterations: 5, warmupIterations: 1, time: 0 },
    )
  }
})

describe('1,000 commands through control', () => {
  const ledger = sqliteLedger(join(folder, 'control.db'))
  const opened = openControl({ ledger })
  bench(
    'at once: tokens of 1,000 people',
    async () => {
      const control = await opened
      const actors = Array.from({ length: 1000 }, (_, i) => principalOf(control.state(), `p${i}`))
      await Promise.all(actors.map(actor => control.execute({ kind: 'create-token', for: actor.id }, actor)))
    },
    { iterations: 5, warmupIterations: 1, time: 0 },
  )
})

describe('start', async () => {
  const ledger = sqliteLedger(join(folder, 'start.db'))
  for (let seq = 0; seq < 20_000; seq += 1000)
    await ledger.append(
      seq,
      Array.from({ length: 1000 }, (_, i) => event(seq + i)),
    )
  bench(
    'read, check and fold 20,000 entries',
    () => {
      fold(emptyState, ledger.read(0))
    },
    { iterations: 5, warmupIterations: 1, time: 0 },
  )
})
