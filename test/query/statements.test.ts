import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from './in-process-engine.ts'
import { shopTables, statementMesh, tpchTexts } from './statement-mesh.ts'
import { statementsIn } from './tpch.ts'

const tables = { ...shopTables, ...tpchTexts(300) }
const isRandom = (sql: string): boolean => /random|sample|list\(distinct|uuid|now\(\)|current_/i.test(sql)
const sorted = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

let whole: Awaited<ReturnType<typeof statementMesh>>
let hiding: Awaited<ReturnType<typeof statementMesh>>
let plain: Awaited<ReturnType<typeof connect>>
beforeAll(async () => {
  whole = await statementMesh(tables)
  hiding = await statementMesh(tables, '1 = 1')
  plain = await connect()
  await plain.run(`set TimeZone='UTC'; create schema shop; create schema tpch`)
  for (const [name, path] of whole.files)
    await plain.run(`create view ${name} as select * from read_parquet('${path}')`)
})
afterAll(async () => {
  await whole.close()
  await hiding.close()
  plain.closeSync()
})

describe.each([['tpch.sql', 22] as const, ['ordinary.sql', 200] as const])('%s', (file, least) => {
  const statements = statementsIn(file)

  it('is long enough', () => {
    expect(statements.length).toBeGreaterThanOrEqual(least)
  })

  it.each(statements.map(sql => ({ sql, name: sql.replaceAll(/\s+/g, ' ').slice(0, 90) })))(
    '$name',
    async ({ sql }) => {
      const seen = await whole.rows(sql)
      if (isRandom(sql)) return
      const truth = await (await plain.run(sql)).getRowsJson()
      expect(sorted(seen)).toEqual(sorted(truth))
    },
  )
})

describe('where rows are hidden', () => {
  it('answers the same, from views or from copies', async () => {
    const on = { views: 0, copy: 0 }
    for (const sql of [...statementsIn('tpch.sql'), ...statementsIn('ordinary.sql')]) {
      const { verdict, runsOn, detail } = await hiding.gateway.explain(hiding.request(sql))
      expect({ sql, verdict, detail }).toEqual({ sql, verdict: 'allow', detail: undefined })
      on[runsOn!]++
    }
    // Most of what people write is proven total on the plan, so that it streams from the files.
    expect(on.views).toBeGreaterThan(100)
  })
})
