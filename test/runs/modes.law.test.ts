import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { Output } from '../../src/mesh/index.ts'
import { columns, csv, domain, product, smallMesh, table } from './support/small-mesh.ts'

interface Row {
  readonly k: number
  readonly v: number
}

/** What each mode means, said without an engine. */
const model: Record<Output['mode'], (before: readonly Row[], batch: readonly Row[]) => readonly Row[]> = {
  full: (_, batch) => batch,
  append: (before, batch) => [...before, ...batch],
  merge: (before, batch) => [...before.filter(row => !batch.some(b => b.k === row.k)), ...firstOfEach(batch)],
  partition: (before, batch) => [...before.filter(row => !batch.some(b => b.k === row.k)), ...batch],
}

const firstOfEach = (rows: readonly Row[]) => rows.filter((row, i) => rows.findIndex(other => other.k === row.k) === i)

const batches = array(
  array(record({ k: integer({ min: 0, max: 5 }), v: integer({ min: 0, max: 99 }) }), { maxLength: 8 }),
  {
    minLength: 1,
    maxLength: 4,
  },
)

test('whatever comes in whatever order, a table is what its mode says', { timeout: 120_000 }, async () => {
  await assert(
    asyncProperty(
      constantFrom<Output['mode']>('full', 'append', 'merge', 'partition'),
      batches,
      async (mode, steps) => {
        const folder = mkdtempSync(join(tmpdir(), 'law-'))
        const mesh = await smallMesh(folder, { start: [domain('flights')] })
        try {
          let expected: readonly Row[] = []
          for (const [i, batch] of steps.entries()) {
            const lines = batch.map(({ k, v }) => `${k},${v}\n`).join('')
            const file = await mesh.source(`${i}.csv`, `k,v\n${lines}`)
            mesh.publish(
              product('flights.p', {
                tables: [
                  table('p', columns('k INTEGER', 'v INTEGER')),
                  table('bad', columns('k INTEGER', 'reason VARCHAR')),
                ],
                inputs: { raw: csv('*.csv', [file], { types: { k: 'INTEGER', v: 'INTEGER' } }) },
                outputs: { p: { sql: 'from raw', mode, key: ['k'], ...(mode === 'merge' ? { rejects: 'bad' } : {}) } },
              }),
            )
            expect((await mesh.run('flights.p')).problem).toBeUndefined()
            expected = model[mode](expected, batch)
            const rows = (await mesh.rows('flights.p')) as unknown as readonly Row[]
            expect(rows.map(row => `${row.k} ${row.v}`)).toEqual(
              expected.map(row => `${row.k} ${row.v}`).sort(byNumbers),
            )
          }
        } finally {
          await mesh.runs.close()
          rmSync(folder, { recursive: true, force: true })
        }
      },
    ),
    { numRuns: 12 },
  )
})

const byNumbers = (a: string, b: string): number => {
  const [x, y] = [a.split(' ').map(Number), b.split(' ').map(Number)]
  return x[0]! - y[0]! || x[1]! - y[1]!
}
