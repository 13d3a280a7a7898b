import { MeshError } from '../base/index.ts'
import { castAdvice, icebergTypeOf } from './iceberg-type-of.ts'
import { decimalOf, type IcebergField, type IcebergSchema, type IcebergType } from './iceberg-type.ts'

export interface NewColumn {
  readonly name: string
  /** DuckDB's type text. */
  readonly type: string
  readonly required: boolean
  readonly description?: string
  /** The id of the column that it continues under a new name; absent: the current column of the same name. */
  readonly id?: number
}

export interface EvolvedSchema {
  /** With the id -1 where it is new to the table: staging settles it. */
  readonly schema: IcebergSchema
  readonly lastColumnId: number
  /** False: it is the current schema, same id. */
  readonly changed: boolean
  /**
   * Columns whose type changed in a way that old values cannot follow. They carry new ids: in files written before, they
   * read as NULL. Fine for a table that is replaced whole; do not append to it.
   */
  readonly replaced: readonly string[]
}

export interface EvolveOptions {
  /** All rows are written anew, so that a column may become required. */
  readonly replacing?: boolean
}

/**
 * The schema that holds these columns, in this order. Columns continue under their id by name (nested ones too), new ones get new ids,
 * int → long, float → double and wider decimals happen in place, what is not named is dropped. Ids are never used twice.
 * `lastColumnId` is the table's highest id ever given (`TableSnapshot.lastColumnId`), 0 for a new table. Throws `document.invalid` where a type has no Iceberg form.
 */
export function evolveSchema(
  current: IcebergSchema | undefined,
  columns: readonly NewColumn[],
  lastColumnId: number,
  options: EvolveOptions = {},
): EvolvedSchema {
  refuseAlike(columns)
  const evolution: Evolution = { last: lastColumnId, replaced: [], mayRequire: options.replacing === true || !current }
  const before = current?.fields ?? []
  // Top-level columns get their ids before nested parts, as other writers do it.
  const claimed = new Set(columns.flatMap(column => column.id ?? []))
  const known = columns.map(column =>
    column.id === undefined
      ? before.find(field => field.name === column.name && !claimed.has(field.id))
      : before.find(field => field.id === column.id),
  )
  const ids = known.map(field => field?.id ?? ++evolution.last)
  const fields = columns.map((column, i) => evolveColumn(column, ids[i]!, known[i], evolution))
  const changed = current === undefined || JSON.stringify(fields) !== JSON.stringify(current.fields)
  if (!changed) return { schema: current, lastColumnId, changed, replaced: [] }
  return {
    schema: { schemaId: current === undefined ? 0 : unsettled, fields },
    lastColumnId: evolution.last,
    changed,
    replaced: evolution.replaced,
  }
}

/** An older schema may have any id above the current one's: staging gives the next that is free. */
const unsettled = -1

interface Evolution {
  last: number
  readonly replaced: string[]
  readonly mayRequire: boolean
}

function evolveColumn(column: NewColumn, id: number, before: IcebergField | undefined, to: Evolution): IcebergField {
  const wanted = icebergTypeOf(column.type, () => 0)
  if (wanted === undefined) throw withoutForm(column)
  const type = before === undefined ? withNewIds(wanted, to) : continued(before.type, wanted, to)
  const doc = column.description === undefined ? {} : { doc: column.description }
  if (type === undefined) {
    to.replaced.push(column.name)
    const fresh = { id: ++to.last, name: column.name, required: column.required && to.mayRequire }
    return { ...fresh, type: withNewIds(wanted, to), ...doc }
  }
  // A column that was optional may hold NULL in files of before; a new one holds nothing there.
  const required = column.required && (to.mayRequire || before?.required === true)
  return { id, name: column.name, required, type, ...doc }
}

/** The type with the ids of before; undefined where values of before cannot be read as it. */
function continued(before: IcebergType, wanted: IcebergType, to: Evolution): IcebergType | undefined {
  if (typeof before === 'string' || typeof wanted === 'string') {
    if (typeof before !== 'string' || typeof wanted !== 'string') return undefined
    return before === wanted || widens(before, wanted) ? wanted : undefined
  }
  if (before.type === 'list' && wanted.type === 'list') {
    const element = continued(before.element, wanted.element, to)
    return element && { ...before, element }
  }
  if (before.type === 'map' && wanted.type === 'map') {
    // The specification forbids changes inside keys: equal keys must stay equal.
    if (!sameShape(before.key, wanted.key)) return undefined
    const value = continued(before.value, wanted.value, to)
    return value && { ...before, value }
  }
  return before.type === 'struct' && wanted.type === 'struct'
    ? continuedStruct(before.fields, wanted.fields, to)
    : undefined
}

function continuedStruct(
  before: readonly IcebergField[],
  wanted: readonly IcebergField[],
  to: Evolution,
): IcebergType | undefined {
  const fields: IcebergField[] = []
  for (const field of wanted) {
    const known = before.find(b => b.name === field.name)
    if (known === undefined) {
      fields.push({ ...field, id: ++to.last, type: withNewIds(field.type, to) })
      continue
    }
    const type = continued(known.type, field.type, to)
    if (type === undefined) return undefined
    fields.push({ ...known, type })
  }
  return { type: 'struct', fields }
}

function withNewIds(type: IcebergType, to: Evolution): IcebergType {
  if (typeof type === 'string') return type
  switch (type.type) {
    case 'list': {
      const elementId = ++to.last
      return { ...type, 'element-id': elementId, element: withNewIds(type.element, to) }
    }
    case 'map': {
      const [keyId, valueId] = [++to.last, ++to.last]
      const [key, value] = [withNewIds(type.key, to), withNewIds(type.value, to)]
      return { ...type, 'key-id': keyId, key, 'value-id': valueId, value }
    }
    case 'struct': {
      const ids = type.fields.map(() => ++to.last)
      return { ...type, fields: type.fields.map((f, i) => ({ ...f, id: ids[i]!, type: withNewIds(f.type, to) })) }
    }
  }
}

function widens(from: string, to: string): boolean {
  if ((from === 'int' && to === 'long') || (from === 'float' && to === 'double')) return true
  const [a, b] = [decimalOf(from), decimalOf(to)]
  return a !== undefined && b !== undefined && a.scale === b.scale && a.precision <= b.precision
}

/** Equal but for ids. */
function sameShape(a: IcebergType, b: IcebergType): boolean {
  const shape = (type: IcebergType): string =>
    JSON.stringify(type, (key, value: unknown) => (key === 'id' || key.endsWith('-id') ? undefined : value))
  return shape(a) === shape(b)
}

/** Parquet readers that ignore case would see one column twice: the engine itself renames such a column silently. */
function refuseAlike(columns: readonly NewColumn[]): void {
  const seen = new Map<string, string>()
  for (const { name } of columns) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw new MeshError(
        'document.invalid',
        `The columns ${other} and ${name} differ only in case, and engines take them for one.`,
        { fix: `Rename one of them.` },
      )
    }
    seen.set(name.toLowerCase(), name)
  }
}

const withoutForm = (column: NewColumn): MeshError =>
  new MeshError(
    'document.invalid',
    `The column ${column.name} has the type ${column.type}, which a table of the lake cannot hold unchanged.`,
    { fix: `In the SELECT that builds the table, ${castAdvice(column.type)}.` },
  )
