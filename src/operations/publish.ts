import type { InputOf, Operations, PlanShape } from '../api/index.ts'
import { problemOf } from '../api/index.ts'
import { assert, hasErrors, MeshError } from '../base/index.ts'
import { planPublication, type Plan, type Publication } from '../control/index.ts'
import type { MeshState, SourceFile } from '../mesh/index.ts'
import { isDocumentPath, readWorkspace, type Workspace } from '../spec/index.ts'
import { withDerivedInputs } from './derived-inputs.ts'
import type { Handlers } from './handler.ts'
import type { Rooms } from './rooms.ts'

type Files = InputOf<Operations['plan']>

export const publishHandlers: Pick<Handlers, 'plan' | 'publish' | 'missingUploads'> = {
  async missingUploads({ bundles }, { digests }) {
    const missing: string[] = []
    for (const digest of new Set(digests)) if (!(await bundles.has(digest))) missing.push(digest)
    return { missing }
  },

  async plan(rooms, input, { principal }) {
    const { workspace, publication } = await publicationOf(rooms, input)
    if (hasErrors(workspace.issues)) return { ...emptyPlan, issues: [...workspace.issues], allowed: false }
    return planShape(planPublication(rooms.control.state(), publication, principal, rooms.clock()), workspace)
  },

  async publish(rooms, input, { principal }) {
    const { workspace, publication } = await publicationOf(rooms, input)
    if (hasErrors(workspace.issues)) throw invalid(workspace)
    const outcome = await rooms.control.execute({ kind: 'publish', publication }, principal)
    const plan = outcome.result as Plan
    const state = rooms.control.state()
    return { plan: planShape(plan, workspace), seq: state.seq, runs: await dueRuns(rooms, state, plan) }
  },
}

const emptyPlan: PlanShape = { allowed: true, items: [], refusals: [], warnings: [], issues: [] }

function invalid(workspace: Workspace): MeshError {
  const errors = workspace.issues.filter(issue => issue.severity === 'error')
  return new MeshError(
    'document.invalid',
    `${errors.length} ${errors.length === 1 ? 'thing is' : 'things are'} wrong in the documents; nothing was changed.`,
    {
      issues: workspace.issues,
    },
  )
}

/** Documents are read from the uploaded files; what the builds read stays where it is, by digest or by absolute path. */
async function publicationOf(rooms: Rooms, input: Files): Promise<{ workspace: Workspace; publication: Publication }> {
  const documents: { path: string; text: string }[] = []
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
  })
  if (documents.length === 0 || isEmpty(workspace)) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${input.folder ?? 'the folder'}.`)
  }
  const bundle = await rooms.bundles.put(Buffer.from(JSON.stringify({ files: input.files })))
  const products = hasErrors(workspace.issues) ? workspace.products : await withDerivedInputs(rooms, state, workspace)
  return {
    workspace,
    publication: {
      ...(workspace.mesh === undefined ? {} : { mesh: workspace.mesh }),
      domains: workspace.domains,
      policies: workspace.policies,
      products,
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
    refusals: plan.refusals.map(problemOf),
    warnings: [...plan.warnings],
    issues: [...workspace.issues],
  }
}

/** Of what was published, in the order of the inputs: everything whose promoted data is not of this release and these sources. */
async function dueRuns(rooms: Rooms, state: MeshState, plan: Plan): Promise<{ product: string; because: string }[]> {
  const due: { product: string; because: string }[] = []
  for (const item of plan.items) {
    if (item.kind !== 'product') continue
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
  const [last] = (await rooms.runs.list({ product: id, limit: 1 })) ?? []
  if (last?.state === 'promoted' && last.release === product.product.version) return undefined
  return last === undefined ? 'no run yet' : `the last run was ${last.state}`
}
