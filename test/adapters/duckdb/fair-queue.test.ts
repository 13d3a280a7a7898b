import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fairQueue } from '../../../src/adapters/duckdb/fair-queue.ts'

const arrivals = fc.array(fc.constantFrom('anna', 'bo', 'cy'), { maxLength: 60 })
const all = () => true

describe('the fair queue', () => {
  it('serves nobody twice while another waits', () => {
    fc.assert(
      fc.property(arrivals, owners => {
        const queue = fairQueue<number>()
        owners.forEach((owner, i) => queue.push(owner, i))
        const left = new Map(['anna', 'bo', 'cy'].map(owner => [owner, owners.filter(o => o === owner).length]))
        const served: { owner: string; item: number }[] = []
        for (let next = queue.shift(all); next; next = queue.shift(all)) served.push(next)
        expect(served).toHaveLength(owners.length)
        served.forEach(({ owner }, i) => {
          left.set(owner, left.get(owner)! - 1)
          const others = [...left].filter(([other, waiting]) => other !== owner && waiting > 0)
          if (others.length > 0) expect(served[i + 1]!.owner).not.toBe(owner)
        })
      }),
    )
  })

  it('keeps the order of arrival within an owner', () => {
    fc.assert(
      fc.property(arrivals, owners => {
        const queue = fairQueue<number>()
        owners.forEach((owner, i) => queue.push(owner, i))
        const last = new Map<string, number>()
        for (let next = queue.shift(all); next; next = queue.shift(all)) {
          expect(next.item).toBeGreaterThan(last.get(next.owner) ?? -1)
          last.set(next.owner, next.item)
        }
        expect(queue.size).toBe(0)
      }),
    )
  })

  it('passes over who may not go on, and forgets who left', () => {
    const queue = fairQueue<string>()
    queue.push('anna', 'a1')
    queue.push('anna', 'a2')
    queue.push('bo', 'b1')
    expect(queue.shift(owner => owner !== 'anna')).toEqual({ owner: 'bo', item: 'b1' })
    expect(queue.shift(owner => owner !== 'anna')).toBeUndefined()
    expect(queue.remove('anna', 'a1')).toBe(true)
    expect(queue.remove('anna', 'a1')).toBe(false)
    expect(queue.waitingOf('anna')).toBe(1)
    expect(queue.drain()).toEqual(['a2'])
    expect(queue.size).toBe(0)
  })
})
