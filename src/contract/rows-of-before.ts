import { foldAscii, type ContractTable, type Product } from '../mesh/index.ts'
import type { Change } from './change.ts'

/** Says of what a table is checked for anew that rows which it keeps are checked for it too: a run can fail by them. */
export function withRowsOfBefore(changes: readonly Change[], after: Product): readonly Change[] {
  const keeping = new Set(
    Object.entries(after.build.outputs)
      .filter(([, output]) => output.mode !== 'full')
      .flatMap(([table, output]) => [table, ...(output.rejects === undefined ? [] : [output.rejects])])
      .map(foldAscii),
  )
  const tables = after.ports.flatMap(port => port.contract.tables)
  return changes.map(change =>
    keeping.has(foldAscii(change.table)) && isAsked(change, tables)
      ? { ...change, message: `${change.message} The rows that are published already are checked for it too.` }
      : change,
  )
}

function isAsked({ kind, table, column }: Change, tables: readonly ContractTable[]): boolean {
  if (kind !== 'column-added') return asking.has(kind)
  const columns = tables.filter(each => each.name === table).flatMap(each => each.columns)
  return columns.some(each => each.name === column && (each.required || each.keyPosition !== undefined))
}

const asking: ReadonlySet<string> = new Set([
  'required-added',
  'unique-added',
  'limit-narrowed',
  'key-added',
  'check-added',
  'check-changed',
  'check-severity',
])
