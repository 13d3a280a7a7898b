import { assert, quoteName, quoteText, unreachable } from '../../base/index.ts'
import type { Condition, Value } from '../../policy/index.ts'

/** Where the columns of a condition are found, as SQL of relations: quoted aliases. */
export interface ConditionScope {
  /** Alias of the governed table. */
  readonly row: string
  /** Alias of the entitlement table, inside `exists`. */
  readonly inner?: string
  /** SQL of a relation that an `exists` reads, by the policy's own rights. */
  readonly entitlement: (schema: string, table: string) => string
}

/**
 * A bound condition in the engine's SQL. Names and texts are quoted, never spliced; what is neither true nor false is
 * not true, so it stands in a WHERE as it is.
 */
export function conditionSql(condition: Condition, scope: ConditionScope): string {
  switch (condition.kind) {
    case 'always':
      return 'true'
    case 'never':
      return 'false'
    case 'and':
    case 'or':
      return joined(condition.parts, condition.kind, scope)
    case 'not':
      return `(NOT ${conditionSql(condition.part, scope)})`
    case 'compare':
      return `(${valueSql(condition.left, scope)} ${condition.op} ${valueSql(condition.right, scope)})`
    case 'between':
      return `(${valueSql(condition.value, scope)} BETWEEN ${valueSql(condition.low, scope)} AND ${valueSql(condition.high, scope)})`
    case 'in':
      return condition.list.length === 0
        ? 'false'
        : `(${valueSql(condition.value, scope)} IN (${condition.list.map(value => valueSql(value, scope)).join(', ')}))`
    case 'like':
      return `(${valueSql(condition.value, scope)} LIKE ${quoteText(condition.pattern)})`
    case 'is-null':
      return `(${valueSql(condition.value, scope)} IS NULL)`
    case 'true':
      return `(${valueSql(condition.value, scope)} IS TRUE)`
    case 'exists':
      return existsSql(condition, scope)
    default:
      return unreachable(condition)
  }
}

function joined(parts: readonly Condition[], kind: 'and' | 'or', scope: ConditionScope): string {
  if (parts.length === 0) return kind === 'and' ? 'true' : 'false'
  return `(${parts.map(part => conditionSql(part, scope)).join(` ${kind.toUpperCase()} `)})`
}

function existsSql(condition: Condition & { kind: 'exists' }, scope: ConditionScope): string {
  assert(scope.inner === undefined, 'an entitlement table within another')
  const inner = quoteName('entitlement')
  const where = conditionSql(condition.where, { ...scope, inner })
  return `(EXISTS (SELECT 1 FROM ${scope.entitlement(condition.schema, condition.table)} AS ${inner} WHERE ${where}))`
}

function valueSql(value: Value, scope: ConditionScope): string {
  switch (value.kind) {
    case 'column':
      return columnPath(scope.inner ?? scope.row, value.path)
    case 'row-column':
      return columnPath(scope.row, value.path)
    case 'attribute':
      assert(false, `the attribute ${value.name} was not bound`)
      return 'NULL'
    case 'text':
      return quoteText(value.text)
    case 'number':
      assert(/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value.text), `${value.text} is no number`)
      return `(${value.text})`
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'date':
      return `CAST(${quoteText(value.text)} AS DATE)`
    case 'timestamp':
      return `CAST(${quoteText(value.text)} AS ${/(Z|[+-]\d\d(:?\d\d)?)$/.test(value.text) ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP'})`
    case 'null':
      return 'NULL'
    case 'arithmetic':
      return `(${valueSql(value.left, scope)} ${value.op} ${valueSql(value.right, scope)})`
    case 'call':
      return `${value.name}(${value.arguments.map(argument => valueSql(argument, scope)).join(', ')})`
    default:
      return unreachable(value)
  }
}

function columnPath(relation: string, path: readonly string[]): string {
  const [column, ...fields] = path
  assert(column !== undefined, 'a column without a name')
  return fields.reduce(
    (sql, field) => `struct_extract(${sql}, ${quoteText(field)})`,
    `${relation}.${quoteName(column)}`,
  )
}
