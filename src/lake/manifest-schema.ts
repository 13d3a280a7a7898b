import type { AvroSchema } from './avro-container.ts'
import { decimalOf, type IcebergField } from './iceberg-type.ts'
import { partitionType, type PartitionSpec } from './partition.ts'

type Field = { readonly name: string; readonly type: unknown; readonly 'field-id': number; readonly default?: null }

const required = (name: string, id: number, type: unknown): Field => ({ name, type, 'field-id': id })
const optional = (name: string, id: number, type: unknown): Field => ({
  name,
  type: ['null', type],
  default: null,
  'field-id': id,
})

/** Avro has no maps with integer keys: Iceberg writes them as arrays of records named for their ids. */
const mapOf = (keyId: number, valueId: number, value: string): unknown => ({
  type: 'array',
  logicalType: 'map',
  items: {
    type: 'record',
    name: `k${keyId}_v${valueId}`,
    fields: [required('key', keyId, 'int'), required('value', valueId, value)],
  },
})

const dataFileFields = (partition: unknown): readonly Field[] => [
  required('content', 134, 'int'),
  required('file_path', 100, 'string'),
  required('file_format', 101, 'string'),
  required('partition', 102, partition),
  required('record_count', 103, 'long'),
  required('file_size_in_bytes', 104, 'long'),
  optional('column_sizes', 108, mapOf(117, 118, 'long')),
  optional('value_counts', 109, mapOf(119, 120, 'long')),
  optional('null_value_counts', 110, mapOf(121, 122, 'long')),
  optional('nan_value_counts', 137, mapOf(138, 139, 'long')),
  optional('lower_bounds', 125, mapOf(126, 127, 'bytes')),
  optional('upper_bounds', 128, mapOf(129, 130, 'bytes')),
  optional('key_metadata', 131, 'bytes'),
  optional('split_offsets', 132, { type: 'array', items: 'long', 'element-id': 133 }),
  optional('equality_ids', 135, { type: 'array', items: 'int', 'element-id': 136 }),
  optional('sort_order_id', 140, 'int'),
]

/** The Avro schema of a manifest whose files are partitioned by `spec`. */
export function manifestSchema(spec: PartitionSpec, fields: readonly IcebergField[]): AvroSchema {
  const partition = {
    type: 'record',
    name: 'r102',
    fields: spec.fields.map(f => optional(avroName(f.name), f.fieldId, avroType(partitionType(f, fields), f.fieldId))),
  }
  const dataFile = { type: 'record', name: 'r2', fields: dataFileFields(partition) }
  return { type: 'record', name: 'manifest_entry', fields: entryFields(dataFile) }
}

const entryFields = (dataFile: unknown): readonly Field[] => [
  required('status', 0, 'int'),
  optional('snapshot_id', 1, 'long'),
  optional('sequence_number', 3, 'long'),
  optional('file_sequence_number', 4, 'long'),
  required('data_file', 2, dataFile),
]

const summaryItem = {
  type: 'record',
  name: 'r508',
  fields: [
    required('contains_null', 509, 'boolean'),
    optional('contains_nan', 518, 'boolean'),
    optional('lower_bound', 510, 'bytes'),
    optional('upper_bound', 511, 'bytes'),
  ],
}

const listFields: readonly Field[] = [
  required('manifest_path', 500, 'string'),
  required('manifest_length', 501, 'long'),
  required('partition_spec_id', 502, 'int'),
  required('content', 517, 'int'),
  required('sequence_number', 515, 'long'),
  required('min_sequence_number', 516, 'long'),
  required('added_snapshot_id', 503, 'long'),
  required('added_files_count', 504, 'int'),
  required('existing_files_count', 505, 'int'),
  required('deleted_files_count', 506, 'int'),
  required('added_rows_count', 512, 'long'),
  required('existing_rows_count', 513, 'long'),
  required('deleted_rows_count', 514, 'long'),
  optional('partitions', 507, { type: 'array', items: summaryItem, 'element-id': 508 }),
  optional('key_metadata', 519, 'bytes'),
]

export const manifestListSchema: AvroSchema = { type: 'record', name: 'manifest_file', fields: listFields }

const names = new Map(
  [...entryFields('null'), ...dataFileFields('null'), ...listFields].map(field => [field['field-id'], field.name]),
)

/**
 * The writer's schema with the names that this room uses: Iceberg finds fields by id, and older writers named some otherwise. Fields of
 * the partition record are named by their id, since specs name them.
 */
export function withOurNames(schema: AvroSchema): AvroSchema {
  return renamed(schema, field => names.get(field['field-id'])) as AvroSchema
}

function renamed(schema: unknown, nameOf: (field: Field) => string | undefined): unknown {
  if (Array.isArray(schema)) return schema.map((part: unknown) => renamed(part, nameOf))
  if (schema === null || typeof schema !== 'object' || !('type' in schema)) return schema
  if (schema.type !== 'record' || !('fields' in schema)) return { ...schema, type: renamed(schema.type, nameOf) }
  const fields = (schema.fields as readonly Field[]).map(field => ({
    ...field,
    name: nameOf(field) ?? field.name,
    type: renamed(field.type, field['field-id'] === 102 ? part => `f${part['field-id']}` : nameOf),
  }))
  return { ...schema, fields }
}

/** Avro's names are letters, digits and `_`: other characters as Iceberg's own libraries escape them. */
export function avroName(name: string): string {
  return name.replace(/^\d|[^A-Za-z0-9_]/gu, char =>
    /\d/.test(char) ? `_${char}` : `_x${char.codePointAt(0)!.toString(16).toUpperCase()}`,
  )
}

function avroType(type: string, fieldId: number): unknown {
  const decimal = decimalOf(type)
  if (decimal !== undefined) {
    const fixed = { type: 'fixed', name: `decimal_${fieldId}`, size: decimalSize(decimal.precision) }
    return { ...fixed, logicalType: 'decimal', precision: decimal.precision, scale: decimal.scale }
  }
  switch (type) {
    case 'date':
      return { type: 'int', logicalType: 'date' }
    case 'time':
      return { type: 'long', logicalType: 'time-micros' }
    case 'timestamp':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false }
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true }
    case 'uuid':
      return { type: 'fixed', name: `uuid_${fieldId}`, size: 16, logicalType: 'uuid' }
    case 'binary':
      return 'bytes'
    default:
      return type
  }
}

/** Fewest bytes that hold every unscaled value of a precision. */
export function decimalSize(precision: number): number {
  let size = 1
  while (1n << BigInt(size * 8 - 1) <= 10n ** BigInt(precision) - 1n) size++
  return size
}
