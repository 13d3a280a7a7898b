import { expect, test } from 'vitest'
import { placedFault } from '../../src/operations/placed-fault.ts'
import type { BuildFault } from '../../src/runs/index.ts'
import { columns, product, table } from '../runs/support/nouns.ts'

const made = product('flights.p', { tables: [table('p', columns('a BIGINT'))], outputs: { p: { sql: 'from raw' } } })

const documents = [
  { path: 'other/x.odcs.yaml', text: 'id: flights.other\n' },
  {
    path: 'flights/p/p.odcs.yaml',
    text: 'kind: DataContract\nid: flights.p # ours\nquality:\n  - query: |\n      select count(*) from {batch}\n      where dely > 1\n',
  },
  { path: 'flights/p/p.sql', text: 'select 1 as total\nfrom raw\n' },
  { path: 'other/p.sql', text: 'select 2' },
  { path: 'flights/p/build.yaml', text: 'inputs:\n  raw_more: {}\n  raw: {source: postgres}\n' },
]

const place = (fault: Partial<BuildFault>) => {
  const { file, line, column } = placedFault(
    { product: 'flights.p', code: 'x', severity: 'error', message: 'It is wrong.', ...fault },
    [made],
    documents,
  )
  return { file, line, column }
}

test('a fault of SQL is told in the file of the product', () => {
  expect(place({ file: 'p.sql', line: 2, column: 6 })).toEqual({ file: 'flights/p/p.sql', line: 2, column: 6 })
  expect(place({ file: 'p.sql', text: 'total' })).toEqual({ file: 'flights/p/p.sql', line: 1, column: 13 })
})

test('a rule is found in its contract, an input in build.yaml', () => {
  const rule = 'select count(*) from {batch}\nwhere dely > 1\n'
  expect(place({ contract: 'flights.p', text: rule })).toEqual({ file: 'flights/p/p.odcs.yaml', line: 5, column: 7 })
  expect(place({ file: 'build.yaml', text: 'raw' })).toEqual({ file: 'flights/p/build.yaml', line: 3, column: 3 })
})

test('what stands in no document has its file alone', () => {
  expect(place({ file: 'gone.sql', text: 'x' })).toEqual({ file: 'flights/p/gone.sql' })
  expect(place({ contract: 'flights.unknown', text: 'x' })).toEqual({})
})
