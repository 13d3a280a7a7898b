import { describe, expect, it } from 'vitest'
import type { QueryLog, QueryOutcome, QueryRecord } from '../../src/query/needs.ts'

type OpenLog = QueryLog & { close(): Promise<void> }

/** What every log of queries must do. */
export function queryLogConformance(options: { readonly name: string; readonly open: () => OpenLog }): void {
  describe(`query log: ${options.name}`, () => {
    it('knows a query as soon as its beginning is written, and its end later', async () => {
      const log = options.open()
      await log.begin(query('q_1'))
      expect(await log.get('q_1')).toEqual(query('q_1'))
      log.finish('q_1', outcome)
      expect(await log.get('q_1')).toEqual({ ...query('q_1'), outcome })
      expect(await log.get('q_2')).toBeUndefined()
      await log.close()
    })

    it('takes many at once', async () => {
      const log = options.open()
      await Promise.all(Array.from({ length: 100 }, (_, i) => log.begin(query(`q_${i}`))))
      for (let i = 0; i < 100; i++) expect((await log.get(`q_${i}`))?.id).toBe(`q_${i}`)
      await log.close()
    })

    it('refuses to record two queries under one id', async () => {
      const log = options.open()
      await log.begin(query('q_1'))
      await expect(log.begin(query('q_1', { who: 'mallory' }))).rejects.toThrow()
      expect((await log.get('q_1'))?.who).toBe('leo')
      await log.close()
    })
  })
}

export const outcome: QueryOutcome = { rows: 3, bytes: 100, elapsedMs: 5, truncated: false }

export const query = (id: string, change: Partial<QueryRecord> = {}): QueryRecord => ({
  id,
  at: '2026-11-24T10:00:00.000Z',
  who: 'leo',
  purpose: 'planning',
  door: 'http',
  sql: "select 'x' from flights.departures",
  policyVersion: 3,
  ledgerSeq: 7,
  tables: [{ table: 'flights.departures', release: '1.0.0', snapshot: '9007199254740993123' }],
  rules: [],
  columns: [{ name: 'x', type: 'VARCHAR' }],
  limitations: [],
  ...change,
})
