import type { Column, MaskName } from '../mesh/index.ts'
import { nextStricter } from './mask-order.ts'
import { isDay, typeFamily, type TypeFamily } from './type-family.ts'

/** What of a column decides which masks it can wear. */
export type Maskable = Pick<Column, 'type' | 'fields' | 'element'>

const texts: readonly TypeFamily[] = ['text']

/** Families whose values have a canonical text that a key can hash; floats, binary and nested values have none. */
const hashable: readonly TypeFamily[] = [
  'text',
  'integer',
  'decimal',
  'boolean',
  'date',
  'timestamp',
  'timestamptz',
  'uuid',
]

/** Families whose domain surely holds the fixed value; structs are built of the fixed values of their members. */
const fixable: readonly TypeFamily[] = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'timestamp',
  'timestamptz',
  'list',
  'map',
]

/** The mask itself where it fits the column's type, else the next stricter one that does. */
export function fitMask(column: Maskable, mask: MaskName): MaskName {
  const next = nextStricter(mask)
  return next === undefined || fits(column, mask) ? mask : fitMask(column, next)
}

function fits(column: Maskable, mask: MaskName): boolean {
  const family = typeFamily(column.type)
  switch (mask) {
    case 'show-first-4':
    case 'show-last-4':
    case 'mask-alphanum':
      return texts.includes(family)
    case 'truncate-to-month':
    case 'truncate-to-year':
      return isDay(family)
    case 'keyed-hash':
      return hashable.includes(family)
    case 'mask-to-fixed-value':
      return fixable.includes(family) || structOfFixable(column, family)
    case 'replace-with-null':
      return true
  }
}

function structOfFixable(column: Maskable, family: TypeFamily): boolean {
  const fields = column.fields ?? []
  return family === 'struct' && fields.length > 0 && fields.every(field => fits(field, 'mask-to-fixed-value'))
}
