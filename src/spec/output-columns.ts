import type { ContractTable } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'

export interface OutputColumns {
  readonly table: ContractTable
  readonly report: Reporter
  readonly path: Path
  readonly assume: (text: string) => void
}

/** Columns that an output names; each must be one of the table's. */
export function keyColumns(
  names: readonly string[],
  field: 'key' | 'watermark',
  place: OutputColumns,
): readonly string[] {
  const { table, report, path } = place
  const columns = table.columns.map(column => column.name)
  names.forEach((name, i) => {
    if (columns.includes(name)) return
    const message = `${name} is no column of the table ${table.name}.`
    const at = field === 'key' ? [...path, field, i] : [...path, field]
    report.error('build.column-unknown', at, message, suggestion(name, columns))
  })
  return names
}
