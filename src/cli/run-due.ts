import type { RunShape } from '../api/index.ts'
import type { Workspace } from '../spec/index.ts'
import type { Api } from './api.ts'
import { followRun } from './follow-run.ts'
import type { Progress } from './output/progress.ts'
import { Refusal } from './refusal.ts'

export interface Ran {
  readonly product: string
  readonly run?: RunShape
  /** Why it was not run. */
  readonly skipped?: string
}

/** Runs what is due, in order; what is made of something that failed waits for the next time. */
export async function runDue(
  api: Api,
  due: readonly { readonly product: string; readonly because: string }[],
  workspace: Workspace,
  progress: Progress,
): Promise<readonly Ran[]> {
  const ran: Ran[] = []
  const failed = new Set<string>()
  for (const { product, because } of due) {
    const broken = inputsOf(workspace, product).find(input => failed.has(input))
    if (broken !== undefined) {
      progress.failed(`${product}: not run, because its input ${broken} has no new data`)
      failed.add(product)
      ran.push({ product, skipped: `not run, because its input ${broken} has no new data` })
      continue
    }
    progress.step(`${product}: ${because}`)
    const begun = await begin(api, product, progress)
    if (typeof begun === 'string') {
      progress.failed(`${product}: ${begun}`)
      failed.add(product)
      ran.push({ product, skipped: begun })
      continue
    }
    const run = await followRun(api, begun, progress)
    if (run.state !== 'promoted') failed.add(product)
    ran.push({ product, run })
  }
  return ran
}

/** The run, or why the caller may not start it: what was published is published, and the others still run. */
async function begin(api: Api, product: string, progress: Progress): Promise<RunShape | string> {
  try {
    return await started(api, product, progress)
  } catch (thrown) {
    const isNotTheirs = thrown instanceof Refusal && ['role.required', 'thing.not-found'].includes(thrown.problem.code)
    if (!isNotTheirs) throw thrown
    return `not run: ${thrown.message}`
  }
}

/** A run that is under way may be of older documents: it is waited for, then ours starts. */
async function started(api: Api, product: string, progress: Progress): Promise<RunShape> {
  for (;;) {
    try {
      return await api.call('startRun', { product })
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.problem.code !== 'run.busy') throw thrown
      const { runs } = await api.call('runs', { product, limit: 1 })
      if (runs[0] === undefined) throw thrown
      await followRun(api, runs[0], progress)
    }
  }
}

/** Products whose tables a product of the workspace reads. */
function inputsOf(workspace: Workspace, id: string): readonly string[] {
  const product = workspace.products.find(p => p.id === id)
  if (product === undefined) return []
  const declared = Object.values(product.build.inputs).flatMap(input => (input.kind === 'table' ? [input.table] : []))
  const sql = Object.values(product.build.outputs).map(output => output.sql.toLowerCase())
  return workspace.products
    .filter(other => other.id !== id)
    .filter(other => {
      const tables = other.ports.flatMap(port =>
        port.contract.tables.map(t => `${other.domain}.${t.name}`.toLowerCase()),
      )
      return tables.some(
        table =>
          declared.some(d => d.toLowerCase() === table) ||
          (product.build.derived && sql.some(text => text.includes(table))),
      )
    })
    .map(other => other.id)
}
