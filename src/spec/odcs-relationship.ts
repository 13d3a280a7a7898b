import { countOf } from '../base/index.ts'
import type { OdcsLevel } from './odcs-level.ts'
import { needed, object, oneOf, text, type Also, type Fields, type Shape } from './shape.ts'

/** `object.property`, deeper by more dots, or `[file#][/]schema/<id>/properties/<id>`. */
const shorthand = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+$/
const qualified =
  /^(?:(?:https?:\/\/)?[\w./-]+\.ya?ml#)?\/?[A-Za-z_]\w*\/[^\s.#/\\@!%&^]+(?:\/[A-Za-z_]\w*\/[^\s.#/\\@!%&^]+)*$/

const reference: Shape = {
  kind: 'text',
  pattern: new RegExp(`${shorthand.source}|${qualified.source}`),
  says: 'a reference such as airports.iata or airports.odcs.yaml#/schema/airports/properties/iata',
}
const side: Shape = { kind: 'either', text: reference, list: { kind: 'list', of: () => reference, min: 1 } }

/** The relationships of a property name only where to; those of an object also where from. */
export function relationshipShapes(
  level: OdcsLevel,
  customProperties: Fields,
): { readonly ofProperty: Shape; readonly ofObject: Shape } {
  const base: Fields = {
    type: oneOf('foreignKey'),
    to: needed(side),
    ...customProperties,
    ...(level < 3.2 ? {} : { id: text }),
  }
  return {
    ofProperty: object({ ...base, from: side }, { also: noFrom }),
    ofObject: object({ ...base, from: needed(side) }, { also: equalLength }),
  }
}

const noFrom: Also = (relationship, path, found) => {
  if (!Object.hasOwn(relationship, 'from')) return
  found({
    code: 'relationship.from',
    path: [...path, 'from'],
    where: 'key',
    message: 'A relationship of a property starts at that property: it has no from.',
    fix: 'Leave from out, or move the relationship to the object.',
  })
}

/** Beyond JSON Schema: the two sides of a composite key pair up. */
const equalLength: Also = ({ from, to }, path, found) => {
  if (!['string', 'object'].includes(typeof from) || !['string', 'object'].includes(typeof to)) return
  const count = (end: unknown) => (Array.isArray(end) ? end.length : -1)
  if (count(from) === count(to)) return
  const says = (end: unknown) => (Array.isArray(end) ? countOf(end.length, 'column') : 'one column')
  found({
    code: 'relationship.length',
    path,
    message: `The relationship goes from ${says(from)} to ${says(to)}.`,
    fix: 'Name as many columns on both sides, in the same order.',
  })
}
