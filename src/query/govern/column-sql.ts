import { MeshError, quoteName, quoteText } from '../../base/index.ts'
import type { Column } from '../../mesh/index.ts'
import type { SeenColumn } from '../../policy/index.ts'
import type { MaskKey } from '../needs.ts'
import { maskSql } from './mask-sql.ts'

type NestedMask = Pick<SeenColumn['nested'][number], 'path' | 'mask'>

/** A column as it is seen: the raw value, its mask, or a struct or list built anew around the masks inside it. */
export function columnSql(seen: SeenColumn, raw: string, key: MaskKey): string {
  const nested: readonly NestedMask[] = seen.mask === undefined ? seen.nested : [{ path: [], mask: seen.mask }]
  return build(seen.column, raw, nested, 0)

  function build(column: Column, value: string, masks: readonly NestedMask[], depth: number): string {
    if (masks.length === 0) return value
    const whole = masks.find(mask => mask.path.length === 0)
    if (whole !== undefined) return maskSql(whole.mask, value, column, key) ?? refuse(column, whole.mask)
    if (column.element !== undefined) return list(column.element, value, masks, depth)
    return struct(column, value, masks, depth)
  }

  function list(element: Column, value: string, masks: readonly NestedMask[], depth: number): string {
    const item = quoteName(`item${depth}`)
    const below = masks.filter(mask => mask.path[0] === '[]')
    if (below.length < masks.length) return refuse(element, masks[0]!.mask)
    return `list_transform(${value}, lambda ${item}: ${build(element, item, stepped(below), depth + 1)})`
  }

  /** Every declared field in its order; a mask on a field that is not declared cannot be put in force. */
  function struct(column: Column, value: string, masks: readonly NestedMask[], depth: number): string {
    const fields = column.fields ?? []
    const stray = masks.find(mask => !fields.some(field => field.name === mask.path[0]))
    if (stray !== undefined) return refuse(column, stray.mask)
    const parts = fields.map(field => {
      const inside = stepped(masks.filter(mask => mask.path[0] === field.name))
      const raw = `struct_extract(${value}, ${quoteText(field.name)})`
      return `${quoteName(field.name)} := ${build(field, raw, inside, depth)}`
    })
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`
  }

  function refuse(column: Column, mask: string): never {
    const rule = seen.rules[0] ?? seen.nested[0]?.rules[0]
    throw new MeshError(
      'policy.unenforceable',
      `The mask ${mask} of column ${seen.name} cannot be put on the type ${column.type}, so the table stays closed.`,
      rule === undefined ? {} : { rule },
    )
  }
}

const stepped = (masks: readonly NestedMask[]): readonly NestedMask[] =>
  masks.map(mask => ({ mask: mask.mask, path: mask.path.slice(1) }))
