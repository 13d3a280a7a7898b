import { describe, expect, it } from 'vitest'
import type { RunLog, RunRecord } from '../../src/runs/needs.ts'

/** What every log of runs must do. */
export function runLogConformance(options: { readonly name: string; readonly open: () => RunLog }): void {
  describe(`run log: ${options.name}`, () => {
    it('keeps the newest record of each run', async () => {
      const log = options.open()
      await log.put(run('run_1', { state: 'queued' }))
      await log.put(run('run_1', { state: 'promoted', rows: { departures: 3 } }))
      expect(await log.get('run_1')).toEqual(run('run_1', { state: 'promoted', rows: { departures: 3 } }))
      expect(await log.get('run_2')).toBeUndefined()
    })

    it('lists the newest first, of one product where asked, up to the limit', async () => {
      const log = options.open()
      for (const [id, product, at] of [
        ['run_1', 'a.x', '2026-01-01'],
        ['run_2', 'a.y', '2026-01-02'],
        ['run_3', 'a.x', '2026-01-03'],
      ] as const)
        await log.put(run(id, { product, at }))
      const ids = async (filter: Parameters<RunLog['list']>[0]) => (await log.list(filter)).map(r => r.id)
      expect(await ids({ limit: 10 })).toEqual(['run_3', 'run_2', 'run_1'])
      expect(await ids({ product: 'a.x', limit: 10 })).toEqual(['run_3', 'run_1'])
      expect(await ids({ product: "a.x' or 1=1 --", limit: 10 })).toEqual([])
      expect(await ids({ limit: 1 })).toEqual(['run_3'])
    })

    it('filters before it limits', async () => {
      const log = options.open()
      await log.put(run('run_0', { product: 'a.x', at: '2026-01-01', state: 'promoted' }))
      for (let i = 1; i < 30; i++) {
        const of = { at: `2026-02-${String(i).padStart(2, '0')}` }
        await log.put(run(`run_b${i}`, { ...of, product: 'b.x' }))
        await log.put(run(`run_a${i}`, { ...of, product: 'a.x', state: 'sampled' }))
      }
      const ids = async (filter: Parameters<RunLog['list']>[0]) => (await log.list(filter)).map(r => r.id)
      expect(await ids({ domains: ['a'], withoutSamples: true, limit: 1 })).toEqual(['run_0'])
      expect(await ids({ product: 'a.x', withoutSamples: true, limit: 5 })).toEqual(['run_0'])
      expect(await ids({ domains: ['b'], limit: 2 })).toEqual(['run_b29', 'run_b28'])
      expect(await ids({ domains: ['a'], product: 'b.x', limit: 2 })).toEqual([])
      expect(await ids({ domains: [], limit: 2 })).toEqual([])
      expect(await ids({ domains: [`a','b`], limit: 2 })).toEqual([])
    })

    it('knows which runs were under way', async () => {
      const log = options.open()
      const states = ['queued', 'running', 'checking', 'promoted', 'rejected', 'failed', 'cancelled'] as const
      for (const state of states) await log.put(run(`run_${state}`, { state }))
      const unfinished = (await log.unfinished()).map(r => r.state)
      expect(unfinished.sort()).toEqual(['checking', 'queued', 'running'])
    })
  })
}

export const run = (id: string, change: Partial<RunRecord> = {}): RunRecord => ({
  id,
  product: 'flights.departures',
  release: '1.0.0',
  by: 'ana',
  at: '2026-11-24T10:00:00.000Z',
  state: 'queued',
  steps: [],
  checks: [],
  rows: {},
  kept: {},
  snapshots: {},
  consumed: {},
  watermarks: {},
  ...change,
})
