import { columnName, nameSql } from './column-name.ts'
import type { ColumnGuess } from './guess-columns.ts'
import type { Known } from './known.ts'
import { likelyClasses } from './likely-classes.ts'
import { typeTree } from './nested-type.ts'
import { storedType } from './stored-type.ts'

/** A column of a table of the mesh, as its contract describes it. */
export interface TableColumn {
  readonly name: string
  readonly type: string
  readonly class: string
  readonly identifier?: string | undefined
  readonly description?: string | undefined
  readonly required: boolean
  readonly key: boolean
  /** How whoever makes the product sees it. */
  readonly mask?: string | undefined
}

/** A product that passes a table on promises what the table promises. */
export function columnsOfTable(table: string, columns: readonly TableColumn[]): readonly ColumnGuess[] {
  const taken = new Set<string>()
  const keys = columns.filter(column => column.key).length
  return columns.map((column, i) => ({
    source: column.name,
    name: columnName(column.name, i, taken, column.type),
    ...storedType(typeTree(column.type), nameSql(column.name)),
    // What a mask leaves of a value may be empty, or the same for many.
    required: column.required && column.mask === undefined,
    unique: column.key && keys === 1 && column.mask === undefined,
    key: column.key && keys === 1 && column.mask === undefined,
    class: column.class,
    memberClasses: {},
    ...(column.identifier === undefined ? {} : { identifier: column.identifier }),
    description: column.description ?? sentence(column.name),
    because: `is ${table}.${column.name}`,
  }))
}

/**
 * The columns of a statement. One that is called like a column of a table that it reads is taken for it, with its
 * description and identifier; of several the strictest class counts. Others are guessed by their names.
 */
export function columnsOfQuery(
  given: readonly { readonly name: string; readonly type: string }[],
  tables: readonly { readonly id: string; readonly columns: readonly TableColumn[] }[],
  known: Known,
): readonly ColumnGuess[] {
  const taken = new Set<string>()
  const named = given.map(({ name: source, type }, i) => ({
    source,
    name: columnName(source, i, taken, type),
    stored: storedType(typeTree(type), nameSql(source)),
  }))
  const guesses = likelyClasses(
    named.map(({ name, stored }) => ({ name, samples: [], type: stored.type })),
    known,
  )
  return named.map(({ source, name, stored }, i) => {
    const origins = tables.flatMap(({ id, columns }) =>
      columns.filter(column => column.name.toLowerCase() === source.toLowerCase()).map(column => ({ id, column })),
    )
    const rank = (id: string) => known.classes.indexOf(id)
    const [origin] = origins.toSorted((a, b) => rank(b.column.class) - rank(a.column.class))
    return {
      source,
      name,
      ...stored,
      required: false,
      unique: false,
      key: false,
      ...(origin === undefined ? { ...guesses[i]!, ...identified(name, known) } : passedOn(origin)),
      description: origin?.column.description ?? sentence(source),
    }
  })
}

/** A column that was renamed to what the mesh calls a shared identifier holds it, as far as anybody can tell. */
function identified(name: string, { identifiers }: Known): { readonly identifier?: string } {
  const named = identifiers.find(({ id, is }) => name === id.replaceAll('-', '_') || name === is?.split('.').pop())
  return named === undefined ? {} : { identifier: named.id }
}

const passedOn = ({ id, column }: { readonly id: string; readonly column: TableColumn }) => ({
  class: column.class,
  memberClasses: {},
  ...(column.identifier === undefined ? {} : { identifier: column.identifier }),
  because: `is called like ${id}.${column.name}`,
})

const sentence = (name: string): string => {
  const words = name.replace(/[_\s]+/g, ' ').trim()
  return words === '' ? 'Computed' : words.charAt(0).toUpperCase() + words.slice(1)
}
