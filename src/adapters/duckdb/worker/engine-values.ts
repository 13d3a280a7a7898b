import { bufferOf, validityOf, type ArrowArray } from './arrow-chunk.ts'
import { engineStyle } from './date-text.ts'
import type { DuckType } from './duck-type.ts'
import { offsetsOf, scalarTexts } from './scalar-texts.ts'

/**
 * A value on its way through JSON: what JSON has no form for is an array that begins with its kind: `int`, `double`,
 * `list`, or `struct` with pairs of name and value. `engineValue` reads it back on the server's side.
 */
export type WireValue = null | boolean | number | string | WireArray
export interface WireArray extends ReadonlyArray<WireValue> {}

/** A column as values: BIGINT and wider as big integers, dates, decimals and the like as the engine's text. */
export function wireValues(type: DuckType, array: ArrowArray): WireValue[] {
  const values = validValues(type, array)
  const validity = type.kind === 'union' ? undefined : validityOf(array)
  return validity === undefined
    ? values
    : values.map((value, i) => ((validity[i >> 3]! & (1 << (i & 7))) === 0 ? null : value))
}

function validValues(type: DuckType, array: ArrowArray): WireValue[] {
  switch (type.kind) {
    case 'null':
      return Array.from({ length: array.length }, () => null)
    case 'boolean':
      return [...bufferOf(array, 1, array.length)].map(byte => byte !== 0)
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return scalarTexts(type, array, engineStyle).map(Number)
    case 'int64':
    case 'uint64':
    case 'int128':
    case 'uint128':
    case 'bignum':
      return scalarTexts(type, array, engineStyle).map(text => ['int', text])
    case 'float':
    case 'double':
      return scalarTexts(type, array, engineStyle).map(text =>
        Number.isFinite(Number(text)) && text !== '-0' ? Number(text) : ['double', text],
      )
    case 'list':
      return lists(wireValues(type.item, array.children[0]!), offsetsOf(array))
    case 'array':
      return lists(
        wireValues(type.item, array.children[0]!),
        Int32Array.from({ length: array.length + 1 }, (_, i) => i * type.size),
      )
    case 'map': {
      const entries = array.children[0]!
      const keys = wireValues(type.key, entries.children[0]!)
      const values = wireValues(type.value, entries.children[1]!)
      return lists(
        keys.map((key, i) => ['list', key, values[i]!]),
        offsetsOf(array),
      )
    }
    case 'struct': {
      const fields = type.fields.map((field, i) => wireValues(field.type, array.children[i]!))
      return Array.from({ length: array.length }, (_, row) =>
        type.unnamed
          ? ['list', ...fields.map(values => values[row]!)]
          : ['struct', ...type.fields.map((field, i) => [field.name, fields[i]![row]!] as const)],
      )
    }
    case 'union': {
      const tags = bufferOf(array, 0, array.length)
      const members = type.fields.map((field, i) => wireValues(field.type, array.children[i]!))
      return Array.from({ length: array.length }, (_, row) => {
        const field = type.fields[tags[row]!]
        const value = members[tags[row]!]?.[row] ?? null
        // As in `jsonTexts`: a null union is its first member without a value.
        return field === undefined || (tags[row] === 0 && value === null) ? null : ['struct', [field.name, value]]
      })
    }
    default:
      return scalarTexts(type, array, engineStyle)
  }
}

function lists(items: readonly WireValue[], offsets: Int32Array): WireValue[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => ['list', ...items.slice(offsets[i], offsets[i + 1])])
}
