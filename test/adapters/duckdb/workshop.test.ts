import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
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

  describe.skipIf(process.platform !== 'linux')('whose waiting processes are killed', () => {
    const request = () => ({ read: [], write: folder(), memoryMb: 256, timeoutMs: 10_000 })
    const answerOf = async (opening: ReturnType<typeof workshop.open>) => {
      const session = await opening
      try {
        return await session.execute('select 42 as n')
      } finally {
        await session.close()
      }
    }

    it('opens sessions all the same, three times over, and has new ones soon', async () => {
      const scratch = folder()
      const own = duckdbWorkshop({ scratch })
      for (const _ of [1, 2, 3]) {
        await expect.poll(() => workersOf(scratch).length, { timeout: 20_000 }).toBe(2)
        for (const pid of workersOf(scratch)) process.kill(pid, 'SIGKILL')
        expect(await Promise.all([own.open(request()), own.open(request())].map(answerOf))).toEqual([
          [{ n: 42 }],
          [{ n: 42 }],
        ])
      }
      await expect.poll(() => workersOf(scratch).length, { timeout: 20_000 }).toBe(2)
      for (const pid of workersOf(scratch)) process.kill(pid, 'SIGKILL')
      // Nobody asks, and still they are replaced.
      await expect.poll(() => workersOf(scratch).length).toBe(0)
      await expect.poll(() => workersOf(scratch).length, { timeout: 20_000 }).toBe(2)
      await own.close()
      await expect(own.open(request())).rejects.toMatchObject({ kind: 'cancelled' })
      expect(workersOf(scratch)).toEqual([])
    }, 60_000)

    it('tries once more where one dies while it is handed out', async () => {
      const scratch = folder()
      const own = duckdbWorkshop({ scratch })
      await expect.poll(() => workersOf(scratch).length, { timeout: 20_000 }).toBe(2)
      const opening = own.open(request())
      for (const pid of workersOf(scratch)) process.kill(pid, 'SIGKILL')
      expect(await answerOf(opening)).toEqual([{ n: 42 }])
      await own.close()
    }, 60_000)
  })
})

/** Process ids of the workers whose files lie in this folder. */
function workersOf(scratch: string): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(`MESHWRIGHT_WORKER_TEMP=${scratch}/`)
      } catch {
        return false // it has ended, or is not ours
      }
    })
    .map(Number)
}
