import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { duckdbWorkshop } from '../../../src/adapters/duckdb/index.ts'
import { workshopConformance } from '../../conformance/workshop.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'meshwright-workshop-')))
const folder = () => mkdtempSync(join(root, 'folder-'))
let workshop: ReturnType<typeof duckdbWorkshop>
beforeAll(() => {
  workshop = duckdbWorkshop({ scratch: folder() })
})
afterAll(async () => {
  await workshop.close()
  rmSync(root, { recursive: true, force: true })
})

workshopConformance({ name: 'duckdb', workshop: () => workshop, folder })

describe('a workshop', () => {
  it('opens sessions side by side, each in a process of its own', async () => {
    const sessions = await Promise.all(
      [1, 2, 3, 4].map(() => workshop.open({ read: [], write: folder(), memoryMb: 256, timeoutMs: 10_000 })),
    )
    const answers = await Promise.all(sessions.map((session, i) => session.execute(`select ${i} as n`)))
    expect(answers.map(rows => rows[0]!['n'])).toEqual([0, 1, 2, 3])
    await Promise.all(sessions.map(session => session.close()))
  })
})
