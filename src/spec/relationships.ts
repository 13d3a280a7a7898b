import type { Path } from './document-place.ts'
import { listOf, textOf, textsOf, type Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'

/** A relationship as written: which columns of which table, and the references that they must be found in. */
export interface WrittenReference {
  readonly table: string
  readonly path: Path
  readonly id?: string
  /** Columns of the own table, as names. */
  readonly columns: readonly string[]
  readonly to: readonly string[]
}

/** Relationships of an object and of its properties. What they start from must be here; where they lead is found later. */
export function writtenReferences(object: Plain, path: Path, report: Reporter): readonly WrittenReference[] {
  const table = textOf(object.name) ?? ''
  const ofObject = listOf(object.relationships).flatMap((relationship, i): WrittenReference[] => {
    const at = [...path, 'relationships', i]
    const [from, to] = [sides(relationship.from), sides(relationship.to)]
    const columns = from.flatMap((reference, n) => {
      const column = ownColumn(object, reference)
      if (column !== undefined) return [column]
      const message = `${reference} is no column of ${table}.`
      const place = Array.isArray(relationship.from) ? [...at, 'from', n] : [...at, 'from']
      report.error('relationship.from', place, message, `Write ${table}.COLUMN.`)
      return []
    })
    return columns.length === to.length ? [{ table, path: at, columns, to, ...idOf(relationship) }] : []
  })
  const ofProperties = listOf(object.properties).flatMap((property, i) =>
    listOf(property.relationships).flatMap((relationship, n): WrittenReference[] => {
      const to = sides(relationship.to)
      const at = [...path, 'properties', i, 'relationships', n]
      if (to.length === 1)
        return [{ table, path: at, columns: [textOf(property.name) ?? ''], to, ...idOf(relationship) }]
      const message = 'A relationship of one property leads to one column.'
      report.error('relationship.length', [...at, 'to'], message, 'Move it to the object, with from and to as lists.')
      return []
    }),
  )
  return [...ofObject, ...ofProperties]
}

const sides = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : textsOf(value))

const idOf = (relationship: Plain) => {
  const id = textOf(relationship.id)
  return id === undefined ? {} : { id }
}

/** `orders.customer_id` by names, `schema/orders_obj/properties/customer_prop` by ids. */
function ownColumn(object: Plain, reference: string): string | undefined {
  const qualified = qualifiedParts(reference)
  if (qualified !== undefined) {
    if (qualified.file !== undefined || !isCalled(object, qualified.object)) return undefined
    return textOf(listOf(object.properties).find(property => isCalled(property, qualified.property))?.name)
  }
  const [table, column, ...deeper] = reference.split('.')
  if (table !== object.name || deeper.length > 0) return undefined
  return textOf(listOf(object.properties).find(property => property.name === column)?.name)
}

export interface QualifiedReference {
  readonly file?: string
  readonly object: string
  readonly property: string
}

/** `[file#][/]schema/<object>/properties/<property>`; undefined for the shorthand. */
export function qualifiedParts(reference: string): QualifiedReference | undefined {
  const match = /^(?:(.+)#)?\/?schema\/([^/]+)\/properties\/([^/]+)$/.exec(reference)
  if (match === null) return undefined
  const [, file, object = '', property = ''] = match
  return { ...(file === undefined ? {} : { file }), object, property }
}

/** The standard looks for the id first and for the name second. */
export const isCalled = (element: Plain, name: string): boolean =>
  (element.id ?? element.name) === name || element.name === name
