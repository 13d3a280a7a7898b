import { MeshError } from '../../base/index.ts'
import { defaultInfrastructure, type Domain, type MeshState, type Principal } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Plan, PlanItem, Publication } from '../command.ts'
import type { Situation } from '../decided.ts'
import { startDrafting, type Drafting } from './drafting.ts'
import { planDomain } from './plan-domain.ts'
import { planItem } from './plan-item.ts'
import { planMesh } from './plan-mesh.ts'
import { planPolicy } from './plan-policy.ts'
import { planProduct } from './plan-product.ts'
import { productOrder } from './product-order.ts'

/** What publishing would do, and whether it may: nothing is changed, and nothing asked for. */
export const planPublication = (state: MeshState, publication: Publication, actor: Principal, now: Date): Plan =>
  planWithState(state, publication, actor, now).plan

/** The plan, and the mesh as it would be. */
export function planWithState(
  state: MeshState,
  publication: Publication,
  actor: Principal,
  now: Date,
): { readonly plan: Plan; readonly state: MeshState } {
  let count = 0
  const effects = { now, newId: () => `planned_${++count}`, newSecret: () => '', identityProvider: false }
  const { plan, draft } = draftPublication({ state, actor, effects }, publication)
  const items = plan.items.map(item => withoutPlanned(state, item))
  return { plan: { ...plan, items, refusals: plan.refusals.map(bare) }, state: draft.state() }

  function bare(refusal: MeshError): MeshError {
    const request = refusal.details.context?.['request']
    if (typeof request !== 'string' || state.requests.has(request)) return refusal
    const { request: _planned, ...context } = refusal.details.context ?? {}
    const fix = refusal.fix.replace(`The request ${request} waits for`, 'Publishing asks for it; it waits for')
    return new MeshError(refusal.code, refusal.message, {
      ...refusal.details,
      fix,
      context,
      next: { command: 'meshwright publish' },
    })
  }
}

/** Requests that would be filed have no id yet. */
const withoutPlanned = (state: MeshState, item: PlanItem): PlanItem => ({
  ...item,
  requests: item.requests.map(({ id, ...request }) => {
    if (id !== undefined && state.requests.has(id)) return { ...request, id }
    return request.state === 'requested' ? { ...request, state: 'needed' } : request
  }),
})

/** Plans step by step on a copy of the state, so that what comes later sees what came before. */
export function draftPublication(
  situation: Situation,
  publication: Publication,
): { readonly plan: Plan; readonly draft: Drafting } {
  const draft = startDrafting(situation, publication)
  for (const repeated of repeatedIn(publication))
    draft.refuse(new MeshError('document.invalid', `${repeated} is there twice.`, { fix: 'Take one of them out.' }))
  const items: PlanItem[] = []
  if (publication.mesh !== undefined) items.push(planMesh(draft, publication.mesh))
  for (const domain of [...publication.domains, ...impliedDomains(draft)]) items.push(planDomain(draft, domain))
  for (const policy of publication.policies) items.push(planPolicy(draft, policy))
  const { ordered, refusals } = productOrder(
    draft.base,
    publication,
    id => !draft.base.products.has(id) || mayDiscover(draft.base, draft.actor, id, draft.effects.now),
  )
  refusals.forEach(draft.refuse)
  if (refusals.length > 0) items.push(...publication.products.map(p => planItem('product', p.id, 'update')))
  else for (const product of ordered) items.push(planProduct(draft, product))
  const plan: Plan = {
    allowed: draft.refusals.length === 0,
    items,
    refusals: distinct(draft.refusals),
    warnings: [...new Set(draft.warnings)],
  }
  return { plan, draft }
}

/** Domains that nobody wrote down: a product is enough. */
function impliedDomains({ base, publication }: Drafting): readonly Domain[] {
  const written = new Set([...base.domains.keys(), ...publication.domains.map(domain => domain.id)])
  const named = new Set(publication.products.map(product => product.domain))
  return [...named]
    .filter(id => !written.has(id))
    .map(id => ({
      id,
      title: id,
      tags: [],
      team: id,
      members: [],
      notify: {},
      infrastructure: defaultInfrastructure,
      aliases: {},
    }))
}

function repeatedIn({ domains, policies, products }: Publication): readonly string[] {
  const ids = [
    ...domains.map(({ id }) => `The domain ${id}`),
    ...policies.map(({ id, domain }) => `The policy ${domain === undefined ? id : `${domain}/${id}`}`),
    ...products.map(({ id }) => `The product ${id}`),
  ]
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
}

const distinct = (refusals: readonly MeshError[]): readonly MeshError[] => [
  ...new Map(refusals.map(refusal => [`${refusal.code} ${refusal.message}`, refusal])).values(),
]
