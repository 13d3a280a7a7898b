import { MeshError, nearest, quoteName, quoteText } from '../base/index.ts'
import { foldAscii, type Column, type ContractTable } from '../mesh/index.ts'
import { changedText } from './changed-text.ts'
import { isHidden } from './session-names.ts'

export interface Described {
  readonly name: string
  readonly type: string
}

/** How one column of the contract is made from the SELECT's column. */
export interface FittedColumn {
  readonly column: Column
  readonly from: Described
  /** Expression over the SELECT's columns that has the contract's type; what does not fit is null in it. */
  readonly value: string
  /** True for rows whose value the cast would change; absent where every value fits. */
  readonly misfit?: string
}

/**
 * The SELECT's columns brought into the contract's order and types. It must give exactly the contract's columns, by
 * name; `_file` and `_row`, which a star brings along, may be left over. Throws `run.failed` with both lists.
 */
export function fitColumns(table: ContractTable, given: readonly Described[], file: string): readonly FittedColumn[] {
  const strange = given.find(({ name }) => isHidden(name))
  if (strange !== undefined) {
    throw new MeshError('run.failed', `A column of ${file} has a control character in its name.`, {
      fix: 'Give it a name of visible characters.',
      context: { column: strange.name },
    })
  }
  const byName = new Map(given.map(column => [foldAscii(column.name), column]))
  const wanted = new Set(table.columns.map(column => foldAscii(column.name)))
  const missing = table.columns.filter(column => !byName.has(foldAscii(column.name))).map(column => column.name)
  const extra = given.filter(({ name }) => !wanted.has(foldAscii(name)) && name !== '_file' && name !== '_row')
  if (missing.length > 0 || extra.length > 0) {
    const says = [
      missing.length > 0 ? `gives no column ${missing.join(', ')}` : '',
      extra.length > 0 ? `gives ${extra.map(({ name }) => name).join(', ')}, which the contract does not name` : '',
    ]
    throw new MeshError(
      'run.failed',
      `The SELECT of ${file} ${says.filter(part => part !== '').join(' and ')}; table ${table.name} has ${table.columns.map(c => c.name).join(', ')}.`,
      {
        fix: fixOf(missing, extra, file),
        ...(extra[0] === undefined ? {} : { context: { extra: extra[0].name } }),
      },
    )
  }
  return table.columns.map(column => fitColumn(column, byName.get(foldAscii(column.name))!))
}

/** A column too many is often one that is missing, mistyped. */
function fixOf(missing: readonly string[], extra: readonly Described[], file: string): string {
  const all = `Make ${file} give exactly the columns of the contract, by name.`
  const near = extra.map(({ name }) => [name, nearest(name, missing)] as const).find(([, found]) => found !== undefined)
  return near === undefined ? all : `Did you mean ${near[1]} by ${near[0]}? ${all}`
}

function fitColumn(column: Column, from: Described): FittedColumn {
  const raw = quoteName(from.name)
  const to = storedType(column.type)
  if (sameType(from.type, to)) return { column, from, value: raw }
  if (keepsEveryValue(from.type, to)) return { column, from, value: `cast(${raw} as ${to})` }
  const value = `try_cast(${raw} as ${to})`
  return { column, from, value, misfit: `(${raw} is not null and ${changed(raw, from.type, value, to)})` }
}

/** JSON is kept as its text: Parquet's JSON is another logical type that Iceberg does not know. */
export const storedType = (type: string): string => (type.toUpperCase() === 'JSON' ? 'VARCHAR' : type)

/** Whether the cast gave nothing or another value: of text by its meaning, of everything else by the way back. */
function changed(raw: string, from: string, value: string, to: string): string {
  const nothing = `${value} is null`
  if (from === 'VARCHAR' || from === 'JSON')
    return `(${nothing} or coalesce(${changedText(raw, from, value, to)}, true))`
  // Times of a day in nanoseconds have no way back.
  if (from === 'TIME_NS') return `(${nothing} or cast(${value} as varchar) is distinct from cast(${raw} as varchar))`
  return `(${nothing} or try_cast(${value} as ${from}) is distinct from ${raw})`
}

const sameType = (a: string, b: string) => canonical(a) === canonical(b)
const canonical = (type: string) => type.toUpperCase().replaceAll(/\s+/g, '').replaceAll('"', '')

/** Casts of which the engine's own documentation says that no value changes. */
function keepsEveryValue(from: string, to: string): boolean {
  if (from === 'JSON' && to === 'VARCHAR') return true
  if (from === '"NULL"' || from === 'NULL') return true
  if (from.startsWith('ENUM') && to === 'VARCHAR') return true
  return (wider[from]?.includes(to) ?? false) || isWiderDecimal(from, to)
}

/** As many digits before the point and after it, or more. */
function isWiderDecimal(from: string, to: string): boolean {
  const [a, b] = [decimalPattern.exec(from), decimalPattern.exec(to)]
  if (a === null || b === null) return false
  const [width, scale, newWidth, newScale] = [Number(a[1]), Number(a[2]), Number(b[1]), Number(b[2])]
  return newScale >= scale && newWidth - newScale >= width - scale
}

const decimalPattern = /^DECIMAL\((\d+), ?(\d+)\)$/

const wider: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE'],
  SMALLINT: ['INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE'],
  INTEGER: ['BIGINT', 'HUGEINT', 'DOUBLE'],
  BIGINT: ['HUGEINT'],
  UTINYINT: ['SMALLINT', 'INTEGER', 'BIGINT', 'DOUBLE'],
  USMALLINT: ['INTEGER', 'BIGINT', 'DOUBLE'],
  UINTEGER: ['BIGINT', 'DOUBLE'],
  FLOAT: ['DOUBLE'],
  UUID: ['VARCHAR'],
  BOOLEAN: ['VARCHAR'],
  TIMESTAMP_S: ['TIMESTAMP'],
  TIMESTAMP_MS: ['TIMESTAMP'],
}

/** The select list that gives the contract's columns. */
export const fittedSql = (fitted: readonly FittedColumn[]): string =>
  fitted.map(({ column, value }) => `${value} as ${quoteName(column.name)}`).join(', ')

/** SQL over the SELECT's rows: which values do not fit, each with the value as it came, or null. */
export function misfitReason(fitted: readonly FittedColumn[]): string {
  const cases = fitted.flatMap(column =>
    column.misfit === undefined ? [] : [`case when ${column.misfit} then ${misfitSays(column, '')} end`],
  )
  return cases.length === 0 ? 'cast(null as varchar)' : `nullif(concat_ws('; ', ${cases.join(', ')}), '')`
}

/** `delay: 'many' is no INTEGER`. `relation` holds the SELECT's columns. */
export function misfitSays({ column, from }: FittedColumn, relation: string): string {
  const shown = shownValue(relation + quoteName(from.name))
  return `${quoteText(`${column.name}: '`)} || ${shown} || ${quoteText(`' is no ${column.type}`)}`
}

/** A value as text, cut where it is long. */
export function shownValue(expression: string): string {
  const value = `cast(${expression} as varchar)`
  return `case when length(${value}) > ${shownMax} then ${value}[:${shownMax}] || '…' else ${value} end`
}

const shownMax = 60
