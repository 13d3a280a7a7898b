import { mkdir, rm } from 'node:fs/promises'
import { foldAscii, type Input, type LineageEdge } from '../mesh/index.ts'
import type { BuildOrder, DescribedOutput } from './build-run.ts'
import { buildLineage, makeTwins, type LineageInput } from './build-lineage.ts'
import type { Gathered } from './gather.ts'
import { splitName } from './open-session.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import type { RunsWorld } from './world.ts'

/** Lineage of all tables of a run, each in a session of its own that holds nothing but empty twins of its inputs. */
export async function runLineage(
  world: RunsWorld,
  plan: RunPlan,
  gathered: Gathered,
  described: ReadonlyMap<string, DescribedOutput>,
  order: BuildOrder,
): Promise<readonly LineageEdge[]> {
  const known = plan.state.products.get(plan.product.id)?.lineage ?? []
  const edges: LineageEdge[] = []
  for (const output of plan.outputs) {
    const seen = described.get(output.table.name)
    edges.push(
      ...(seen === undefined
        ? known.filter(edge => edge.to.startsWith(`${output.table.id}.`))
        : await of(output, seen)),
    )
  }
  return edges

  async function of(output: OutputPlan, seen: DescribedOutput): Promise<readonly LineageEdge[]> {
    const inputs = [...output.inputs].map(([name, input]): LineageInput => {
      return { ...splitName(name), id: idOf(gathered, name, input), columns: seen.inputs.get(name) ?? [] }
    })
    const columns = output.table.table.columns
    const outputs = seen.outputs.map(({ name }) => columns.find(c => foldAscii(c.name) === foldAscii(name))?.name)
    const scratch = `${world.staging}/${order.run}/scratch`
    await mkdir(scratch, { recursive: true })
    const session = await world.workshop.open({
      read: [],
      write: scratch,
      memoryMb: plan.limits.memoryMb,
      timeoutMs: plan.limits.timeoutS * 1000,
      signal: order.signal,
    })
    try {
      await makeTwins(session, inputs)
      await session.lock()
      const rejects =
        output.rejects === undefined
          ? {}
          : { rejects: { table: output.rejects.id, columns: output.rejects.table.columns.map(column => column.name) } }
      return await buildLineage(session, {
        table: output.table.id,
        sql: output.output.sql,
        outputs,
        inputs,
        ...rejects,
      })
    } finally {
      await session.close()
      await rm(scratch, { recursive: true, force: true })
    }
  }
}

/** What an edge says of an input: the table, or the files as the build names them. */
function idOf(gathered: Gathered, name: string, input: Input): string {
  if (input.kind === 'file') return `file:${input.path}`
  if (input.kind === 'source') return `${input.source}:${name}`
  const table = gathered.tables.get(name)
  return table === undefined || table === 'own' ? input.table : table.table
}
