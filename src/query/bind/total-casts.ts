import { isDecimal, isFloat, isPlain, type Argument } from './argument.ts'
import { reachOfCast } from './constants.ts'

const integers = ['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']
const unsigned = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT']
const digits: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19, HUGEINT: 39 }

/** Whether every value of one type is one of the other. */
export function isTotalCast(from: Argument, to: Argument): boolean {
  if (reachOfCast(from, to) !== undefined) return true
  if (from.id === to.id && !isDecimal(from)) return isPlain(from)
  if (to.id === 'VARCHAR') return isPlain(from)
  if (from.id === 'NULL') return true
  if (isDecimal(from) && isDecimal(to)) {
    return to.scale! >= from.scale! && to.width! - to.scale! >= from.width! - from.scale!
  }
  const [low, high] = [integers.indexOf(from.id), integers.indexOf(to.id)]
  if (low >= 0 && high >= low && to.id !== 'BOOLEAN') return true
  if (unsigned.includes(from.id) && unsigned.indexOf(to.id) >= unsigned.indexOf(from.id)) return true
  if (to.id === 'DOUBLE') return low >= 0 || unsigned.includes(from.id) || isDecimal(from) || isFloat(from)
  if (isDecimal(to) && digits[from.id] !== undefined) return to.width! - to.scale! >= digits[from.id]!
  return false
}

/** Types that a text is tried for without ever an error; elsewhere the engine throws for all its promise to try. */
const triedFromText: ReadonlySet<string> = new Set([
  ...integers,
  ...unsigned,
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'UUID',
])
const isNumber = ({ id }: Argument): boolean =>
  integers.includes(id) || unsigned.includes(id) || id === 'DECIMAL' || id === 'FLOAT' || id === 'DOUBLE'

/** Whether TRY_CAST gives null for whatever is no value of the other type. */
export const isTotalTry = (from: Argument, to: Argument): boolean =>
  isTotalCast(from, to) || (from.id === 'VARCHAR' && triedFromText.has(to.id)) || (isNumber(from) && isNumber(to))
