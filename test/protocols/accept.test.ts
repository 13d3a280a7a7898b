import { expect, test } from 'vitest'
import { formatOf } from '../../src/protocols/http/accept.ts'

test.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['text/csv; charset=utf-8', 'csv'],
  ['text/*', 'csv'],
  ['application/vnd.apache.arrow.stream', 'arrow'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['text/csv;q=0.5, application/vnd.apache.arrow.stream', 'arrow'],
  ['text/csv;q=0, application/*;q=0.1', 'json'],
  ['text/html, */*;q=0.1', 'json'],
] as const)('%s gives %s', (accept, format) => expect(formatOf(accept)).toBe(format))

test.each(['text/html', 'application/json;q=0', 'nonsense', ''])('%j is refused', accept => {
  expect(() => formatOf(accept)).toThrow(/cannot be had/)
})
