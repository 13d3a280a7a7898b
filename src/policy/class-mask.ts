import type { Column, MaskName, MeshSettings } from '../mesh/index.ts'
import { isDay, typeFamily } from './type-family.ts'

/**
 * What `mask: by-class` means for a column: the entry of its class's table for what the column is. A class without a
 * table asks for no mask; a class that the mesh no longer knows, or a table without an entry that fits, hides all.
 */
export function classMask(
  settings: MeshSettings,
  column: Pick<Column, 'class' | 'identifier' | 'type'>,
): MaskName | undefined {
  const known = settings.classes.find(c => c.id === (column.class ?? settings.defaultClass))
  if (known === undefined) return 'replace-with-null'
  if (known.mask === undefined) return undefined
  const family = typeFamily(column.type)
  const special =
    (column.identifier === undefined ? undefined : known.mask.identifier) ??
    (family === 'text' ? known.mask.text : undefined) ??
    (isDay(family) ? known.mask.date : undefined)
  return special ?? known.mask.else ?? 'replace-with-null'
}
