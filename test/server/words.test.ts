import { describe, expect, test } from 'vitest'
import type { Expectation } from '../../src/mesh/index.ts'
import { checkText } from '../../src/operations/check-text.ts'
import { titleOf } from '../../src/operations/title-of.ts'

test.each([
  [{ name: 'wildlife_strikes' }, 'Wildlife strikes'],
  [{ name: 'departures', title: 'departures' }, 'Departures'],
  [{ name: 'departures', title: 'flights.departures' }, 'Departures'],
  [{ name: 'departures', title: 'Every flight' }, 'Every flight'],
])('%j is called %s', (thing, title) => {
  expect(titleOf(thing)).toBe(title)
})

describe('a check without a description says what it compares', () => {
  const told = (rule: Expectation['rule'], more: Partial<Expectation> = {}) =>
    checkText({ id: 'x', severity: 'error', rule, ...more })

  test.each([
    [told({ kind: 'text' }, { description: 'Delays are possible.' }), 'Delays are possible.'],
    [
      told({ kind: 'reference', columns: ['iata'], table: 'network.airports', toColumns: ['iata'] }),
      'iata is found in network.airports (iata)',
    ],
    [
      told(
        {
          kind: 'library',
          metric: 'nullValues',
          unit: 'percent',
          comparison: { op: '<', value: '5' },
          arguments: {},
        },
        { column: 'email' },
      ),
      'email: empty values < 5 percent',
    ],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected)
  })
})
