import type { Column, MaskName } from '../../mesh/index.ts'
import { quoteName } from '../../base/index.ts'
import { typeFamily } from '../../policy/index.ts'
import type { MaskKey } from '../needs.ts'
import { keyedHashSql } from './keyed-hash-sql.ts'

type Masked = Pick<Column, 'type' | 'fields'>

/**
 * The SQL of a mask over the SQL of a raw value; it keeps the type, except that a hash is text. Undefined where the mask
 * does not fit the type: policy replaces such masks beforehand, so the caller refuses.
 */
export function maskSql(mask: MaskName, value: string, column: Masked, key: MaskKey): string | undefined {
  const kind = typeFamily(column.type)
  switch (mask) {
    case 'show-first-4':
      return kind === 'text' ? `left(${value}, 4) || ${crosses(value)}` : undefined
    case 'show-last-4':
      return kind === 'text' ? `${crosses(value)} || right(${value}, 4)` : undefined
    case 'mask-alphanum':
      return kind === 'text'
        ? `regexp_replace(regexp_replace(${value}, '[\\p{L}\\p{M}]', 'x', 'g'), '\\p{N}', 'n', 'g')`
        : undefined
    case 'truncate-to-month':
      return truncated('month', value, column.type)
    case 'truncate-to-year':
      return truncated('year', value, column.type)
    case 'keyed-hash':
      return keyedHashSql(value, column.type, key)
    case 'mask-to-fixed-value':
      return fixedValue(column)
    case 'replace-with-null':
      return `CAST(NULL AS ${column.type})`
  }
}

const crosses = (value: string): string => `repeat('x', greatest(length(${value}) - 4, 0))`

/**
 * Masks are computed of hidden rows too, so none may fail: what has no first day that the type can hold becomes null, as
 * the ends of time do.
 */
function truncated(unit: 'month' | 'year', value: string, type: string): string | undefined {
  switch (typeFamily(type)) {
    case 'date':
      // Through timestamps, as date_trunc goes, it would not reach as far as dates do.
      return `TRY(make_date(year(${value}), ${unit === 'month' ? `month(${value})` : '1'}, 1))`
    case 'timestamp':
      return `TRY(CAST(date_trunc('${unit}', ${value}) AS ${type}))`
    case 'timestamptz':
      return `TRY(timezone('UTC', date_trunc('${unit}', timezone('UTC', ${value}))))`
    default:
      return undefined
  }
}

/** As Iceberg's read restrictions have it, for null too. */
function fixedValue(column: Masked): string | undefined {
  const { type } = column
  switch (typeFamily(type)) {
    case 'text':
      return `CAST('XXXXXXXX' AS ${type})`
    case 'integer':
    case 'decimal':
    case 'float':
      return `CAST(0 AS ${type})`
    case 'boolean':
      return 'CAST(false AS BOOLEAN)'
    case 'date':
    case 'timestamp':
      return `CAST('1970-01-01' AS ${type})`
    case 'timestamptz':
      return `CAST('1970-01-01 00:00:00+00' AS ${type})`
    case 'time':
      return `CAST('00:00:00' AS ${type})`
    case 'uuid':
      return `CAST('00000000-0000-0000-0000-000000000000' AS ${type})`
    case 'binary':
      return `CAST('' AS ${type})`
    case 'list':
      return `CAST([] AS ${type})`
    case 'map':
      return `CAST(MAP {} AS ${type})`
    case 'struct':
      return fixedStruct(column)
    default:
      return undefined
  }
}

function fixedStruct(column: Masked): string | undefined {
  const fields = column.fields ?? []
  const parts = fields.map(field => [field.name, fixedValue(field)] as const)
  if (fields.length === 0 || parts.some(([, sql]) => sql === undefined)) return undefined
  return `struct_pack(${parts.map(([name, sql]) => `${quoteName(name)} := ${sql}`).join(', ')})`
}
