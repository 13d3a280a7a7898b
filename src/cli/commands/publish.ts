import type { ProductShape, RunShape } from '../../api/index.ts'
import { formatIssue, type Issue } from '../../base/index.ts'
import type { Api } from '../api.ts'
import { isOn, textOf, type Action } from '../command.ts'
import { readFolder } from '../folder.ts'
import { Refusal } from '../refusal.ts'
import { itemLines } from '../plan-text.ts'
import { runDue } from '../run-due.ts'
import { exitOf, runLines } from '../follow-run.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { upload } from '../upload.ts'
import { placedPlan, placedRefusal } from '../where-one-stands.ts'
import { workspaceOf } from '../workspace-of.ts'

export const publish: Action = async (given, cli) => {
  if (isOn(given, 'dry-run')) return (await import('./plan.ts')).plan(given, cli)
  const { effects, output } = cli
  const api = await cli.api()
  const path = textOf(given, 'folder') ?? '.'
  const folder = await readFolder(path, effects.cwd)
  const stand = { given: path, cwd: effects.cwd, folder }
  const progress = output.progress()
  try {
    const publication = await upload(folder, api, progress)
    progress.step('publishing')
    const published = await api.call('publish', publication).catch(thrown => {
      throw placedRefusal(thrown, stand)
    })
    const { runs: due, seq } = published
    const plan = placedPlan(published.plan, stand)
    progress.stop()
    const changed = plan.items.filter(item => item.action !== 'unchanged')
    if (!output.json) {
      for (const issue of plan.issues) await output.note(formatIssue(issue as Issue))
      for (const line of changed.flatMap(itemLines)) await output.note(line)
      for (const warning of plan.warnings) await output.note(`warning: ${warning}`)
    }
    const runs = given['wait'] === false ? [] : await runDue(api, due, workspaceOf(folder), progress)
    const products = await productsOf(
      api,
      plan.items.filter(item => item.kind === 'product').map(item => item.id),
    )
    const { purpose } = await api.call('whoami', {})
    const good = runs.every(({ run }) => run?.state === 'promoted')
    const touched = new Set([...changed.map(item => item.id), ...due.map(run => run.product)])
    const made = touched.size === 0 ? products : products.filter(p => touched.has(p.id))
    const document = {
      ok: good,
      seq,
      plan,
      runs: runs.map(({ product, run, skipped }) => ({ product, ...(run === undefined ? { skipped } : { run }) })),
      products: products.map(({ id, version, url, tables }) => ({ id, version, url, query: tables[0]?.query })),
    }
    await output.answer(document, () =>
      closing(runs, products, {
        nothing: changed.length === 0 && due.length === 0,
        queries: firstQueries(made, purpose),
      }),
    )
    return exitOf(runs.map(({ run }) => run))
  } finally {
    progress.stop()
  }
}

/** As they stand now; without those that a rule hides from the publisher, which are published all the same. */
async function productsOf(api: Api, ids: readonly string[]): Promise<readonly ProductShape[]> {
  const found = await Promise.all(ids.map(id => productOf(api, id)))
  return found.filter(product => product !== undefined)
}

async function productOf(api: Api, id: string): Promise<ProductShape | undefined> {
  try {
    return await api.call('product', { id })
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.problem.code === 'thing.not-found') return undefined
    throw thrown
  }
}

/** What to look at and what to paste: addresses, first queries, and for what failed, why. */
function closing(
  runs: readonly { readonly product: string; readonly run?: RunShape; readonly skipped?: string }[],
  products: readonly ProductShape[],
  { nothing, queries }: { readonly nothing: boolean; readonly queries: readonly string[] },
): string {
  const failed = runs.filter(({ run }) => run?.state !== 'promoted')
  return [
    ...failed.flatMap(({ product, run, skipped }) =>
      run === undefined ? [`${product}: ${skipped ?? 'not run'}`] : runLines(run),
    ),
    // A run that was promoted tells nothing else; what it left out is not seen in the data.
    ...runs.flatMap(({ product, run }) =>
      run?.state === 'promoted' ? run.notes.map(note => `${product}: note: ${note}`) : [],
    ),
    ...(nothing ? ['Nothing has changed since the last time.'] : []),
    ...products.map(p => `${p.id} ${p.version}: ${p.url}`),
    ...(failed.length > 0 ? [] : queries),
  ].join('\n')
}

const queriesMax = 3

/** A query of each product that was made, while they are few; with its purpose where several would do. */
function firstQueries(made: readonly ProductShape[], bound: string | undefined): readonly string[] {
  const tables = made.slice(-queriesMax).flatMap(p => p.tables.slice(0, 1))
  const lines = tables.map(({ query, access }) => {
    const isUpkeep = bound === undefined && access.purposes.length > 1 && access.purposes.includes('upkeep')
    return `  meshwright query ${shellQuoted(query)}${isUpkeep ? ' --purpose upkeep' : ''}`
  })
  const isShut =
    bound !== undefined && tables.some(({ access }) => access.purposes.length > 0 && !access.purposes.includes(bound))
  return isShut ? [`Your token is bound to the purpose ${bound}; with one that is not, as the owner:`, ...lines] : lines
}
