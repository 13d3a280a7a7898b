import { MeshError } from '../base/index.ts'
import { foldAscii, majorOf, type Column, type Output, type Product } from '../mesh/index.ts'
import type { Runs } from './face.ts'
import { storedType } from './fit-columns.ts'
import { noRange, refuseBackfill } from './run-bounds.ts'

/** Refuses an order that no run could carry out, before there is a run of it. */
export function checkOrder(product: Product, { sample, from, to }: Parameters<Runs['start']>[0]): void {
  if (sample !== undefined && !(Number.isSafeInteger(sample) && sample > 0)) {
    throw new MeshError('request.invalid', `A sample is a whole number of rows above 0, and ${sample} is none.`)
  }
  if (from === undefined && to === undefined) return
  for (const [table, output] of Object.entries(product.build.outputs)) {
    refuseBackfill(output, `${product.domain}.${table}`)
    for (const bound of [from, to]) if (bound !== undefined) checkBound(product, table, output, bound)
    if (from !== undefined && to !== undefined) checkRange(markColumn(product, table, output), from, to)
  }
}

/** What can be told without an engine: numbers and times without a zone; of all else the run itself says so. */
function checkRange(column: Column | undefined, from: string, to: string): void {
  const type = column === undefined ? '' : storedType(column.type)
  const isTimed = type === 'DATE' || type.startsWith('TIMESTAMP')
  const [a, b] = isTimed ? [timeKey(from), timeKey(to)] : isNumber(type) ? [Number(from), Number(to)] : []
  if (a === undefined || b === undefined || a < b) return
  // Doubles tell apart only what differs much.
  if (typeof a === 'number' && a === b && from.trim() !== to.trim()) return
  throw noRange(from, to)
}

/** Times as texts of one length, which sort as they do; undefined where a zone is named. */
function timeKey(text: string): string | undefined {
  const parts = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?Z?)?$/.exec(
    text.trim(),
  )
  if (parts === null) return undefined
  const [year = '', ...rest] = parts.slice(1, 7).map(part => part ?? '0')
  return [year.padStart(4, '0'), ...rest.map(part => part.padStart(2, '0')), (parts[7] ?? '').padEnd(9, '0')].join(' ')
}

const markColumn = (product: Product, table: string, { watermark }: Output): Column | undefined =>
  product.ports
    .toSorted((a, b) => majorOf(b.contract.version) - majorOf(a.contract.version))
    .flatMap(port => port.contract.tables.filter(each => foldAscii(each.name) === foldAscii(table)))
    .flatMap(each => each.columns)
    .find(each => watermark !== undefined && foldAscii(each.name) === foldAscii(watermark))

function checkBound(product: Product, table: string, output: Output, bound: string): void {
  const column = markColumn(product, table, output)
  if (column === undefined || isValue(bound, storedType(column.type))) return
  throw new MeshError(
    'request.invalid',
    `${JSON.stringify(bound)} is no ${column.type}, which ${column.name}, the watermark of ${product.domain}.${table}, is.`,
    {
      fix: `Give a bound such as ${column.type.startsWith('DATE') || column.type.startsWith('TIMESTAMP') ? '2026-01-31' : '1000'}.`,
    },
  )
}

/** What can be told without an engine; what is doubtful passes, and the run says no. */
function isValue(text: string, type: string): boolean {
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) return isTime(text.trim())
  if (isNumber(type)) return text.trim() !== '' && Number.isFinite(Number(text))
  return true
}

const isNumber = (type: string): boolean => /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/.test(type)

function isTime(text: string): boolean {
  const day =
    /^(-?\d{1,6})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?|[A-Za-z/_]+))?)?$/.exec(
      text,
    )
  if (day === null) return false
  const [year, month, date] = day.slice(1).map(Number) as [number, number, number]
  const last = new Date(Date.UTC(2000, month, 0)).getUTCDate()
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month >= 1 && month <= 12 && date >= 1 && date <= (month === 2 && !isLeap ? 28 : last)
}
