import { parsePath, type Path } from './document-place.ts'
import { readYaml, type Place } from './yaml-document.ts'

/** Where a path stands in a document's text, for issues that are found by other rooms: policies that do not compile, say. */
export function placeOf(text: string, path: string | Path): Place {
  const parts = typeof path === 'string' ? (parsePath(path) ?? []) : path
  return readYaml({ path: '', text }).placeOf(parts)
}
