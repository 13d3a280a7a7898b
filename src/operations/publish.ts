import type { InputOf, Operations, PlanShape } from '../api/index.ts'
import { problemOf } from '../api/index.ts'
import { assert, countOf, hasErrors, MeshError, type Issue } from '../base/index.ts'
import { mayDo, planWithState, type Plan, type Publication } from '../control/index.ts'
import { resolveTableName, type MeshState, type Principal, type SourceFile } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import { isDocumentPath, readWorkspace, type TextFile, type Workspace } from '../spec/index.ts'
import { withDerivedInputs } from './derived-inputs.ts'
import type { Handlers } from './handler.ts'
import { lookedUp } from './looked-up.ts'
import { placedFault } from './placed-fault.ts'
import { placedRefusal } from './placed-refusal.ts'
import type { Rooms } from './rooms.ts'
import { tableReads } from './table-reads.ts'

type Files = InputOf<Operations['plan']>

export const publishHandlers: Pick<Handlers, 'plan' | 'publish' | 'missingUploads'> = {
  async missingUploads({ bundles }, { digests }) {
    const missing: string[] = []
    for (const digest of new Set(digests)) if (!(await bundles.has(digest))) missing.push(digest)
    return { missing }
  },

  async plan(rooms, input, { principal }) {
    const { workspace, publication, documents } = await publicationOf(rooms, input, principal)
    if (hasErrors(workspace.issues)) return { ...emptyPlan, issues: [...workspace.issues], allowed: false }
    const planned = planWithState(rooms.control.state(), publication, principal, rooms.clock())
    const issues = [...workspace.issues, ...(await examined(rooms, planned, publication, documents, principal))]
    const shape = planShape(planned.plan, workspace)
    return { ...shape, issues, allowed: shape.allowed && !hasErrors(issues) }
  },

  async publish(rooms, input, { principal }) {
    const { workspace, publication, documents } = await publicationOf(rooms, input, principal)
    if (hasErrors(workspace.issues)) throw invalid(workspace.issues, byDocuments)
    const planned = planWithState(rooms.control.state(), publication, principal, rooms.clock())
    // What is refused anyway is refused for its own reasons.
    const found = planned.plan.allowed ? await examined(rooms, planned, publication, documents, principal) : []
    if (hasErrors(found)) throw invalid([...workspace.issues, ...found], byTrial)
    const outcome = await orPlaced(workspace, () => rooms.control.execute({ kind: 'publish', publication }, principal))
    const plan = outcome.result as Plan
    const state = rooms.control.state()
    const shape = planShape(plan, workspace)
    return {
      plan: { ...shape, issues: [...shape.issues, ...found] },
      seq: state.seq,
      runs: await dueRuns(rooms, state, plan, principal),
    }
  },
}

/** What is refused, at the lines of the documents. */
async function orPlaced<T>(workspace: Workspace, publish: () => Promise<T>): Promise<T> {
  try {
    return await publish()
  } catch (thrown) {
    throw thrown instanceof MeshError ? placedRefusal(thrown, workspace) : thrown
  }
}

const emptyPlan: PlanShape = { allowed: true, items: [], refusals: [], warnings: [], issues: [] }

const byDocuments = 'Mend them; offline too they are told by: meshwright check'
/** The trial knows the tables and the engine of the server, which no check does that runs without it. */
const byTrial = 'Mend them; without publishing they are told by: meshwright plan'

function invalid(issues: readonly Issue[], fix: string): MeshError {
  const count = issues.filter(issue => issue.severity === 'error').length
  const what = `${countOf(count, 'thing is', 'things are')} wrong in the documents; nothing was changed.`
  return new MeshError('document.invalid', what, { fix, issues: issues.filter(({ severity }) => severity === 'error') })
}

/** Documents are read from the uploaded files; what the builds read stays where it is, by digest or by absolute path. */
async function publicationOf(
  rooms: Rooms,
  input: Files,
  publisher: Principal,
): Promise<{ workspace: Workspace; publication: Publication; documents: readonly TextFile[] }> {
  const documents: TextFile[] = []
  const sources: SourceFile[] = [...((await rooms.visibleSources?.()) ?? [])]
  for (const { path, digest, sizeBytes } of input.files) {
    if (!(await rooms.bundles.has(digest))) throw new MeshError('request.invalid', `The file ${path} was not uploaded.`)
    if (!isDocumentPath(path)) sources.push({ path, sizeBytes, at: { digest } })
    else documents.push({ path, text: await textOf(rooms, digest) })
  }
  const state = rooms.control.state()
  const workspace = readWorkspace(documents, sources, {
    settings: state.settings,
    domains: [...state.domains.values()],
    hasTable: id => {
      const [schema = '', name = ''] = id.split('.')
      const found = resolveTableName(state, schema, name)
      return found !== undefined && mayDiscover(state, publisher, found.table.id)
    },
  })
  if (documents.length === 0 || isEmpty(workspace)) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${input.folder ?? 'the folder'}.`)
  }
  const bundle = await rooms.bundles.put(Buffer.from(JSON.stringify({ files: input.files })))
  const products = hasErrors(workspace.issues)
    ? workspace.products
    : await withDerivedInputs(rooms, state, workspace, publisher)
  return {
    workspace,
    documents,
    publication: {
      ...(workspace.mesh === undefined ? {} : { mesh: workspace.mesh }),
      domains: workspace.domains,
      policies: workspace.policies,
      products,
      lookedUp: await lookedUp(rooms, products),
      reads: await tableReads(rooms, state, products),
      bundle,
    },
  }
}

const isEmpty = (w: Workspace) =>
  w.mesh === undefined && w.domains.length + w.policies.length + w.products.length + w.issues.length === 0

async function textOf(rooms: Rooms, digest: string): Promise<string> {
  const bytes = await rooms.bundles.get(digest)
  assert(bytes !== undefined, 'an uploaded file vanished')
  return new TextDecoder().decode(bytes)
}

/** The builds of what is new or changed, tried before they are put in force. */
async function examined(
  rooms: Rooms,
  { plan, state }: ReturnType<typeof planWithState>,
  { products }: Publication,
  documents: readonly TextFile[],
  publisher: Principal,
): Promise<readonly Issue[]> {
  const changed = new Set(plan.items.filter(i => i.action === 'create' || i.action === 'update').map(i => i.id))
  const tried = products.filter(
    product => changed.has(product.id) && state.products.get(product.id)?.product === product,
  )
  const faults = await rooms.runs.examine(tried, asSeenBy(publisher, state, new Set(tried.map(({ id }) => id))))
  return faults.map(fault => placedFault(fault, products, documents))
}

/** Without the tables that the publisher may not know of: no fault tells that they are there, or what they hold. */
function asSeenBy(publisher: Principal, state: MeshState, own: ReadonlySet<string>): MeshState {
  const seen = [...state.tables].filter(([id, table]) => own.has(table.product) || mayDiscover(state, publisher, id))
  return seen.length === state.tables.size ? state : { ...state, tables: new Map(seen) }
}

function planShape(plan: Plan, workspace: Workspace): PlanShape {
  const assumed = (id: string) => workspace.assumptions.filter(a => a.product === id).map(a => a.text)
  return {
    allowed: plan.allowed,
    items: plan.items.map(item => ({
      kind: item.kind,
      id: item.id,
      action: item.action,
      ...(item.change === undefined ? {} : { change: item.change }),
      ...(item.version === undefined ? {} : { version: item.version }),
      ...(item.due === undefined ? {} : { due: item.due }),
      changes: item.changes.map(c => ({ ...c })),
      consumers: item.consumers.map(c => ({ ...c })),
      violations: item.violations.map(v => ({
        policy: v.policy,
        team: v.team,
        message: v.message,
        ...(v.fix === undefined ? {} : { fix: v.fix }),
        ...(v.grace === undefined ? {} : { grace: v.grace }),
      })),
      requests: item.requests.map(r => ({ table: r.table, purpose: r.purpose, id: r.id, state: r.state })),
      assumptions: [
        ...item.assumptions,
        ...(item.kind === 'product' || item.kind === 'domain' ? assumed(item.id) : []),
      ],
    })),
    refusals: plan.refusals.map(refusal => problemOf(placedRefusal(refusal, workspace))),
    warnings: [...plan.warnings],
    issues: [...workspace.issues],
  }
}

/** Of what was published, in the order of the inputs: everything whose promoted data is not of this release and these sources. */
async function dueRuns(
  rooms: Rooms,
  state: MeshState,
  plan: Plan,
  publisher: Principal,
): Promise<{ product: string; because: string }[]> {
  const due: { product: string; because: string }[] = []
  for (const item of plan.items) {
    if (item.kind !== 'product') continue
    // How the runs of others went is for those who may run them.
    const domain = state.products.get(item.id)?.product.domain ?? ''
    if (item.action === 'unchanged' && mayDo(state, publisher, 'run', domain) !== undefined) continue
    const because = await whyDue(rooms, state, item.id, item.action)
    if (because !== undefined) due.push({ product: item.id, because })
  }
  return due
}

async function whyDue(rooms: Rooms, state: MeshState, id: string, action: string): Promise<string | undefined> {
  const product = state.products.get(id)
  if (product === undefined) return undefined
  if (action === 'create') return 'first release'
  if (action === 'update') return 'new release'
  if (action === 'sources') return 'changed sources'
  const [last] = await rooms.runs.list({ product: id, withoutSamples: true, limit: 1 })
  if (last?.state === 'promoted' && last.release === product.product.version) return undefined
  return last === undefined ? 'no run yet' : `the last run was ${last.state}`
}
