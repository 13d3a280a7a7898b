import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PointerMove, Pointers } from '../../src/lake/index.ts'

export interface PointersCandidate {
  readonly name: string
  readonly open: () => Promise<Pointers>
  readonly close?: (pointers: Pointers) => Promise<void>
}

/** What every keeper of table pointers must do: one winner, all or none. */
export function pointersConformance(candidate: PointersCandidate): void {
  describe(`pointers: ${candidate.name}`, () => {
    let pointers: Pointers

    beforeEach(async () => {
      pointers = await candidate.open()
    })
    afterEach(() => candidate.close?.(pointers))

    test('knows nothing of a new table, and then what it was told last', async () => {
      expect(await pointers.get('sales/orders/v1')).toBeUndefined()
      expect(await pointers.swap([move('sales/orders/v1', undefined, 'm0')])).toBe(true)
      expect(await pointers.swap([move('sales/orders/v1', 'm0', 'm1')])).toBe(true)
      expect(await pointers.get('sales/orders/v1')).toBe('m1')
      expect(await pointers.get('sales/orders/v2')).toBeUndefined()
    })

    test('moves nothing that is no longer where the writer left it', async () => {
      await pointers.swap([move('t', undefined, 'm0')])
      expect(await pointers.swap([move('t', undefined, 'm1')])).toBe(false)
      expect(await pointers.swap([move('t', 'other', 'm1')])).toBe(false)
      expect(await pointers.swap([move('absent', 'm0', 'm1')])).toBe(false)
      expect([await pointers.get('t'), await pointers.get('absent')]).toEqual(['m0', undefined])
    })

    test('moves all pointers or none', async () => {
      await pointers.swap([move('a', undefined, 'a0'), move('b', undefined, 'b0')])
      expect(await pointers.swap([move('a', 'a0', 'a1'), move('c', undefined, 'c0'), move('b', 'wrong', 'b1')])).toBe(
        false,
      )
      expect([await pointers.get('a'), await pointers.get('b'), await pointers.get('c')]).toEqual([
        'a0',
        'b0',
        undefined,
      ])
      expect(await pointers.swap([move('a', 'a0', 'a1'), move('c', undefined, 'c0'), move('b', 'b0', 'b1')])).toBe(true)
      expect([await pointers.get('a'), await pointers.get('b'), await pointers.get('c')]).toEqual(['a1', 'b1', 'c0'])
    })

    test('lets one of many racing writers win', async () => {
      await pointers.swap([move('t', undefined, 'm0')])
      const results = await Promise.all(Array.from({ length: 16 }, (_, i) => pointers.swap([move('t', 'm0', `n${i}`)])))
      const winners = results.flatMap((won, i) => (won ? [i] : []))
      expect(winners).toHaveLength(1)
      expect(await pointers.get('t')).toBe(`n${winners[0]}`)
    })

    test('keeps ids of 64 bits and odd names', async () => {
      const odd = {
        ...move("o'table/ü; --", undefined, 'päth'),
        snapshot: '9223372036854775807',
        rows: 0,
        sizeBytes: 2 ** 50,
      }
      expect(await pointers.swap([odd])).toBe(true)
      expect(await pointers.get("o'table/ü; --")).toBe('päth')
    })
  })
}

function move(table: string, from: string | undefined, to: string): PointerMove {
  return { table, ...(from === undefined ? {} : { from }), to, snapshot: '1', rows: 1, sizeBytes: 100 }
}
