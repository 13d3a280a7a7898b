import { describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openDuckDB } from '../../../src/adapters/duckdb/index.ts'
import type { AnswerFormat, Engine } from '../../../src/query/needs.ts'

/**
 * One process answers many people, one after the other. What it gave to the first lies about in its memory; the engine
 * leaves slots without a value as they are, so that an answer that carries buffers as they come would carry that along.
 */
const canary = 'CANARY-OF-SOMEBODY-ELSE'
const before = [
  `select '${canary}-' || i as s, {'a': '${canary}' || i, 'b': i} as t, ['${canary}' || i] as l from range(60000) x(i)`,
  `select list('${canary}-' || i) as s from range(100000) x(i)`,
  `select max('${canary}' || i), string_agg('${canary}' || i, ',') from range(50000) x(i)`,
  `select s, row_number() over (order by s desc) from (select '${canary}-' || i as s from range(60000) x(i)) order by 1 desc`,
]
const sparse = [
  'select list(null::bigint) from range(300000)',
  'select list(null::integer) from range(500000)',
  'select array_agg(case when i < 0 then 1::hugeint end) from range(200000) t(i)',
  'select null::uuid, null::interval, null::decimal(38,5), null::timestamp, null::boolean from range(5000)',
  'select case when i % 2 = 0 then i end as a, case when i % 3 = 0 then i::double end as b from range(20000) t(i)',
  `select case when i % 2 = 0 then {'x': i, 'y': i::decimal(20,2)} end as s from range(20000) t(i)`,
  'select case when i % 2 = 0 then [i, i] end as l from range(20000) t(i)',
  'select f from (values (array_value(1, 2)), (null)) v(f), range(5000)',
  `select case when i % 2 = 0 then union_value(n := i) end as u from range(9000) t(i)`,
  `select case when i % 2 = 0 then map {'k': i} end as m from range(9000) t(i)`,
  'select sum(i) from range(10) t(i) where i < 0',
  'select any_value(i), min(i::boolean) from range(10) t(i) where i < 0',
]
const formats: readonly AnswerFormat[] = ['arrow', 'json', 'ndjson', 'csv', 'parquet']

let engine: Engine
const scratch = mkdtempSync(join(tmpdir(), 'meshwright-memory-'))
beforeAll(async () => {
  engine = await openDuckDB({ scratch, workers: 1, workersMax: 1 })
})
afterAll(async () => {
  await engine.close()
  rmSync(scratch, { recursive: true, force: true })
})

async function bytesOf(sql: string, format: AnswerFormat): Promise<Buffer> {
  const { body, totals } = await engine.run({
    relations: [],
    on: 'views',
    sql,
    params: [],
    format,
    limits: { timeMs: 60_000, memoryMb: 900, rowsMax: 10_000_000, copyBytesMax: 50_000_000 },
    owner: 'anybody',
    instanceKey: '',
  })
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  await totals
  return Buffer.concat(parts)
}

describe('an answer holds nothing of an answer before it', () => {
  it.each(formats)('as %s', async format => {
    for (const statement of sparse) {
      for (const other of before) await bytesOf(other, format)
      const answer = await bytesOf(statement, format)
      expect(`${statement}: ${answer.includes('CANARY') || answer.includes('SOMEBODY')}`).toBe(`${statement}: false`)
    }
  })
})
