import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { textTable } from '../../src/cli/output/table.ts'

test('fits a terminal: the widest column gives way, and cut text says so', () => {
  const rows = [
    ['1', 'short', 'x'.repeat(60)],
    ['22', 'a longer one', 'y'],
  ]
  expect(textTable([{ title: 'N', align: 'right' }, { title: 'Name' }, { title: 'Text' }], rows, 40)).toBe(
    [
      ' N  Name          Text',
      '──  ────────────  ──────────────────────',
      ' 1  short         xxxxxxxxxxxxxxxxxxxxx…',
      '22  a longer one  y',
    ].join('\n'),
  )
})

test('no line is wider than the terminal, whatever the cells hold', () => {
  const cell = fc.string({ unit: 'binary-ascii', maxLength: 80 })
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain(n =>
      fc.tuple(
        fc.array(cell, { minLength: n, maxLength: n }),
        fc.array(fc.array(cell, { minLength: n, maxLength: n }), { maxLength: 5 }),
        fc.integer({ min: 8 * n, max: 120 }),
      ),
    )
  fc.assert(
    fc.property(table, ([titles, rows, width]) => {
      const lines = textTable(
        titles.map(title => ({ title })),
        rows,
        width,
      ).split('\n')
      expect(lines).toHaveLength(rows.length + 2)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    }),
  )
})

test('wide characters count for two', () => {
  const [, , line] = textTable([{ title: 'A' }, { title: 'B' }], [['日本', 'x']], undefined).split('\n')
  expect(line).toBe('日本  x')
})
