/** A type as the Iceberg specification writes it in JSON: primitive text (`long`, `decimal(12,2)`) or a nested object. */
export type IcebergType = string | StructType | ListType | MapType

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly IcebergField[]
}

export interface ListType {
  readonly type: 'list'
  readonly 'element-id': number
  readonly element: IcebergType
  readonly 'element-required': boolean
}

export interface MapType {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: IcebergType
  readonly 'value-id': number
  readonly value: IcebergType
  readonly 'value-required': boolean
}

export interface IcebergField {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: IcebergType
  readonly doc?: string
}

export interface IcebergSchema {
  readonly schemaId: number
  readonly fields: readonly IcebergField[]
  /** Ids of the columns that identify a row, where the writer said so. */
  readonly identifierFieldIds?: readonly number[]
}

/** A value column of a Parquet file: its path there, with `element`, `key` and `value` for lists and maps. */
export interface Leaf {
  readonly id: number
  readonly path: readonly string[]
  readonly type: string
  /** Below a list or map: one row holds many values, so bounds say nothing about rows. */
  readonly repeated: boolean
}

/** All primitive columns below the fields, depth first. */
export function leavesOf(fields: readonly IcebergField[]): readonly Leaf[] {
  return fields.flatMap(field => leavesBelow(field.id, field.type, [field.name], false))
}

function leavesBelow(id: number, type: IcebergType, path: readonly string[], repeated: boolean): readonly Leaf[] {
  if (typeof type === 'string') return [{ id, path, type, repeated }]
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap(field => leavesBelow(field.id, field.type, [...path, field.name], repeated))
    case 'list':
      return leavesBelow(type['element-id'], type.element, [...path, 'element'], true)
    case 'map':
      return [
        ...leavesBelow(type['key-id'], type.key, [...path, 'key'], true),
        ...leavesBelow(type['value-id'], type.value, [...path, 'value'], true),
      ]
  }
}

/** The highest id that a type or one of its parts carries; 0 for none. */
export function highestId(fields: readonly IcebergField[]): number {
  return fields.reduce((highest, field) => Math.max(highest, field.id, highestIdOf(field.type)), 0)
}

function highestIdOf(type: IcebergType): number {
  if (typeof type === 'string') return 0
  switch (type.type) {
    case 'struct':
      return highestId(type.fields)
    case 'list':
      return Math.max(type['element-id'], highestIdOf(type.element))
    case 'map':
      return Math.max(type['key-id'], type['value-id'], highestIdOf(type.key), highestIdOf(type.value))
  }
}

/** Precision and scale of `decimal(p,s)`; undefined for other types. */
export function decimalOf(type: string): { readonly precision: number; readonly scale: number } | undefined {
  const match = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type)
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) }
}
