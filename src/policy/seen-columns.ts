import { foldAscii, type Column } from '../mesh/index.ts'
import type { SeenColumn } from './decision.ts'
import { fitMask } from './fit-mask.ts'
import { groupBy } from './group-by.ts'
import { joinMasks } from './mask-order.ts'
import { seenType } from './masked-type.ts'
import type { Obligations } from './obligations.ts'
import type { Target } from './target.ts'

type Mask = Obligations['masks'][number]

/** The columns that may be named, in the contract's order, each with the strictest of its masks. */
export function seenColumns(
  target: Target,
  reachable: ReadonlySet<string> | undefined,
  masks: Obligations['masks'],
): readonly SeenColumn[] {
  const byTop = groupBy(masks, mask => mask.column.top)
  return target.columns
    .filter(column => reachable === undefined || reachable.has(foldAscii(column.name)))
    .map(column => seenColumn(column, byTop.get(column.name) ?? []))
}

function seenColumn(column: Column, masks: readonly Mask[]): SeenColumn {
  const whole = masks.filter(mask => mask.column.below.length === 0)
  const inside = nestedMasks(masks.filter(mask => mask.column.below.length > 0))
  if (whole.length === 0)
    return { name: column.name, column, type: seenType(column, undefined, inside), rules: [], nested: inside }
  // Masks of a whole and of its parts hold both: what hides the whole must be as strict as what hides any part.
  const joined = joinMasks(...whole.map(mask => mask.mask), ...inside.map(mask => mask.mask))!
  const mask = fitMask(column, joined)
  return { name: column.name, column, mask, type: seenType(column, mask, []), rules: rulesOf(masks), nested: [] }
}

function nestedMasks(masks: readonly Mask[]): SeenColumn['nested'] {
  // By steps and not by the dotted path: a field may have a dot in its name.
  const paths = [...groupBy(masks, mask => JSON.stringify(mask.column.below)).values()].map(
    group => group[0]!.column.below,
  )
  return paths
    .filter(path => !paths.some(outer => isInside(path, outer)))
    .map(path => {
      // What lies inside a part that is masked whole has no mask of its own any more: it is joined into the whole.
      const here = masks.filter(m => m.column.below === path || isInside(m.column.below, path))
      const { column } = masks.find(m => m.column.below === path)!.column
      return { path, mask: fitMask(column, joinMasks(...here.map(m => m.mask))!), rules: rulesOf(here) }
    })
    .sort((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1))
}

const isInside = (path: readonly string[], outer: readonly string[]): boolean =>
  path.length > outer.length && outer.every((step, i) => path[i] === step)

const rulesOf = (masks: readonly Mask[]): readonly string[] => [...new Set(masks.map(m => m.policy.name))].sort()
