import { digestOf } from '../base/index.ts'
import { foldAscii, type Input, type LineageEdge } from '../mesh/index.ts'
import type { BuildOrder, DescribedOutput } from './build-order.ts'
import { buildLineage, makeTwins, type LineageInput, type LineageOrder } from './build-lineage.ts'
import type { Gathered } from './gather.ts'
import { splitName } from './open-session.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import { inTwinSession } from './twin-session.ts'
import type { RunsWorld } from './world.ts'

/** What was found for equal texts over equal inputs; a lineage is the same however often a product runs. */
const found = new WeakMap<RunsWorld, Map<string, readonly LineageEdge[]>>()
const foundMax = 1_000

/** Lineage of all tables of a run, in a session that holds nothing but empty twins of their inputs. */
export async function runLineage(
  world: RunsWorld,
  plan: RunPlan,
  gathered: Gathered,
  described: ReadonlyMap<string, DescribedOutput>,
  order: BuildOrder,
): Promise<readonly LineageEdge[]> {
  const orders = plan.outputs.map(output => lineageOrder(output, gathered, described.get(output.table.name)!))
  const known = found.get(world) ?? new Map<string, readonly LineageEdge[]>()
  found.set(world, known)
  const open = orders.filter(each => !known.has(digestOf(each)))
  if (open.length > 0) {
    if (known.size > foundMax) known.clear()
    await inTwinSession(world, plan, order, async session => {
      for (const each of open) {
        await makeTwins(session, each.inputs)
        known.set(digestOf(each), await buildLineage(session, each))
      }
    })
  }
  return orders.flatMap(each => known.get(digestOf(each)) ?? [])
}

function lineageOrder(output: OutputPlan, gathered: Gathered, seen: DescribedOutput): LineageOrder {
  const inputs = [...output.inputs].map(([name, input]): LineageInput => {
    return { ...splitName(name), id: idOf(gathered, name, input), columns: seen.inputs.get(name) ?? [] }
  })
  const { columns } = output.table.table
  const outputs = seen.outputs.map(({ name }) => columns.find(c => foldAscii(c.name) === foldAscii(name))?.name)
  const order = { table: output.table.id, sql: output.output.sql, outputs, inputs }
  if (output.rejects === undefined) return order
  const names = output.rejects.table.columns.map(column => column.name)
  return { ...order, rejects: { table: output.rejects.id, columns: names } }
}

/** What an edge says of an input: the table, or the files as the build names them. */
function idOf(gathered: Gathered, name: string, input: Input): string {
  if (input.kind === 'file') return `file:${input.path}`
  if (input.kind === 'source') return `${input.source}:${name}`
  const table = gathered.tables.get(name)
  return table === undefined || table === 'own' ? input.table : table.table
}
