import { quoteName } from '../base/index.ts'
import type { Column, MaskName } from '../mesh/index.ts'

export interface NestedMask {
  /** Below the column: `['phone']`, `['[]', 'zip']`. */
  readonly path: readonly string[]
  readonly mask: MaskName
}

/** The type that a masked column is seen with: a keyed hash is always text, every other mask keeps the type. */
export const maskedType = (column: Pick<Column, 'type'>, mask: MaskName | undefined): string =>
  mask === 'keyed-hash' ? 'VARCHAR' : column.type

/** The same for a column with masks inside: only a hash inside it changes how its type is spelled. */
export function seenType(column: Column, mask: MaskName | undefined, nested: readonly NestedMask[]): string {
  if (mask !== undefined) return maskedType(column, mask)
  if (!nested.some(inside => inside.mask === 'keyed-hash')) return column.type
  const whole = nested.find(inside => inside.path.length === 0)
  if (whole !== undefined) return maskedType(column, whole.mask)
  if (column.element !== undefined) return `${seenType(column.element, undefined, below(nested, '[]'))}[]`
  const fields = (column.fields ?? []).map(
    field => `${quoteName(field.name)} ${seenType(field, undefined, below(nested, field.name))}`,
  )
  return `STRUCT(${fields.join(', ')})`
}

const below = (nested: readonly NestedMask[], step: string): readonly NestedMask[] =>
  nested.filter(inside => inside.path[0] === step).map(inside => ({ ...inside, path: inside.path.slice(1) }))
