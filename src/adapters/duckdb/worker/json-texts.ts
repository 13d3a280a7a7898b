import { bufferOf, validityOf, type ArrowArray } from './arrow-chunk.ts'
import { isoStyle } from './date-text.ts'
import type { DuckType } from './duck-type.ts'
import { offsetsOf, scalarTexts, textColumn, type ScalarType } from './scalar-texts.ts'

/**
 * A column as JSON values, `null` included. Numbers that a double cannot hold are texts, value by value; lists are arrays,
 * structs objects (unnamed ones arrays), maps arrays of pairs, unions objects of one member.
 */
export function jsonTexts(type: DuckType, array: ArrowArray): string[] {
  const texts = validTexts(type, array)
  return type.kind === 'union' ? texts : withNulls(texts, array, 'null')
}

function validTexts(type: DuckType, array: ArrowArray): string[] {
  switch (type.kind) {
    case 'null':
      return Array.from({ length: array.length }, () => 'null')
    case 'boolean':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return scalarTexts(type, array, isoStyle)
    case 'int64':
    case 'uint64':
    case 'int128':
    case 'uint128':
    case 'bignum':
      return map(scalarTexts(type, array, isoStyle), safeInteger)
    case 'float':
    case 'double':
      return map(scalarTexts(type, array, isoStyle), finite)
    case 'text':
      return jsonStrings(array)
    case 'enum':
      return map(scalarTexts(type, array, isoStyle), jsonString)
    case 'list':
      return listTexts(jsonTexts(type.item, array.children[0]!), offsetsOf(array))
    case 'array': {
      const offsets = Int32Array.from({ length: array.length + 1 }, (_, i) => i * type.size)
      return listTexts(jsonTexts(type.item, array.children[0]!), offsets)
    }
    case 'map':
      return mapTexts(type, array)
    case 'struct': {
      const fields = type.fields.map((field, i) => jsonTexts(field.type, array.children[i]!))
      return structTexts(type, fields, array.length)
    }
    case 'union': {
      const tags = bufferOf(array, 0, array.length)
      const members = type.fields.map((field, i) => jsonTexts(field.type, array.children[i]!))
      const keys = type.fields.map(field => `{${JSON.stringify(field.name)}:`)
      return Array.from({ length: array.length }, (_, i) => {
        const [key, value] = [keys[tags[i]!], members[tags[i]!]?.[i]]
        // Arrow's unions have no nulls: a null one is its first member without a value.
        return key === undefined || (tags[i] === 0 && value === 'null') ? 'null' : `${key}${value}}`
      })
    }
    default:
      return map(scalarTexts(type satisfies ScalarType, array, isoStyle), text => `"${text}"`)
  }
}

/** Not for unions: they have no nulls of their own, and other things in the place of the bits. */
export function withNulls(texts: string[], array: ArrowArray, none: string): string[] {
  const validity = validityOf(array)
  if (validity === undefined) return texts
  for (let i = 0; i < texts.length; i++) if ((validity[i >> 3]! & (1 << (i & 7))) === 0) texts[i] = none
  return texts
}

function map(texts: string[], change: (text: string) => string): string[] {
  for (let i = 0; i < texts.length; i++) texts[i] = change(texts[i]!)
  return texts
}

const safeInteger = (digits: string): string =>
  digits.length < 16 || Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`

const finite = (text: string): string => {
  const last = text.charCodeAt(text.length - 1)
  return last === 78 || last === 121 ? `"${text}"` : text // NaN, Infinity
}

// oxlint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f]/

const jsonString = (text: string): string => (special.test(text) ? JSON.stringify(text) : `"${text}"`)

/** Looks for characters to escape once in the whole column. */
function jsonStrings(array: ArrowArray): string[] {
  const { ascii, offsets, bytes } = textColumn(array)
  const texts: string[] = []
  const plain = ascii !== undefined && !special.test(ascii)
  for (let i = 0; i < array.length; i++) {
    const [from, to] = [offsets[i]!, offsets[i + 1]!]
    if (plain) texts[i] = `"${ascii.slice(from, to)}"`
    else texts[i] = jsonString(ascii === undefined ? bytes.toString('utf8', from, to) : ascii.slice(from, to))
  }
  return texts
}

function listTexts(items: readonly string[], offsets: Int32Array): string[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => `[${items.slice(offsets[i], offsets[i + 1]).join(',')}]`)
}

function mapTexts(type: DuckType & { kind: 'map' }, array: ArrowArray): string[] {
  const entries = array.children[0]!
  const keys = jsonTexts(type.key, entries.children[0]!)
  const values = jsonTexts(type.value, entries.children[1]!)
  return listTexts(
    keys.map((key, i) => `[${key},${values[i]}]`),
    offsetsOf(array),
  )
}

function structTexts(
  type: DuckType & { kind: 'struct' },
  fields: readonly (readonly string[])[],
  length: number,
): string[] {
  const keys = type.fields.map(
    (field, i) => `${i > 0 ? ',' : ''}${type.unnamed ? '' : `${JSON.stringify(field.name)}:`}`,
  )
  const [open, close] = type.unnamed ? (['[', ']'] as const) : (['{', '}'] as const)
  return Array.from({ length }, (_, row) => {
    let text = open
    for (let i = 0; i < keys.length; i++) text += keys[i]! + fields[i]![row]!
    return text + close
  })
}
