import { quoteName } from '../base/index.ts'
import type { Column } from '../mesh/index.ts'
import type { ColumnContext, ReadNested } from './column-context.ts'
import type { Path } from './document-place.ts'
import { mapsOf, textOf, type Plain } from './plain.ts'
import { parseTypeName, type PhysicalType } from './type-name.ts'

export interface ColumnType {
  /** DuckDB's name. */
  readonly type: string
  readonly fields?: readonly Column[]
  readonly element?: Column
}

const unknown: ColumnType = { type: 'VARCHAR' }

/** The engine's type of a property: `physicalType` wins, else `logicalType` with its options. */
export function columnType(property: Plain, path: Path, context: ColumnContext, read: ReadNested): ColumnType {
  const { report } = context
  const { physicalType, logicalType } = property
  if (typeof physicalType === 'string') {
    const parsed = parseTypeName(physicalType)
    if (parsed !== undefined) return fromPhysical(parsed, property, path, context, read)
    if (logicalType === undefined) {
      const message = `No type called ${JSON.stringify(physicalType)} is known, and there is no logicalType.`
      report.error('column.type-unknown', [...path, 'physicalType'], message, 'Add it: logicalType: string')
      return unknown
    }
    if (!/^\s*(list|array|struct|row|record|tuple|map|object|nested|vector)\b/i.test(physicalType)) {
      const message = `No type called ${JSON.stringify(physicalType)} is known: the logicalType was taken.`
      report.warning(
        'column.type-unknown',
        [...path, 'physicalType'],
        message,
        'Write a type of DuckDB or standard SQL.',
      )
    }
  }
  return fromLogical(property, path, context, read)
}

function fromPhysical(
  parsed: PhysicalType,
  property: Plain,
  path: Path,
  context: ColumnContext,
  read: ReadNested,
): ColumnType {
  switch (parsed.kind) {
    case 'plain': {
      const { timezone } = mapsOf(property.logicalTypeOptions)
      // The bare word means either in the world's databases: what the contract says explicitly decides.
      const zoned =
        parsed.type === 'TIMESTAMP' && timezone === true && /^timestamp$/i.test(String(property.physicalType))
      return { type: zoned ? 'TIMESTAMP WITH TIME ZONE' : parsed.type }
    }
    case 'decimal':
      return decimalType(property, path, context) ?? { type: 'DECIMAL(18,3)' }
    case 'unfit': {
      const message = `${parsed.name} cannot be held by an Iceberg table as it is.`
      context.report.error('column.type-unfit', [...path, 'physicalType'], message, `Write instead: ${parsed.instead}`)
      return unknown
    }
    case 'list': {
      if (property.items !== undefined) return fromLogical({ ...property, logicalType: 'array' }, path, context, read)
      return listOf(innerColumn('', parsed.of, path, context, read))
    }
    case 'struct': {
      if (property.properties !== undefined)
        return fromLogical({ ...property, logicalType: 'object' }, path, context, read)
      return structOf(parsed.fields.map(field => innerColumn(field.name, field.type, path, context, read)))
    }
    case 'map': {
      if (property.map !== undefined) return fromLogical({ ...property, logicalType: 'map' }, path, context, read)
      const [key, value] = [parsed.key, parsed.value].map(part => held(innerColumn('', part, path, context, read)).type)
      return { type: `MAP(${key}, ${value})` }
    }
  }
}

function fromLogical(property: Plain, path: Path, context: ColumnContext, read: ReadNested): ColumnType {
  const options = mapsOf(property.logicalTypeOptions)
  switch (property.logicalType) {
    case 'boolean':
      return { type: 'BOOLEAN' }
    case 'date':
      return { type: 'DATE' }
    case 'time':
      return { type: 'TIME' }
    case 'timestamp':
      return { type: options.timezone === false ? 'TIMESTAMP' : 'TIMESTAMP WITH TIME ZONE' }
    case 'integer':
      return integerType(textOf(options.format), path, context)
    case 'number':
      return decimalType(property, path, context) ?? { type: options.format === 'f32' ? 'FLOAT' : 'DOUBLE' }
    case 'object':
      return objectType(property, path, context, read)
    case 'array':
      return arrayType(property, path, context, read)
    case 'map': {
      const { key, value } = mapsOf(property.map)
      const part = (of: unknown, name: string) => held(read({ name, ...mapsOf(of) }, [...path, 'map', name]))
      return { type: `MAP(${part(key, 'key').type}, ${part(value, 'value').type})` }
    }
    case 'vector':
      return { type: options.elementType === 'float64' ? 'DOUBLE[]' : 'FLOAT[]' }
    case undefined: {
      const message = `The column ${String(property.name)} has no type.`
      context.report.error('column.no-type', path, message, 'Add one: logicalType: string')
      return unknown
    }
    default:
      return unknown
  }
}

const integerFormats: Readonly<Record<string, string>> = {
  i8: 'INTEGER',
  i16: 'INTEGER',
  i32: 'INTEGER',
  i64: 'BIGINT',
  u8: 'INTEGER',
  u16: 'INTEGER',
  u32: 'BIGINT',
  u64: 'DECIMAL(20,0)',
}

function integerType(format: string | undefined, path: Path, { report }: ColumnContext): ColumnType {
  if (format === undefined) return { type: 'BIGINT' }
  const type = integerFormats[format]
  if (type !== undefined) return { type }
  const message = `Integers of the format ${format} have more digits than an Iceberg table can hold.`
  report.error(
    'column.type-unfit',
    [...path, 'logicalTypeOptions', 'format'],
    message,
    'Write i64, or physicalType: DECIMAL(38,0)',
  )
  return unknown
}

/** Contracts have no place for precision and scale but these two, which other tools write. */
function decimalType(property: Plain, path: Path, { report }: ColumnContext): ColumnType | undefined {
  const custom = Array.isArray(property.customProperties) ? property.customProperties.map(mapsOf) : []
  const valueOf = (name: string) => custom.find(entry => entry.property === name)?.value
  const [precision, scale] = [valueOf('precision'), valueOf('scale') ?? 0].map(value =>
    value === undefined ? NaN : Number(value),
  )
  if (valueOf('precision') === undefined) return undefined
  const fits = Number.isInteger(precision) && Number.isInteger(scale) && precision! >= 1 && precision! <= 38
  if (fits && scale! >= 0 && scale! <= precision!) return { type: `DECIMAL(${precision},${scale})` }
  const message = `A DECIMAL(${precision},${scale}) does not exist: precision is 1 to 38, scale 0 to precision.`
  report.error('column.precision', [...path, 'customProperties'], message, 'Write physicalType: DECIMAL(18,3)')
  return unknown
}

function objectType(property: Plain, path: Path, context: ColumnContext, read: ReadNested): ColumnType {
  if (!Array.isArray(property.properties) || property.properties.length === 0) {
    const message = `The object ${String(property.name)} names no properties: it was taken as JSON.`
    context.report.warning('column.object-open', path, message, 'Name its properties, or write physicalType: JSON')
    return { type: 'JSON' }
  }
  const needed = mapsOf(property.logicalTypeOptions).required
  const required = new Set(Array.isArray(needed) ? needed : [])
  return structOf(
    property.properties.map((member, i) => {
      const column = read(mapsOf(member), [...path, 'properties', i])
      return required.has(column.name) ? { ...column, required: true } : column
    }),
  )
}

function arrayType(property: Plain, path: Path, context: ColumnContext, read: ReadNested): ColumnType {
  if (property.items !== undefined) {
    return listOf(read({ name: 'element', ...mapsOf(property.items) }, [...path, 'items']))
  }
  const message = `The array ${String(property.name)} does not say what it holds: text was assumed.`
  context.report.warning('column.array-open', path, message, 'Add it: items: {logicalType: string}')
  return listOf(innerColumn('element', { kind: 'plain', type: 'VARCHAR' }, path, context, read))
}

const structOf = (members: readonly Column[]): ColumnType => {
  const fields = members.map(held)
  return { type: `STRUCT(${fields.map(field => `${quoteName(field.name)} ${field.type}`).join(', ')})`, fields }
}

function listOf(part: Column): ColumnType {
  const element = held(part)
  return { type: `${element.type}[]`, element }
}

/** JSON inside another value is its text: Iceberg knows no JSON, and only of a whole column is it remembered. */
const held = <T extends { readonly type: string }>(part: T): T =>
  part.type === 'JSON' ? { ...part, type: 'VARCHAR' } : part

/** A part that only the physical type's text names. */
function innerColumn(name: string, type: PhysicalType, path: Path, context: ColumnContext, read: ReadNested): Column {
  return {
    ...fromPhysical(type, {}, path, context, read),
    name: name === '' ? 'element' : name,
    logicalType: '',
    required: false,
    unique: false,
    tags: [],
    examples: [],
    options: {},
  }
}
