import { quoteName } from '../base/index.ts'
import type { Reader } from './needs.ts'
import { describeRelation, type Described } from './describe-relation.ts'
import { readerOf, type ReadOptions } from './source-format.ts'

/** What only a look at all rows tells: commas before decimals, and values that the engine's guess would spoil. */
export async function csvOptions(reader: Reader, path: string, found: ReadOptions): Promise<ReadOptions> {
  if ('all_varchar' in found || 'columns' in found) return found
  const options = await withDecimals(reader, path, found)
  const columns = await describeRelation(reader, readerOf(path, 'csv', options))
  const header = !columns.every(({ name }) => /^column\d+$/.test(name))
  const text = readerOf(path, 'csv', { ...options, header, all_varchar: true })
  const point = options['decimal_separator'] === ',' ? ',' : String.raw`\.`
  const types = {
    ...(options['thousands'] === undefined ? await moneyTypes(reader, text, columns, point) : {}),
    ...(await betterTypes(reader, text, columns)),
  }
  return Object.keys(types).length === 0 ? options : { ...options, header, types }
}

const commaNumber = String.raw`[+-]?[0-9]+,[0-9]+`
const pointedNumber = String.raw`[+-]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+`

/** `1,5` and `1.234,50`: where a text column would become a number by the comma, the whole file is read so. */
async function withDecimals(reader: Reader, path: string, options: ReadOptions): Promise<ReadOptions> {
  const plain = readerOf(path, 'csv', options)
  const texts = (await describeRelation(reader, plain)).filter(({ type }) => type === 'VARCHAR')
  if (texts.length === 0) return options
  const tests = texts.flatMap(({ name }, i) => [
    `bool_and(regexp_full_match(${quoteName(name)}, '${commaNumber}')) as c${i}`,
    `bool_and(regexp_full_match(${quoteName(name)}, '${pointedNumber}')) as p${i}`,
  ])
  const [row] = await reader.execute(`select ${tests.join(', ')} from ${plain}`)
  const some = (test: string) => texts.some((_, i) => row?.[`${test}${i}`] === true)
  const comma = some('c')
  const pointed = texts.some((_, i) => row?.[`p${i}`] === true && row[`c${i}`] !== true)
  if (pointed) return { ...options, decimal_separator: ',', thousands: '.' }
  return comma ? { ...options, decimal_separator: ',' } : options
}

/** Codes such as `007` are no numbers, one letter in every row is no truth value, and long numbers keep their digits. */
async function betterTypes(
  reader: Reader,
  text: string,
  columns: Described,
): Promise<Readonly<Record<string, string>>> {
  const asked = columns.flatMap(({ name, type }, i) => {
    const value = `trim(${quoteName(name)})`
    if (integer.test(type)) return [`bool_or(regexp_full_match(${value}, '0[0-9]+')) as "VARCHAR ${i}"`]
    if (type === 'BOOLEAN') return [`(max(length(${value})) = 1 and count(distinct ${value}) = 1) as "VARCHAR ${i}"`]
    if (type !== 'DOUBLE') return []
    return [
      `(bool_and(regexp_full_match(${value}, '[+-]?[0-9]{1,38}')) and max(length(${value})) > 18) as "DECIMAL(38,0) ${i}"`,
      `(bool_and(regexp_full_match(${value}, '[+-]?[0-9]+')) and max(length(${value})) > 38) as "VARCHAR ${i}"`,
    ]
  })
  if (asked.length === 0) return {}
  const [row = {}] = await reader.execute(`select ${asked.join(', ')} from ${text}`)
  const better = Object.entries(row).flatMap(([key, holds]) => {
    const [type = '', place = ''] = key.split(' ')
    return holds === true ? [[columns[Number(place)]!.name, type] as const] : []
  })
  return Object.fromEntries(better)
}

/**
 * Numbers that are written with one number of decimals throughout, as `12.50` and `4.00`, are exact; of what is called
 * money, also where zeros at the end are left out. A measure stays what it is: rounding would be silent.
 */
async function moneyTypes(
  reader: Reader,
  text: string,
  columns: Described,
  point: string,
): Promise<Readonly<Record<string, string>>> {
  const numbers = columns.filter(({ type }) => type === 'DOUBLE')
  if (numbers.length === 0) return {}
  const tests = numbers.flatMap(({ name }, i) => {
    const value = `trim(${quoteName(name)})`
    const decimals = `length(regexp_extract(${value}, '${point}([0-9]+)$', 1))`
    return [
      `bool_and(regexp_full_match(${value}, '[+-]?[0-9]{1,14}(${point}[0-9]{1,4})?')) as f${i}`,
      `min(${decimals}) as a${i}, max(${decimals}) as z${i}`,
    ]
  })
  const [row = {}] = await reader.execute(`select ${tests.join(', ')} from ${text}`)
  const found = numbers.flatMap(({ name }, i) => {
    const [fewest, most] = [Number(row[`a${i}`]), Number(row[`z${i}`])]
    const fixed = fewest === most && most >= 2
    if (row[`f${i}`] !== true || !(fixed || (money.test(name) && !measure.test(name) && most > 0))) return []
    return [[name, `DECIMAL(18,${Math.max(2, most)})`] as const]
  })
  return Object.fromEntries(found)
}

const money =
  /(^|[^a-z])(amount|price|cost|fee|tax|vat|total|subtotal|revenue|balance|salary|wage|paid|discount|refund|budget|betrag|preis)([^a-z]|$)/i
const measure = /rate|ratio|percent|pct|share|quote/i
const integer = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/
