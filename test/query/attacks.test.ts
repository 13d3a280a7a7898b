import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attacks } from './attacks.ts'
import { attackMesh, redactedCopy, type AttackMesh, type Told } from './fixture.ts'

let worldA: AttackMesh
let worldB: AttackMesh
let copy: Awaited<ReturnType<typeof redactedCopy>>

beforeAll(async () => {
  ;[worldA, worldB, copy] = await Promise.all([attackMesh('A'), attackMesh('B'), redactedCopy('A')])
})
afterAll(async () => {
  await Promise.all([worldA.close(), worldB.close()])
  copy.close()
})

/** Rows come in any order where a statement asks for none. */
const sorted = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

const observed = (told: Told) =>
  told.ok ? { columns: told.columns, rows: sorted(told.rows), notices: told.notices } : told

/** bob's rows are filtered by `=`, erin's are looked up, ivan's are in a list: engines reorder each in another way. */
const cases = [
  ...attacks.map(attack => ({ who: 'bob', ...attack })),
  ...attacks
    .filter(attack => typeof attack.outcome === 'string')
    .map((attack, i) => ({ who: i % 2 === 0 ? 'erin' : 'ivan', ...attack })),
]

describe('an attack', () => {
  it.each(cases)('$who: $id', async ({ who, sql, outcome }) => {
    const before = worldA.engine.runs.length
    const inA = await worldA.ask(who, sql)
    // A second run would be a rule that was broken: something was taken for total that is not.
    expect(worldA.engine.runs.length - before).toBeLessThanOrEqual(1)
    const inB = await worldB.ask(who, sql)

    expect(JSON.stringify([inA, inB])).not.toMatch(
      /CANARY-(US|HR|EU-\d|EU-[PD]\d)|987654|2999-12-3|a hidden note|parquet'/,
    )
    if (isRandom(sql)) return
    expect(observed(inB)).toEqual(observed(inA))

    if (outcome === 'equal') {
      const truth = await copy.rows(sql)
      if (typeof truth === 'string') expect(inA.ok).toBe(false)
      else expect(inA.ok ? sorted(inA.rows) : inA).toEqual(sorted(truth))
    } else if (outcome !== 'safe') {
      expect(inA).toMatchObject({ ok: false, code: outcome.refused })
    }
  })

  it('shows what it is after where nothing stands in its way', async () => {
    await worldA.ask('bob', 'select count(*) from sales.orders where epoch_ns(born) is not null')
    const run = worldA.engine.runs.at(-1)!
    expect(run.on).toBe('copies')
    await expect(worldA.engine.run({ ...run, on: 'views' })).rejects.toThrow('2999-12-31')
  })

  it('is written down, refused or not', () => {
    const records = [...worldA.log.records.values()]
    expect(records).toHaveLength(cases.length + 1)
    expect(records.filter(record => record.refused !== undefined).length).toBeGreaterThan(80)
  })
})

const isRandom = (sql: string): boolean => /sample|approx_quantile|reservoir/.test(sql)
