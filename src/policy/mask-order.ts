import type { MaskName } from '../mesh/index.ts'

/** The masks directly above each: `none` is below all, `replace-with-null` above all. */
const stricter: Readonly<Record<MaskName, readonly MaskName[]>> = {
  'show-first-4': ['mask-to-fixed-value'],
  'show-last-4': ['mask-to-fixed-value'],
  'mask-alphanum': ['mask-to-fixed-value'],
  'keyed-hash': ['mask-to-fixed-value'],
  'truncate-to-month': ['truncate-to-year'],
  'truncate-to-year': ['mask-to-fixed-value'],
  'mask-to-fixed-value': ['replace-with-null'],
  'replace-with-null': [],
}

/** The next stricter mask; undefined above `replace-with-null`. */
export const nextStricter = (mask: MaskName): MaskName | undefined => stricter[mask][0]

/** Whether `mask` hides at least as much as `than`, by the order of the composition law. `undefined` is no mask. */
export function atLeastAsStrict(mask: MaskName | undefined, than: MaskName | undefined): boolean {
  if (than === undefined || mask === than) return true
  if (mask === undefined) return false
  return stricter[than].some(above => atLeastAsStrict(mask, above))
}

/** The least upper bound: what holds where several rules mask the same column. No masks at all: undefined. */
export function joinMasks(...masks: readonly (MaskName | undefined)[]): MaskName | undefined {
  return masks.reduce<MaskName | undefined>(join, undefined)
}

function join(a: MaskName | undefined, b: MaskName | undefined): MaskName | undefined {
  if (atLeastAsStrict(a, b)) return a
  if (atLeastAsStrict(b, a)) return b
  return 'mask-to-fixed-value'
}
