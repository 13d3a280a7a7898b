import { quoteName } from '../base/index.ts'
import type { Check } from '../contract/index.ts'
import { foldAscii, type Column, type ContractTable, type Output } from '../mesh/index.ts'
import { canBeInfinite, isMark } from './last-mark.ts'
import type { StagedTable } from './stage-table.ts'

const none = { severity: 'error', scope: 'batch', comparison: { op: '=', value: '0' }, unit: 'rows' } as const

/** What the way of building asks of a batch besides the contract: one row for each merge key, a watermark in each row. */
export function buildChecks(output: Output, { name: table, columns }: ContractTable): readonly Check[] {
  const checks: Check[] = []
  if (output.mode === 'merge' && !isUniqueAnyway(output.key, columns)) {
    const description = `several rows of one ${output.key.join(', ')} in a merge`
    checks.push({ ...none, id: 'merge.key', table, description, kind: 'duplicates', columns: output.key })
  }
  if (output.watermark !== undefined) {
    const { watermark } = output
    const type = columns.find(({ name }) => foldAscii(name) === foldAscii(watermark))?.type ?? ''
    const description = `no ${canBeInfinite(type) ? 'finite ' : ''}watermark in ${watermark}`
    const predicate = `not ${isMark(quoteName(watermark), type)}`
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
    const description = `${field.name} must be a finite ${field.type} of our era, since tables of the lake hold no other`
    const predicate = `not isfinite(${name}) or ${name} < '0001-01-01'`
    return [{ ...none, id: `${field.name}.range`, table: table.name, description, kind: 'rows', predicate }]
  })
}
