import { foldAscii, type MaskName } from '../mesh/index.ts'
import type { SeenColumn, TableDecision } from '../policy/index.ts'
import { sourceOf, type PlanLineage, type Sources, type Unchanged } from './bind/plan-lineage.ts'
import type { Bound, Relation } from './needs.ts'

export interface MaskedTable {
  readonly decision: Pick<TableDecision, 'columns'>
  readonly relation: Pick<Relation, 'schema' | 'name' | 'copyColumns'>
}

/**
 * What masks did to each output column, as a receipt says it: `keyed-hash` for a column that is handed on as it is seen,
 * `phone: replace-with-null` for one that holds masked members, `derived from masked: keyed-hash` for whatever was
 * computed from one, and undefined only where no masked value has a part in it. Where the engine's plan does not tell,
 * every column of the answer may be: `perhaps derived from masked: …`. That a masked column chose rows is no value of it.
 */
export function outputMasks(
  columns: Bound['columns'],
  lineage: PlanLineage | undefined,
  tables: readonly MaskedTable[],
): readonly (string | undefined)[] {
  if (lineage === undefined) {
    const all = named('perhaps derived from masked', tables.flatMap(usedMasks))
    return columns.map(() => all)
  }
  const seen = columnsBySource(tables)
  return lineage.columns.map((sources, i) => {
    const unchanged = lineage.unchanged[i]
    const column = unchanged && seen(unchanged.key)
    return column ? maskAt(column, unchanged) : named('derived from masked', derivedMasks(sources, seen))
  })
}

type Seen = (key: string) => SeenColumn | undefined

/** The engine's twin keeps a table `orders` of `sales` as `sales.orders` in a schema of its own. */
function columnsBySource(tables: readonly MaskedTable[]): Seen {
  const known = new Map(
    tables.flatMap(({ decision, relation: { schema, name } }) =>
      decision.columns.map(column => [foldAscii(`${schema}.${name}\u0000${column.name}`), column] as const),
    ),
  )
  return key => {
    const { relation, column } = sourceOf(key)
    return known.get(foldAscii(`${relation.slice(relation.indexOf('.') + 1)}\u0000${column}`))
  }
}

function maskAt({ mask, nested }: SeenColumn, { path }: Unchanged): string | undefined {
  if (mask !== undefined) return mask
  const names = path.map(foldAscii)
  const around = nested.find(inner => inner.path.every((part, i) => part === '[]' || foldAscii(part) === names[i]))
  if (around !== undefined && around.path.length <= names.length) return around.mask
  const inside = nested.filter(inner => names.every((part, i) => foldAscii(inner.path[i] ?? '') === part))
  return inside.length === 0
    ? undefined
    : inside.map(inner => `${pathText(inner.path.slice(names.length))}: ${inner.mask}`).join(', ')
}

const pathText = (path: readonly string[]): string => path.join('.').replaceAll('.[]', '[]')

function derivedMasks(sources: Sources, seen: Seen): readonly MaskName[] {
  return [...sources].flatMap(([key, how]) => {
    const column = how === 'condition' ? undefined : seen(key)
    return column === undefined ? [] : masksOf(column)
  })
}

function usedMasks({ decision, relation: { copyColumns } }: MaskedTable): readonly MaskName[] {
  const names = copyColumns && new Set(copyColumns.map(foldAscii))
  return decision.columns
    .filter(column => names === undefined || names.has(foldAscii(column.name)))
    .flatMap(column => masksOf(column))
}

const masksOf = ({ mask, nested }: SeenColumn): readonly MaskName[] =>
  mask === undefined ? nested.map(inner => inner.mask) : [mask]

const named = (how: string, masks: readonly MaskName[]): string | undefined =>
  masks.length === 0 ? undefined : `${how}: ${[...new Set(masks)].sort().join(', ')}`
