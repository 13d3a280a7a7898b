import { foldAscii, type Column } from '../mesh/index.ts'
import type { Broken } from './compile-policy.ts'
import type { Condition } from './condition.ts'
import { valuesOf } from './condition-parts.ts'
import type { Demanded } from './target.ts'

/** Why a filter cannot be put in force on a table, or undefined where it can. */
export function filterFault(
  filter: Condition | Broken,
  target: Pick<Demanded, 'columns' | 'version' | 'unbound'>,
): string | undefined {
  if (filter.kind === 'broken') return filter.why
  if (target.unbound === true) return undefined
  for (const { value, exists } of valuesOf(filter)) {
    const governed = exists === undefined ? value.kind === 'column' : value.kind === 'row-column'
    if (!governed || (value.kind !== 'column' && value.kind !== 'row-column')) continue
    if (columnAt(target.columns, value.path) === undefined)
      return `its filter names ${value.path.join('.')}, and ${target.version.id} has no such column`
  }
  return undefined
}

/** The column that a dotted path names, as SQL compares names. */
export function columnAt(columns: readonly Column[], path: readonly string[]): Column | undefined {
  const [first, ...rest] = path
  const column = columns.find(c => foldAscii(c.name) === foldAscii(first ?? ''))
  return column === undefined || rest.length === 0 ? column : columnAt(column.fields ?? [], rest)
}
