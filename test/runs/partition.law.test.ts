import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, boolean, integer, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { columns, csv, domain, product, smallMesh, table } from './support/small-mesh.ts'

interface Row {
  readonly day: number
  readonly mark: number
  readonly id: number
}

const fileNames = ['a', 'b', 'c'] as const
type Files = Readonly<Partial<Record<(typeof fileNames)[number], readonly Row[]>>>

const rows = array(
  record({ day: integer({ min: 0, max: 2 }), mark: integer({ min: 0, max: 4 }), id: integer({ min: 0, max: 999 }) }),
  { maxLength: 4 },
)
/** Which files there are at each step, and which of them say something else than before. */
const steps = array(
  record({ present: subarray([...fileNames]), fresh: record({ a: rows, b: rows, c: rows }), changed: boolean() }),
  { minLength: 2, maxLength: 4 },
)

/**
 * What a run should leave behind. Without a mark: what the sources say. With one: partitions with rows from it on, as the
 * sources have them now; all others as they were.
 */
function expected(before: readonly Row[], files: Files, mark: number | undefined) {
  const all = fileNames.flatMap(name => files[name] ?? [])
  if (mark === undefined) return { after: all, leftOut: 0, stale: 0 }
  const touched = new Set(all.filter(row => row.mark >= mark).map(row => row.day))
  const kept = before.filter(row => !touched.has(row.day))
  const other = all.filter(row => !touched.has(row.day))
  const after = [...kept, ...all.filter(row => touched.has(row.day))]
  return { after, leftOut: beyond(other, kept), stale: beyond(kept, other) }
}

/** How many rows the first list has more than the second. */
function beyond(of: readonly Row[], others: readonly Row[]): number {
  const left = sorted(others).slice()
  return sorted(of).filter(row => !left.includes(row) || (left.splice(left.indexOf(row), 1), false)).length
}

test('a partition with news is what its sources say, whatever the watermark', { timeout: 120_000 }, async () => {
  await assert(
    asyncProperty(steps, boolean(), async (told, marked) => {
      const folder = mkdtempSync(join(tmpdir(), 'law-'))
      const mesh = await smallMesh(folder, { start: [domain('flights')] })
      try {
        let files: Files = {}
        let before: readonly Row[] = []
        let mark: number | undefined
        for (const step of told) {
          const next: Record<string, readonly Row[]> = {}
          for (const name of step.present) {
            const same = files[name]
            next[name] = same !== undefined && !step.changed ? same : [...step.fresh[name]]
          }
          files = next
          if (step.present.length === 0) continue
          const sources = await Promise.all(
            step.present.map(name => mesh.source(`${name}.csv`, textOf(name, files[name] ?? []))),
          )
          mesh.publish(
            product('flights.p', {
              tables: [table('p', columns('day INTEGER', 'mark INTEGER', 'id INTEGER'))],
              inputs: { raw: csv('*.csv', sources, { types: { day: 'INTEGER', mark: 'INTEGER', id: 'INTEGER' } }) },
              outputs: {
                p: { sql: 'from raw', mode: 'partition', key: ['day'], ...(marked ? { watermark: 'mark' } : {}) },
              },
            }),
          )
          const { after, leftOut, stale } = expected(before, files, mark)
          const run = await mesh.run('flights.p')
          expect(run.problem).toBeUndefined()
          const published = (await mesh.rows('flights.p')) as unknown as readonly Row[]
          expect(sorted(published)).toEqual(sorted(after))
          const notes = run.notes?.join() ?? ''
          expect(notes.includes('left out')).toBe(leftOut > 0)
          if (leftOut > 0) expect(notes).toContain(`${leftOut} row`)
          expect(notes.includes('no longer in the sources')).toBe(stale > 0)
          if (stale > 0) expect(notes).toContain(`${stale} row`)
          before = after
          const marks = after
            .filter(row => marked && fileNames.some(name => files[name]?.includes(row)))
            .map(row => row.mark)
          mark = marks.length === 0 ? mark : Math.max(...marks, mark ?? 0)
        }
      } finally {
        await mesh.runs.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 15 },
  )
})

const textOf = (name: string, of: readonly Row[]): string =>
  `day,mark,id\n${of.map(row => `${row.day},${row.mark},${row.id}\n`).join('')}${name === '' ? ' ' : ''}`
const sorted = (of: readonly Row[]): readonly string[] => of.map(row => `${row.day} ${row.mark} ${row.id}`).sort()
