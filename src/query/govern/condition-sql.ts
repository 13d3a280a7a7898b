import { assert, quoteName, quoteText, unreachable } from '../../base/index.ts'
import type { Column } from '../../mesh/index.ts'
import { columnAt, type Condition, type Value } from '../../policy/index.ts'
import { isTotalComparison, type TypeOf } from './total-atom.ts'

/** Where the columns of a condition are found, as SQL of relations: quoted aliases. */
export interface ConditionScope {
  /** Alias of the governed table. */
  readonly row: string
  /** SQL of a relation that an `exists` reads, by the policy's own rights. */
  readonly entitlement: (schema: string, table: string) => string
  /** Columns of the governed table, and of those that an `exists` reads; what is not known may fail. */
  readonly columns?: readonly Column[]
  readonly entitlementColumns?: (schema: string, table: string) => readonly Column[]
}

type Exists = Condition & { readonly kind: 'exists' }

/** Where in a condition something stands. */
interface Place extends ConditionScope {
  readonly exists?: Exists
  /** Under an odd number of negations: what is true here hides rows. */
  readonly negative?: boolean
}

/**
 * A bound condition in the engine's SQL, which fails on no row: it is put to hidden rows too, and whether one of them is
 * out of range must not be seen. Where a comparison cannot be made of a row, the row is not shown for its sake. Names and
 * texts are quoted, never spliced; what is neither true nor false is not true, so it stands in a WHERE as it is.
 */
export const conditionSql = (condition: Condition, scope: ConditionScope): string => partSql(condition, scope)

function partSql(condition: Condition, place: Place): string {
  switch (condition.kind) {
    case 'always':
      return 'true'
    case 'never':
      return 'false'
    case 'and':
    case 'or':
      return joined(condition.parts, condition.kind, place)
    case 'not':
      return `(NOT ${partSql(condition.part, { ...place, negative: place.negative !== true })})`
    case 'exists':
      return existsSql(condition, place)
    default:
      return atomSql(condition, place)
  }
}

type Atom = Exclude<Condition, { readonly kind: 'always' | 'never' | 'and' | 'or' | 'not' | 'exists' }>

function atomSql(atom: Atom, place: Place): string {
  const sql = comparisonSql(atom, place)
  if (isTotalComparison(comparedIn(atom), typesIn(place))) return sql
  // Null is not true, and neither is its negation. Inside NOT EXISTS only what is true keeps a row from being shown.
  return place.negative === true && place.exists !== undefined
    ? `(CASE WHEN TRY(${sql} IS NULL) IS NULL THEN true ELSE TRY(${sql}) END)`
    : `TRY(${sql})`
}

function comparisonSql(atom: Atom, place: Place): string {
  switch (atom.kind) {
    case 'compare':
      return `(${valueSql(atom.left, place)} ${atom.op} ${valueSql(atom.right, place)})`
    case 'between':
      return `(${valueSql(atom.value, place)} BETWEEN ${valueSql(atom.low, place)} AND ${valueSql(atom.high, place)})`
    case 'in':
      return atom.list.length === 0
        ? 'false'
        : `(${valueSql(atom.value, place)} IN (${atom.list.map(value => valueSql(value, place)).join(', ')}))`
    case 'like':
      return `(${valueSql(atom.value, place)} LIKE ${quoteText(atom.pattern)})`
    case 'is-null':
      return `(${valueSql(atom.value, place)} IS NULL)`
    case 'true':
      return `(${valueSql(atom.value, place)} IS TRUE)`
    default:
      return unreachable(atom)
  }
}

function comparedIn(atom: Atom): readonly Value[] {
  switch (atom.kind) {
    case 'compare':
      return [atom.left, atom.right]
    case 'between':
      return [atom.value, atom.low, atom.high]
    case 'in':
      return [atom.value, ...atom.list]
    case 'like':
      return [atom.value, { kind: 'text', text: atom.pattern }]
    case 'is-null':
      return [atom.value]
    case 'true':
      return [atom.value, { kind: 'boolean', value: true }]
    default:
      return unreachable(atom)
  }
}

/** Conditions are written for columns by name, as SQL folds names. */
const typesIn =
  ({ columns = [], entitlementColumns, exists }: Place): TypeOf =>
  column => {
    const isInner = exists !== undefined && column.kind === 'column'
    const found = isInner ? (entitlementColumns?.(exists.schema, exists.table) ?? []) : columns
    return columnAt(found, column.path)?.type
  }

function joined(parts: readonly Condition[], kind: 'and' | 'or', place: Place): string {
  if (parts.length === 0) return kind === 'and' ? 'true' : 'false'
  return `(${parts.map(part => partSql(part, place)).join(` ${kind.toUpperCase()} `)})`
}

const inner = quoteName('entitlement')

function existsSql(condition: Exists, place: Place): string {
  assert(place.exists === undefined, 'an entitlement table within another')
  const where = partSql(condition.where, { ...place, exists: condition })
  return `(EXISTS (SELECT 1 FROM ${place.entitlement(condition.schema, condition.table)} AS ${inner} WHERE ${where}))`
}

function valueSql(value: Value, place: Place): string {
  switch (value.kind) {
    case 'column':
      return columnPath(place.exists === undefined ? place.row : inner, value.path)
    case 'row-column':
      return columnPath(place.row, value.path)
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
      return `(${valueSql(value.left, place)} ${value.op} ${valueSql(value.right, place)})`
    case 'call':
      return `${value.name}(${value.arguments.map(argument => valueSql(argument, place)).join(', ')})`
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
