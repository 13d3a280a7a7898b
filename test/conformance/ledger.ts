import { describe, expect, it } from 'vitest'
import type { EntryDraft, Ledger } from '../../src/control/needs.ts'
import { chainStart, emptyState, evolve, linkHash, type Entry } from '../../src/mesh/index.ts'
import { canonicalJson } from '../../src/base/index.ts'

type OpenLedger = Ledger & { close(): void }

/** What every ledger must do. `reopen` is absent where a ledger ends with its process. */
export function ledgerConformance(options: {
  readonly name: string
  readonly open: () => OpenLedger
  readonly reopen?: (closed: OpenLedger) => OpenLedger
}): void {
  describe(`ledger: ${options.name}`, () => {
    it('gives appended entries back in order, with sequence numbers from 1', async () => {
      const ledger = options.open()
      const first = await ledger.append(0, [draft('a'), draft('b')])
      const second = await ledger.append(2, [draft('c')])
      expect([...first!, ...second!].map(e => e.seq)).toEqual([1, 2, 3])
      expect([...ledger.read(0)]).toEqual([...first!, ...second!])
      expect([...ledger.read(2)].map(e => e.actor)).toEqual(['c'])
      expect([...ledger.read(3)]).toEqual([])
      ledger.close()
    })

    it('appends nothing when somebody else was faster', async () => {
      const ledger = options.open()
      await ledger.append(0, [draft('a')])
      expect(await ledger.append(0, [draft('late')])).toBeUndefined()
      expect(await ledger.append(2, [draft('ahead')])).toBeUndefined()
      expect([...ledger.read(0)].map(e => e.actor)).toEqual(['a'])
      ledger.close()
    })

    it('lets exactly one of many racing appends win each number', async () => {
      const ledger = options.open()
      const results = await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.append(0, [draft(`p${i}`)])))
      expect(results.filter(r => r !== undefined)).toHaveLength(1)
      ledger.close()
    })

    it('chains entries by a hash that anybody can recompute', async () => {
      const ledger = options.open()
      await ledger.append(0, [draft('a'), draft('b')])
      let previous = chainStart
      for (const { seq, hash, ...said } of ledger.read(0)) {
        previous = linkHash(previous, seq, canonicalJson(said))
        expect(hash).toBe(previous)
      }
      expect(await ledger.verify()).toEqual([])
      ledger.close()
    })

    it('keeps text of every kind', async () => {
      const ledger = options.open()
      const odd = `Zoë "o'b" 🛩 \u0000 \n \u2028 ${'x'.repeat(10_000)}`
      await ledger.append(0, [draft(odd)])
      expect([...ledger.read(0)][0]!.actor).toBe(odd)
      expect(await ledger.verify()).toEqual([])
      ledger.close()
    })

    it('gives a snapshot of the state back as it was', async () => {
      const ledger = options.open()
      expect(await ledger.loadSnapshot()).toBeUndefined()
      const entries = await ledger.append(0, [draft('a')])
      const state = entries!.reduce(evolve, emptyState)
      await ledger.saveSnapshot(state)
      expect(await ledger.loadSnapshot()).toEqual(state)
      ledger.close()
    })

    const { reopen } = options
    if (reopen === undefined) return // what keeps nothing has no more to prove
    it('has everything after it was opened again', async () => {
      const ledger = options.open()
      const entries = await ledger.append(0, [draft('a'), draft('b')])
      ledger.close()
      const again = reopen(ledger)
      expect([...again.read(0)]).toEqual(entries)
      expect(await again.append(2, [draft('c')])).toHaveLength(1)
      expect(await again.verify()).toEqual([])
      again.close()
    })
  })
}

export const draft = (actor: string, platformEngineer = actor): EntryDraft => ({
  at: '2026-11-24T10:00:00.000Z',
  actor,
  event: { kind: 'installation.founded', platformEngineer },
})

export const actorsOf = (entries: Iterable<Entry>): readonly string[] => [...entries].map(e => e.actor)
