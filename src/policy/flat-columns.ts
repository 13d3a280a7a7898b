import { foldAscii, type Column } from '../mesh/index.ts'

/** A column or a field inside one, as rules select it. */
export interface FlatColumn {
  /** `a`, `a.b`, `a[].b`. */
  readonly path: string
  /** Name of the column that holds it. */
  readonly top: string
  /** Below that column: `['b']`, `['[]', 'b']`; empty for the column itself. */
  readonly below: readonly string[]
  readonly column: Column
}

/** Deepest field that is looked at; documents are no deeper. */
const depthMax = 64

/** The columns of a table, each followed by the fields inside it. */
export const flatColumns = (columns: readonly Column[]): readonly FlatColumn[] =>
  columns.flatMap(column => inside({ path: column.name, top: column.name, below: [], column }))

function inside(flat: FlatColumn): readonly FlatColumn[] {
  if (flat.below.length > depthMax) return [flat]
  const { fields, element } = flat.column
  const members = (fields ?? []).map(field => ({
    ...flat,
    path: `${flat.path}.${field.name}`,
    below: [...flat.below, field.name],
    column: field,
  }))
  const elements =
    element === undefined ? [] : [{ ...flat, path: `${flat.path}[]`, below: [...flat.below, '[]'], column: element }]
  return [flat, ...[...members, ...elements].flatMap(inside)]
}

/** Paths are compared as SQL compares names. */
export const samePath = (a: string, b: string): boolean => foldAscii(a) === foldAscii(b)
