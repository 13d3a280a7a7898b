import { typeFamily, type Value } from '../../policy/index.ts'

/** The type of a column in a condition, as its table declares it; undefined where that is not known. */
export type TypeOf = (column: Value & { readonly kind: 'column' | 'row-column' }) => string | undefined

/**
 * Whether values can be compared without an error, whatever is in the columns. Only of what is plain this is said: texts
 * with texts, numbers with numbers, days with days of one type. All else may fail on some row, hidden ones included.
 */
export function isTotalComparison(values: readonly Value[], typeOf: TypeOf): boolean {
  const sorts = values.filter(value => value.kind !== 'null').map(value => sortOf(value, typeOf))
  return sorts.every(sort => sort !== undefined && sort === sorts[0])
}

/** What a value is compared as; undefined where its making or its comparison may fail. */
function sortOf(value: Value, typeOf: TypeOf): string | undefined {
  switch (value.kind) {
    case 'column':
    case 'row-column': {
      const type = typeOf(value)
      return type === undefined ? undefined : sortOfType(type)
    }
    case 'text':
      return 'text'
    case 'number':
      return /^[+-]?\d{1,15}(\.\d{1,10})?$/.test(value.text) ? 'number' : undefined
    case 'boolean':
      return 'boolean'
    case 'date':
      return isDate(value.text) ? 'date' : undefined
    case 'timestamp':
      return isDate(value.text.slice(0, 10)) && /^.{10}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(value.text)
        ? 'timestamp'
        : undefined
    case 'call':
      return sortOfCall(value, typeOf)
    case 'null':
      return 'null'
    case 'attribute':
    case 'arithmetic':
      return undefined
  }
}

function sortOfType(type: string): string {
  switch (typeFamily(type)) {
    case 'text':
      return 'text'
    case 'integer':
      return /HUGE/i.test(type) ? type : 'number'
    case 'decimal':
      return Number(/\((\d+)/.exec(type)?.[1] ?? 38) <= 18 ? 'number' : type
    case 'float':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'date'
    case 'timestamp':
      return type.toUpperCase() === 'TIMESTAMP' ? 'timestamp' : type
    default:
      // With others of exactly its type.
      return type
  }
}

function sortOfCall(call: Value & { readonly kind: 'call' }, typeOf: TypeOf): string | undefined {
  const sorts = call.arguments.map(argument => sortOf(argument, typeOf))
  switch (call.name) {
    case 'lower':
    case 'upper':
    case 'trim':
    case 'concat':
      return sorts.every(sort => sort === 'text') ? 'text' : undefined
    case 'length':
      return sorts.length === 1 && sorts[0] === 'text' ? 'number' : undefined
    case 'coalesce':
      return sorts.every(sort => sort === sorts[0]) ? sorts[0] : undefined
    case 'substring':
    case 'abs':
      return undefined
  }
}

function isDate(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined || year < 1) return false
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
