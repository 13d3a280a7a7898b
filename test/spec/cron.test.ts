import { assert, constantFrom, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { cronFault } from '../../src/spec/cron.ts'

test.each([
  '15 * * * *',
  '*/5 * * * *',
  '0 0 * * 0',
  '0 0 * * 7',
  '0 6-18/2 * * mon-fri',
  '0,30 8 1,15 JAN,jul *',
  '5/10 * * * *',
  '0 0 29 feb *',
  '0 0 31 2 mon',
  '  0\t0  1 * *  ',
  '0 0 * * sat,sun',
  '0 0 * * 5-7',
])('%s is a schedule', text => {
  expect(cronFault(text)).toBeUndefined()
})

test.each([
  ['a b c d e', 0, 'has a for the minute'],
  ['61 * * * *', 0, 'has 61 for the minute'],
  ['* 24 * * *', 2, 'has 24 for the hour'],
  ['*/0 * * * *', 2, 'steps by 0 in the minute'],
  ['*/ * * * *', 2, 'steps by nothing in the minute'],
  ['*/90 * * * *', 2, 'steps by 90 in the minute, past its end'],
  ['1/2/3 * * * *', 2, 'has two steps in 1/2/3 of the minute'],
  ['0 0 0 * *', 4, 'has 0 for the day of the month'],
  ['0 0 1 foo *', 6, 'has foo for the month'],
  ['0 0 1 13 *', 6, 'has 13 for the month'],
  ['0 0 * * 8', 8, 'has 8 for the day of the week'],
  ['0 18-6 * * *', 2, 'has the range 18-6 of the hour, which runs backwards'],
  ['0 1,,2 * * *', 4, 'has nothing for the hour'],
  ['0 1-2-3 * * *', 2, 'has no range in 1-2-3 of the hour'],
  ['0 1- * * *', 4, 'has nothing for the hour'],
  ['* * * *', 0, 'has 4 fields instead of five'],
  ['0 * * * * *', 10, 'has 6 fields instead of five'],
  ['hourly', 0, 'has 1 field instead of five'],
  ['', 0, 'has 0 fields instead of five'],
  ['@daily', 0, 'has no five fields'],
  ['0 0 31 feb,apr *', 4, 'names a day that never comes: 31 in feb, apr'],
  ['1.5 * * * *', 0, 'has 1.5 for the minute'],
  ['-1 * * * *', 0, 'has nothing for the minute'],
  ['? * * * *', 0, 'has ? for the minute'],
])('%j is none', (text, at, what) => {
  expect(cronFault(text)).toMatchObject({ at, what })
  expect(cronFault(text)!.fix).toMatch(/^[A-Z].*\.$/)
})

test('every number within its field is one', () => {
  const within = tuple(
    integer({ min: 0, max: 59 }),
    integer({ min: 0, max: 23 }),
    integer({ min: 1, max: 28 }),
    integer({ min: 1, max: 12 }),
    integer({ min: 0, max: 7 }),
  )
  assert(
    property(within, constantFrom('', '/1'), (numbers, step) => {
      expect(cronFault(numbers.map(n => `${n}${step}`).join(' '))).toBeUndefined()
    }),
  )
})
