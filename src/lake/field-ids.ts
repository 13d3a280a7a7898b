import { quoteText } from '../base/index.ts'
import type { IcebergField, IcebergSchema, IcebergType } from './iceberg-type.ts'

/** The value of `field_ids` for DuckDB's COPY: every column and every part of a nested one gets its id. */
export const fieldIdsSql = (schema: Pick<IcebergSchema, 'fields'>): string => `{${fields(schema.fields)}}`

const fields = (of: readonly IcebergField[]): string => of.map(f => entry(f.name, f.id, f.type)).join(', ')

function entry(name: string, id: number, type: IcebergType): string {
  const parts = typeof type === 'string' ? '' : `, ${partsOf(type)}`
  return `${quoteText(name)}: ${parts === '' ? id : `{'__duckdb_field_id': ${id}${parts}}`}`
}

function partsOf(type: Exclude<IcebergType, string>): string {
  switch (type.type) {
    case 'struct':
      return fields(type.fields)
    case 'list':
      return entry('element', type['element-id'], type.element)
    case 'map':
      return `${entry('key', type['key-id'], type.key)}, ${entry('value', type['value-id'], type.value)}`
  }
}
