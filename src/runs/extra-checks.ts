import { quoteName } from '../base/index.ts'
import type { Check } from '../contract/index.ts'
import { foldAscii, type Column, type ContractTable, type Output } from '../mesh/index.ts'
import type { StagedTable } from './stage-table.ts'

const none = { severity: 'error', scope: 'batch', comparison: { op: '=', value: '0' }, unit: 'rows' } as const

/** What the way of building asks of a batch besides the contract: one row for each merge key, a watermark in each row. */
export function buildChecks(output: Output, { name: table, columns }: ContractTable): readonly Check[] {
  const checks: Check[] = []
  if (output.mode === 'merge' && !isUniqueAnyway(output.key, columns)) {
    const description = 'A merge needs one row for each key.'
    checks.push({ ...none, id: 'merge.key', table, description, kind: 'duplicates', columns: output.key })
  }
  if (output.watermark !== undefined) {
    const description = 'A row without a watermark would be read again and again, or never.'
    const predicate = `${quoteName(output.watermark)} is null`
    checks.push({ ...none, id: `${output.watermark}.watermark`, table, description, kind: 'rows', predicate })
  }
  return checks
}

/** The contract itself lets no two rows agree on the key, or on a part of it. */
function isUniqueAnyway(key: readonly string[], columns: readonly Column[]): boolean {
  const wanted = new Set(key.map(foldAscii))
  const primary = columns.filter(column => column.keyPosition !== undefined)
  const covers = (of: readonly Column[]) => of.length > 0 && of.every(column => wanted.has(foldAscii(column.name)))
  return covers(primary) || columns.some(column => column.unique && covers([column]))
}

/**
 * Dates that Parquet would hold and Iceberg cannot mean: infinite ones and years before our era. They have no bounds in
 * the file's statistics, so nothing is read where all columns have theirs.
 */
export function rangeChecks({ table, batch, evolved }: StagedTable): readonly Check[] {
  const { file } = batch
  return evolved.schema.fields.flatMap((field): Check[] => {
    if (field.type !== 'date' && field.type !== 'timestamp' && field.type !== 'timestamptz') return []
    const values = file.rows - (file.nullCounts.get(field.id) ?? 0n)
    if (values === 0n || (file.lower.has(field.id) && file.upper.has(field.id))) return []
    const name = quoteName(field.name)
    const description = `${field.name} must be a finite ${field.type} of our era, since tables of the lake hold no other.`
    const predicate = `not isfinite(${name}) or ${name} < '0001-01-01'`
    return [{ ...none, id: `${field.name}.range`, table: table.name, description, kind: 'rows', predicate }]
  })
}
