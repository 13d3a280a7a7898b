import { countOf } from '../base/index.ts'
import { formatPath, type Path } from './document-place.ts'
import type { Finding } from './reporter.ts'
import { described, missingKey, nameOf, suggestion, typeFix, unknownKey, unquoted } from './shape-findings.ts'

/** What a value of a standard's document may look like, as plain data. The mesh's own documents have zod schemas instead. */
export type Shape = { readonly needed?: true } & (
  | { readonly kind: 'text'; readonly oneOf?: readonly string[]; readonly pattern?: RegExp; readonly says?: string }
  | { readonly kind: 'number'; readonly whole?: true; readonly minimum?: number; readonly above?: number }
  | { readonly kind: 'boolean' | 'any' | 'scalar' }
  | {
      readonly kind: 'list'
      readonly of: () => Shape
      readonly min?: number
      readonly max?: number
      readonly unique?: true
    }
  | { readonly kind: 'object'; readonly fields: (value: Plain) => Fields; readonly open?: true; readonly also?: Also }
  /** Chosen by what the value is. */
  | {
      readonly kind: 'either'
      readonly text?: Shape
      readonly number?: Shape
      readonly list?: Shape
      readonly object?: Shape
    }
)

export type Plain = Readonly<Record<string, unknown>>
export type Fields = Readonly<Record<string, Shape>>
/** What must hold between the fields of one object. */
export type Also = (value: Plain, path: Path, found: (finding: Finding) => void) => void

export const text: Shape = { kind: 'text' }
export const number: Shape = { kind: 'number' }
export const whole: Shape = { kind: 'number', whole: true }
export const count: Shape = { kind: 'number', whole: true, minimum: 0 }
export const boolean: Shape = { kind: 'boolean' }
export const any: Shape = { kind: 'any' }
export const scalar: Shape = { kind: 'scalar' }
export const texts: Shape = { kind: 'list', of: () => text }

export const oneOf = (...values: readonly string[]): Shape => ({ kind: 'text', oneOf: values })
export const list = (of: Shape | (() => Shape)): Shape => ({
  kind: 'list',
  of: typeof of === 'function' ? of : () => of,
})
export const object = (
  fields: Fields | ((value: Plain) => Fields),
  more: { open?: true; also?: Also } = {},
): Shape => ({
  kind: 'object',
  fields: typeof fields === 'function' ? fields : () => fields,
  ...more,
})
export const needed = (shape: Shape): Shape => ({ ...shape, needed: true })

/** Everything in which a value differs from its shape. `sourceAt` gives a scalar as written, for messages. */
export function checkShape(
  shape: Shape,
  value: unknown,
  sourceAt: (path: Path) => string | undefined,
): readonly Finding[] {
  const findings: Finding[] = []
  const found = (finding: Finding) => void findings.push(finding)
  check(shape, value, [])
  return findings

  function check(shape: Shape, value: unknown, path: Path): void {
    switch (shape.kind) {
      case 'any':
        return
      case 'scalar':
        if (typeof value === 'object' && value !== null) wrongType(path, 'one value', value)
        return
      case 'text':
        return checkText(shape, value, path)
      case 'boolean':
        if (typeof value !== 'boolean') wrongType(path, 'true or false', value)
        return
      case 'number':
        return checkNumber(shape, value, path)
      case 'list':
        return checkList(shape, value, path)
      case 'object':
        return checkObject(shape, value, path)
      case 'either': {
        const chosen = shape[kindOf(value)]
        if (chosen === undefined) wrongType(path, alternatives(shape), value)
        else check(chosen, value, path)
      }
    }
  }

  function checkText(shape: Shape & { kind: 'text' }, value: unknown, path: Path): void {
    if (typeof value !== 'string') return wrongText(path, value)
    if (shape.oneOf !== undefined && !shape.oneOf.includes(value)) {
      const message = `${formatPath(path)} is ${JSON.stringify(value)}, which is none of its values.`
      found({ code: 'document.value', path, message, fix: suggestion(value, shape.oneOf) })
    } else if (shape.pattern !== undefined && !shape.pattern.test(value)) {
      const message = `${formatPath(path)} is ${JSON.stringify(value)}, but it must be ${shape.says ?? 'of another form'}.`
      found({ code: 'document.value', path, message, fix: `Write ${shape.says ?? 'it in another form'}.` })
    }
  }

  function checkNumber(shape: Shape & { kind: 'number' }, value: unknown, path: Path): void {
    const what = shape.whole === true ? 'a whole number' : 'a number'
    if (typeof value !== 'number' || Number.isNaN(value)) return wrongType(path, what, value)
    const tooSmall =
      (shape.minimum !== undefined && value < shape.minimum) || (shape.above !== undefined && value <= shape.above)
    if (shape.whole === true && !Number.isInteger(value)) return wrongType(path, what, value)
    if (tooSmall) {
      const bound = shape.minimum === undefined ? `greater than ${shape.above}` : `at least ${shape.minimum}`
      const message = `${formatPath(path)} is ${value}, but it must be ${bound}.`
      found({ code: 'document.value', path, message, fix: `Write ${what} that is ${bound}.` })
    }
  }

  function checkList(shape: Shape & { kind: 'list' }, value: unknown, path: Path): void {
    if (!Array.isArray(value)) return wrongType(path, 'a list', value)
    const items: readonly unknown[] = value
    const { min = 0, max = Infinity } = shape
    if (items.length < min || items.length > max) {
      const many = min === max ? `exactly ${min}` : items.length < min ? `at least ${min}` : `at most ${max}`
      const message = `${formatPath(path)} has ${countOf(items.length, 'entry', 'entries')}, but ${many} ${many.endsWith(' 1') ? 'is' : 'are'} needed.`
      const fix =
        items.length < min
          ? `Add ${countOf(min - items.length, 'entry', 'entries')}.`
          : `Remove ${countOf(items.length - max, 'entry', 'entries')}.`
      found({ code: 'document.length', path, message, fix })
    }
    items.forEach((item, i) => check(shape.of(), item, [...path, i]))
    if (shape.unique === true) repeated(items, path)
  }

  function repeated(items: readonly unknown[], path: Path): void {
    const seen = new Map<string, number>()
    items.forEach((item, i) => {
      const key = JSON.stringify(item)
      const first = seen.get(key)
      if (first === undefined) return seen.set(key, i)
      const message = `${formatPath([...path, i])} repeats ${formatPath([...path, first])}.`
      found({ code: 'document.repeated', path: [...path, i], message, fix: 'Keep one of them.' })
    })
  }

  function checkObject(shape: Shape & { kind: 'object' }, value: unknown, path: Path): void {
    if (kindOf(value) !== 'object') return wrongType(path, 'a map of keys and values', value)
    const map = value as Plain
    const fields = shape.fields(map)
    for (const [key, field] of Object.entries(fields)) {
      if (Object.hasOwn(map, key)) check(field, map[key], [...path, key])
      else if (field.needed === true) found(missingKey(path, key))
    }
    if (shape.open !== true) {
      for (const key of Object.keys(map)) {
        if (!Object.hasOwn(fields, key)) found(unknownKey(path, key, Object.keys(fields)))
      }
    }
    shape.also?.(map, path, found)
  }

  function wrongText(path: Path, value: unknown): void {
    if (typeof value === 'number' || typeof value === 'boolean') found(unquoted(path, value, sourceAt(path)))
    else wrongType(path, 'text', value)
  }

  function wrongType(path: Path, wanted: string, value: unknown): void {
    const message = `${nameOf(path)} must be ${wanted}, but it is ${described(value)}.`
    found({ code: 'document.type', path, message, fix: typeFix(wanted, value) })
  }
}

const alternatives = (shape: Shape & { kind: 'either' }): string =>
  [
    shape.text === undefined ? [] : ['text'],
    shape.number === undefined ? [] : ['a number'],
    shape.list === undefined ? [] : ['a list'],
    shape.object === undefined ? [] : ['a map of keys and values'],
  ]
    .flat()
    .join(' or ')

function kindOf(value: unknown): 'text' | 'number' | 'list' | 'object' {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object' && value !== null) return 'object'
  return typeof value === 'number' ? 'number' : 'text'
}
