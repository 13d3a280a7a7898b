import type { OdcsLevel } from './odcs-level.ts'
import {
  boolean,
  count,
  list,
  needed,
  number,
  object,
  oneOf,
  text,
  texts,
  whole,
  type Fields,
  type Shape,
} from './shape.ts'

/** What the parts of a property need from the rest of the standard. */
export interface PropertyParts {
  readonly element: Fields
  readonly quality: Shape
  readonly relationships: Shape
  readonly enumValue: Shape
}

const baseTypes = ['string', 'date', 'number', 'integer', 'object', 'array', 'boolean'] as const

/** A column, a member of an object (both with a name) or an item of an array, a map's key or value (without). */
export function propertyShapes(
  level: OdcsLevel,
  parts: PropertyParts,
): { readonly named: Shape; readonly item: Shape } {
  const types = [...baseTypes, ...(level < 3.1 ? [] : ['timestamp', 'time']), ...(level < 3.2 ? [] : ['map', 'vector'])]
  const options = optionFields(level)
  const common: Fields = {
    ...parts.element,
    primaryKey: boolean,
    primaryKeyPosition: whole,
    logicalType: oneOf(...types),
    physicalType: text,
    physicalName: text,
    required: boolean,
    unique: boolean,
    partitioned: boolean,
    partitionKeyPosition: whole,
    classification: text,
    encryptedName: text,
    transformSourceObjects: texts,
    transformLogic: text,
    transformDescription: text,
    examples: list({ kind: 'any' }),
    criticalDataElement: boolean,
    quality: parts.quality,
    ...(level < 3.1 ? {} : { relationships: parts.relationships }),
    ...(level < 3.2
      ? {}
      : {
          semanticType: oneOf('column', 'measure', 'dimension'),
          enum: { kind: 'list', of: () => parts.enumValue, min: 1, unique: true },
        }),
  }
  const byType = new Map<string, { readonly named: Fields; readonly item: Fields }>()
  for (const type of ['', ...types]) {
    const fields: Fields = { ...common, ...nested(type), ...optionsOf(type) }
    byType.set(type, {
      named: { ...fields, name: needed(text) },
      // The schemas give an item its members whatever its type is.
      item: { ...fields, properties: list(() => shapes.named) },
    })
  }
  const fieldsOf = (value: Readonly<Record<string, unknown>>) =>
    byType.get(typeof value.logicalType === 'string' ? value.logicalType : '') ?? byType.get('')!
  const shapes = { named: object(v => fieldsOf(v).named), item: object(v => fieldsOf(v).item) }
  return shapes

  function nested(type: string): Fields {
    if (type === 'object') return { properties: list(() => shapes.named) }
    if (type === 'array') return { items: object(v => fieldsOf(v).item) }
    if (type !== 'map') return {}
    const item = object(v => fieldsOf(v).item)
    return { map: needed(object({ key: needed(item), value: needed(item) })) }
  }

  function optionsOf(type: string): Fields {
    const known = options[type]
    if (type === 'vector') return { logicalTypeOptions: needed(object(known ?? {})) }
    if (known !== undefined) return { logicalTypeOptions: object(known) }
    // A type without options of its own has an open map; without a type there is nothing that options could be about.
    return type === '' ? { logicalTypeOptions: object({}) } : { logicalTypeOptions: object({}, { open: true }) }
  }
}

function optionFields(level: OdcsLevel): Readonly<Record<string, Fields>> {
  const above: Shape = { kind: 'number', above: 0 }
  // Version 3.0 says by true or false whether the bound is excluded, later ones write the excluded bound itself.
  const range = (bound: Shape): Fields => ({
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: level < 3.1 ? boolean : bound,
    exclusiveMaximum: level < 3.1 ? boolean : bound,
  })
  const date: Fields = { format: text, ...range(text) }
  const time: Fields = { ...date, timezone: boolean, defaultTimezone: text }
  const integers = [8, 16, 32, 64, 128].flatMap(bits => [`i${bits}`, `u${bits}`])
  return {
    string: { minLength: count, maxLength: count, pattern: text, format: text },
    date,
    integer: { multipleOf: above, ...range(number), format: oneOf(...integers) },
    number: { multipleOf: above, ...range(number), format: oneOf('f32', 'f64') },
    object: {
      minProperties: count,
      maxProperties: count,
      required: { kind: 'list', of: () => text, min: 1, unique: true },
    },
    array: { minItems: count, maxItems: count, uniqueItems: boolean },
    ...(level < 3.1 ? {} : { timestamp: time, time }),
    vector: {
      dimensions: needed({ kind: 'number', whole: true, minimum: 1 }),
      elementType: oneOf('bfloat16', 'binary', 'float16', 'float32', 'float64', 'int8', 'uint8'),
      distanceMetric: oneOf('cosine', 'dotProduct', 'euclidean', 'hamming', 'manhattan'),
      embeddingModel: text,
      embeddingModelVersion: text,
      normalized: boolean,
    },
  }
}
