import { digestOf } from '../base/index.ts'
import type { BuildOrder } from './build-order.ts'
import { buildGrowth, makeInputTwins, type BuildGrowth } from './build-growth.ts'
import type { Described } from './fit-columns.ts'
import { ownOutput, type Gathered } from './gather.ts'
import type { InputShape } from './input-shape.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import { inTwinSession } from './twin-session.ts'
import type { RunsWorld } from './world.ts'

/** What was found for equal texts over equal inputs: it is the same however often a product runs. */
const found = new WeakMap<RunsWorld['workshop'], Map<string, BuildGrowth>>()
const foundMax = 1_000

/** How the answer of an output's SQL grows with the inputs named. */
export async function growthOfOutput(
  { world, plan, order, gathered, types }: GrowthOrder,
  output: OutputPlan,
  growing: readonly string[],
): Promise<BuildGrowth> {
  const inputs = shapesOf(plan, output, gathered, types)
  const known = found.get(world.workshop) ?? new Map<string, BuildGrowth>()
  found.set(world.workshop, known)
  const key = digestOf({ sql: output.output.sql, inputs, growing })
  const before = known.get(key)
  if (before !== undefined) return before
  const growth = await inTwinSession(world, plan, order, async session => {
    await makeInputTwins(session, inputs)
    return buildGrowth(session, output.output.sql, growing)
  })
  if (known.size >= foundMax) known.clear()
  known.set(key, growth)
  return growth
}

export interface GrowthOrder {
  readonly world: RunsWorld
  readonly plan: RunPlan
  readonly order: BuildOrder
  readonly gathered: Gathered
  /** Columns of the file inputs. */
  readonly types: ReadonlyMap<string, readonly Described[]>
}

function shapesOf(
  plan: RunPlan,
  { inputs, walk }: OutputPlan,
  gathered: Gathered,
  types: GrowthOrder['types'],
): readonly InputShape[] {
  return [...inputs].map(([name, input]): InputShape => {
    if (input.kind !== 'table') return { name, columns: withPlace(types.get(name) ?? [], walk.names) }
    const table = gathered.tables.get(name)
    const columns =
      table === undefined || table === 'own' ? ownOutput(plan, input.table)?.table.table.columns : table.columns
    return { name, columns: (columns ?? []).map(column => ({ name: column.name, type: column.type })) }
  })
}

/** A file's rows have their place beside their columns, where the SQL asks for it and no column of the file is called so. */
export function withPlace(columns: readonly Described[], names: ReadonlySet<string>): readonly Described[] {
  const places = [
    { name: '_file', type: 'VARCHAR' },
    { name: '_row', type: 'BIGINT' },
  ]
  return [
    ...columns,
    ...places.filter(place => names.has(place.name) && !columns.some(column => column.name === place.name)),
  ]
}
