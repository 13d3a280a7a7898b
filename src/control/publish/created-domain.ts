import { MeshError } from '../../base/index.ts'
import { holds } from '../../mesh/index.ts'
import { mayDo, rights, type Action } from '../rights.ts'
import type { Drafting } from './drafting.ts'

type DomainAction = Extract<Action, 'publish-local-policy' | 'publish-product'>

/**
 * Whether somebody may publish into a domain, by the roles that were held before. In a domain that this publication
 * creates it is who creates it and whom it names; a platform engineer stays until the domain has its first releases.
 */
export function domainRefusal(draft: Drafting, domain: string, action: DomainAction): MeshError | undefined {
  const { base, actor } = draft
  const isRefused = draft.publication.domains.some(d => d.id === domain) && !draft.state().domains.has(domain)
  if (isRefused) return new MeshError('role.required', `Nothing is published into ${domain}, which is refused itself.`)
  if (!draft.state().domains.has(domain))
    return new MeshError('document.invalid', `There is no domain ${domain}.`, { fix: 'Publish its domain.yaml too.' })
  const isEmpty = ![...base.products.values()].some(({ product }) => product.domain === domain)
  if (isEmpty && holds(actor, 'platform-engineer', '')) return undefined
  if (base.domains.has(domain)) return mayDo(base, actor, action, domain)
  const isNamed = draft
    .state()
    .domains.get(domain)!
    .members.some(m => m.person === actor.id && rights[action].some(role => m.roles.includes(role)))
  const isPerson = actor.kind === 'person' && actor.onBehalfOf === undefined
  return isNamed && isPerson ? undefined : mayDo(draft.state(), { ...actor, roles: {} }, action, domain)
}
