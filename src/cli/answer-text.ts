import { countOf } from '../base/index.ts'
import type { QueryAnswerShape } from '../api/index.ts'
import type { Output } from './output/output.ts'

/** A query's answer as a table for a person; the rest of a long one is counted, not shown. */
export function answerText({ columns, rows, truncated, limit, receipt }: QueryAnswerShape, output: Output): string {
  const shown = rows.slice(0, rowsMax)
  const table = output.table(
    columns.map(({ name, type }) => ({ title: name, align: numeric.test(type) ? 'right' : 'left' })),
    shown.map(row => row.map(cellText)),
  )
  return [
    table,
    ...(rows.length > rowsMax
      ? [`… ${countOf(rows.length - rowsMax, 'more row')}; all of them with --format csv`]
      : []),
    `${countOf(rows.length, 'row')}${truncated === true ? `, cut off${limit === undefined ? '' : ` by the rule ${limit.rule} of ${limit.team}`}` : ''}. Receipt: ${receipt.url}`,
  ].join('\n')
}

const rowsMax = 1000
const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL)/

const cellText = (value: unknown): string =>
  value === null ? '∅' : typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
