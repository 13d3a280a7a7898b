import { quoteName, quoteText } from '../base/index.ts'
import type { Column, ValueOptions } from '../mesh/index.ts'

/** One way in which a single value breaks its column's promise. */
export interface Fault {
  readonly id: string
  /** True for rows that break it; false or null for all others. */
  readonly predicate: string
  /** For people, as the end of "departed_at …". */
  readonly says: string
  /** It is about a top-level column's nulls, which a Parquet footer counts. */
  readonly isNull: boolean
}

/** All faults that a column's `required` and its limits allow for, nested members and elements included. */
export function faultsOf(column: Column, value: string, path: string): readonly Fault[] {
  const faults: Fault[] = limitFaults(column, value).map(([name, predicate, says]) => ({
    id: `${path}.${name}`,
    predicate,
    says,
    isNull: false,
  }))
  if (column.required) {
    faults.unshift({ id: `${path}.required`, predicate: `${value} is null`, says: 'is null', isNull: true })
  }
  for (const field of column.fields ?? []) {
    for (const fault of faultsOf(field, `${value}.${quoteName(field.name)}`, `${path}.${field.name}`)) {
      // A member of a null struct is null too: that is the parent's business.
      const predicate = fault.isNull ? `${value} is not null and ${fault.predicate}` : fault.predicate
      faults.push({ ...fault, predicate: `(${predicate})`, isNull: false })
    }
  }
  if (column.element !== undefined) {
    for (const fault of faultsOf(column.element, element, `${path}[]`)) {
      const predicate = `len(list_filter(${value}, lambda ${element}: coalesce(${fault.predicate}, false))) > 0`
      faults.push({ ...fault, predicate, says: `has an element that ${fault.says}`, isNull: false })
    }
  }
  return faults
}

/** A table may have a column `element`, and its members would be meant. */
const element = quoteName('meshwright element')

function limitFaults({ type, options }: Column, value: string): (readonly [string, string, string])[] {
  const faults: (readonly [string, string, string])[] = []
  const { pattern, minLength, maxLength, minItems, maxItems } = options
  if (pattern !== undefined) {
    faults.push([
      'pattern',
      `not regexp_matches(${value}::varchar, ${quoteText(pattern)})`,
      `does not match ${pattern}`,
    ])
  }
  for (const { key, excludes, inclusive, exclusive, says, saysExclusive } of ranges) {
    const bound = options[key]
    if (bound === undefined) continue
    const operator = options[excludes] === true ? exclusive : inclusive
    const broken = options[excludes] === true ? saysExclusive : says
    faults.push([key, `${value} ${operator} ${boundSql(bound, type)}`, `${broken} ${bound}`])
  }
  if (minLength !== undefined)
    faults.push(['minLength', `length(${value}) < ${minLength}`, `is shorter than ${minLength}`])
  if (maxLength !== undefined)
    faults.push(['maxLength', `length(${value}) > ${maxLength}`, `is longer than ${maxLength}`])
  if (minItems !== undefined)
    faults.push(['minItems', `len(${value}) < ${minItems}`, `has fewer than ${minItems} items`])
  if (maxItems !== undefined)
    faults.push(['maxItems', `len(${value}) > ${maxItems}`, `has more than ${maxItems} items`])
  return faults
}

const ranges = [
  {
    key: 'minimum',
    excludes: 'exclusiveMinimum',
    inclusive: '<',
    exclusive: '<=',
    says: 'is below',
    saysExclusive: 'is not above',
  },
  {
    key: 'maximum',
    excludes: 'exclusiveMaximum',
    inclusive: '>',
    exclusive: '>=',
    says: 'is above',
    saysExclusive: 'is not below',
  },
] as const satisfies readonly {
  key: keyof ValueOptions
  excludes: keyof ValueOptions
  inclusive: string
  exclusive: string
  says: string
  saysExclusive: string
}[]

/** A number stays as written, since a cast to the column's type could round it; dates and the like need theirs. */
const boundSql = (bound: string, type: string): string =>
  isNumeric(type) && numberPattern.test(bound) ? bound : `cast(${quoteText(bound)} as ${type})`

const isNumeric = (type: string) =>
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT\w*|FLOAT|DOUBLE|DECIMAL.*)$/.test(type)
const numberPattern = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/
