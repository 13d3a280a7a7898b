import type { BigJson, BigObject } from './big-json.ts'
import type { IcebergField, IcebergSchema, IcebergType } from './iceberg-type.ts'
import type { PartitionSpec } from './partition.ts'

/** A schema as the specification writes it. Nested types already are in that form. */
export function schemaJson(schema: IcebergSchema): BigObject {
  return {
    type: 'struct',
    'schema-id': schema.schemaId,
    ...(schema.identifierFieldIds === undefined ? {} : { 'identifier-field-ids': schema.identifierFieldIds }),
    fields: schema.fields.map(fieldJson),
  }
}

const fieldJson = (field: IcebergField): BigObject => ({
  id: field.id,
  name: field.name,
  required: field.required,
  type: typeJson(field.type),
  ...(field.doc === undefined ? {} : { doc: field.doc }),
})

function typeJson(type: IcebergType): BigJson {
  if (typeof type === 'string') return type
  switch (type.type) {
    case 'struct':
      return { type: 'struct', fields: type.fields.map(fieldJson) }
    case 'list':
      return { ...type, element: typeJson(type.element) }
    case 'map':
      return { ...type, key: typeJson(type.key), value: typeJson(type.value) }
  }
}

export const specJson = (
  spec: PartitionSpec,
): { readonly 'spec-id': number; readonly fields: readonly BigObject[] } => ({
  'spec-id': spec.specId,
  fields: spec.fields.map(field => ({
    'field-id': field.fieldId,
    'source-id': field.sourceId,
    name: field.name,
    transform: field.transform,
  })),
})
