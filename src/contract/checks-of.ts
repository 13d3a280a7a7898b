import { quoteName } from '../base/index.ts'
import type { Column, Comparison, Contract, ContractTable, Expectation, Rule } from '../mesh/index.ts'
import { faultsOf } from './value-faults.ts'

/** `batch`: the rows of this run; `object`: the table as it would be afterwards. */
export type CheckScope = 'batch' | 'object'

/** One thing to be measured. What it measures is told apart by `kind`; all of them end in a number and a comparison. */
export type Check = {
  /** Unique in its table: `iata.required`, `primaryKey`, or the id of the contract's rule. */
  readonly id: string
  readonly table: string
  readonly description?: string
  readonly severity: 'error' | 'warning'
  readonly scope: CheckScope
  readonly comparison: Comparison
} & (
  | { readonly kind: 'types'; readonly columns: number }
  /** Rows for which `predicate` is true. `column` is named where a Parquet footer's null count answers it. */
  | { readonly kind: 'rows'; readonly predicate: string; readonly unit: 'rows' | 'percent'; readonly column?: string }
  | { readonly kind: 'count' }
  /** Groups of equal values with more than one row; rows with a null among them do not count. */
  | { readonly kind: 'duplicates'; readonly columns: readonly string[]; readonly unit: 'rows' | 'percent' }
  | {
      readonly kind: 'reference'
      readonly columns: readonly string[]
      readonly to: string
      readonly toColumns: readonly string[]
    }
  | { readonly kind: 'sql'; readonly query: string }
)

/**
 * Everything executable that a contract says of a table: types, required, unique, primary key, limits on values, library
 * metrics, references and SQL rules. Rules of kind `text` and of other tools' engines are for people and left out.
 * What a column says is checked on the batch; what concerns the table as a whole, on the table as it would be.
 */
export function checksOf(table: ContractTable, contract?: Contract): readonly Check[] {
  const promise = contract === undefined ? {} : { description: `Types of contract ${contract.id} ${contract.version}` }
  return [
    {
      ...none,
      ...promise,
      id: 'types',
      table: table.name,
      scope: 'batch',
      kind: 'types',
      columns: table.columns.length,
    },
    ...table.columns.flatMap(column => columnChecks(table.name, column)),
    ...keyChecks(table),
    ...table.expectations.flatMap(expectation => expectationChecks(table, expectation)),
  ]
}

const none = { severity: 'error', comparison: { op: '=', value: '0' } } as const satisfies Partial<Check>

function columnChecks(table: string, column: Column): readonly Check[] {
  const faults = faultsOf(column, quoteName(column.name), column.name).map(({ id, predicate, isNull }): Check => ({
    ...none,
    id,
    table,
    scope: 'batch',
    kind: 'rows',
    predicate,
    unit: 'rows',
    ...(isNull ? { column: column.name } : {}),
  }))
  if (!column.unique) return faults
  const unique = { id: `${column.name}.unique`, table, columns: [column.name], unit: 'rows' } as const
  return [...faults, { ...none, ...unique, scope: 'object', kind: 'duplicates' }]
}

/** The columns of the primary key in its order; none of them may be null. */
export const primaryKeyOf = (table: ContractTable): readonly Column[] =>
  table.columns.filter(c => c.keyPosition !== undefined).sort((a, b) => a.keyPosition! - b.keyPosition!)

function keyChecks(table: ContractTable): readonly Check[] {
  const key = primaryKeyOf(table)
  const nulls = key
    .filter(column => !column.required)
    .map((column): Check => {
      const predicate = `${quoteName(column.name)} is null`
      const id = `${column.name}.required`
      return {
        ...none,
        id,
        table: table.name,
        scope: 'batch',
        kind: 'rows',
        predicate,
        unit: 'rows',
        column: column.name,
      }
    })
  if (key.length === 0 || (key.length === 1 && key[0]!.unique)) return nulls
  const columns = key.map(column => column.name)
  const unique = { id: 'primaryKey', table: table.name, columns, unit: 'rows' } as const
  return [...nulls, { ...none, ...unique, scope: 'object', kind: 'duplicates' }]
}

function expectationChecks(table: ContractTable, expectation: Expectation): readonly Check[] {
  const { id, description, severity, column, rule } = expectation
  const said = { id, table: table.name, severity, ...(description === undefined ? {} : { description }) }
  switch (rule.kind) {
    case 'text':
    case 'custom':
      return []
    case 'sql': {
      const text = rule.query.trim().replace(/;$/, '')
      const query = column === undefined ? text : text.replaceAll('{property}', () => pathSql(column))
      const scope = query.includes('{batch}') && !query.includes('{object}') ? 'batch' : 'object'
      return [{ ...said, scope, comparison: rule.comparison, kind: 'sql', query }]
    }
    case 'reference': {
      const { columns, table: to, toColumns } = rule
      return [{ ...none, ...said, scope: 'object', kind: 'reference', columns, to, toColumns }]
    }
    case 'library':
      return [metricCheck(table, column, rule, { ...said, scope: 'object', comparison: rule.comparison })]
  }
}

type Said = Pick<Check, 'id' | 'table' | 'description' | 'severity' | 'scope' | 'comparison'>

function metricCheck(
  table: ContractTable,
  column: string | undefined,
  rule: Rule & { kind: 'library' },
  said: Said,
): Check {
  if (rule.metric === 'rowCount') return { ...said, kind: 'count' }
  if (rule.metric === 'duplicateValues') {
    return { ...said, kind: 'duplicates', columns: rule.arguments.properties ?? [column ?? ''], unit: rule.unit }
  }
  const predicate = metricFault(table, column ?? '', rule)
  const counted = rule.metric === 'nullValues' && !(column ?? '').includes('.') ? { column: column ?? '' } : {}
  return { ...said, kind: 'rows', predicate, unit: rule.unit, ...counted }
}

/** A row that a metric counts; null never counts as invalid, and neither does what counts as missing. */
export function metricFault(table: ContractTable, column: string, rule: Rule & { kind: 'library' }): string {
  const value = pathSql(column)
  const { arguments: args } = rule
  if (rule.metric === 'nullValues') return `${value} is null`
  const list = (values: readonly (string | number | boolean | null)[]) => values.filter(v => v !== null).map(literal)
  const missing = list(args.missingValues ?? [])
  const isMissing = missing.length === 0 ? undefined : `${value}::varchar in (${missing.join(', ')})`
  if (rule.metric === 'missingValues') {
    const nulls = args.missingValues === undefined || args.missingValues.includes(null) ? `${value} is null` : undefined
    return [nulls, isMissing].filter(part => part !== undefined).join(' or ') || 'false'
  }
  const type = table.columns.find(c => c.name === column)?.type ?? 'VARCHAR'
  const { pattern, minimum, maximum, minLength, maxLength } = args
  const options = { pattern, minimum, maximum, minLength, maxLength }
  const said = Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined))
  const faults = faultsOf({ ...anyColumn, type, options: said }, value, column).map(fault => fault.predicate)
  if (args.validValues !== undefined) faults.push(notIn(value, args.validValues))
  const invalid = faults.length === 0 ? 'false' : `(${faults.join(' or ')})`
  return isMissing === undefined ? invalid : `${invalid} and not (${isMissing})`
}

const anyColumn: Column = {
  name: '',
  type: 'VARCHAR',
  logicalType: 'string',
  required: false,
  unique: false,
  tags: [],
  examples: [],
  options: {},
}

/** Numbers are compared as numbers, so that 1 is also 1.0; everything else as text. */
function notIn(value: string, allowed: readonly (string | number | boolean)[]): string {
  if (allowed.length === 0) return `${value} is not null`
  const numeric = allowed.every(v => typeof v === 'number')
  const cast = numeric ? value : `${value}::varchar`
  return `${cast} not in (${allowed.map(v => (numeric ? String(v) : literal(v))).join(', ')})`
}

/** Values of documents as the text that the engine prints for them. */
const literal = (value: string | number | boolean): string => `'${String(value).replaceAll("'", "''")}'`

/** A dotted path of struct members as SQL. */
export const pathSql = (path: string): string => path.split('.').map(quoteName).join('.')
