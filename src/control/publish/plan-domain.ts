import { MeshError } from '../../base/index.ts'
import { holds, reservedDomainIds, type Domain } from '../../mesh/index.ts'
import type { PlanItem } from '../command.ts'
import { mayDo } from '../rights.ts'
import type { Drafting } from './drafting.ts'
import { isName } from './product-faults.ts'
import { actionOf, planItem } from './plan-item.ts'
import { teamRefusal } from './team-refusal.ts'

/** A domain that is there is its product owners' to publish; one that is not is created by who publishes it. */
export function planDomain(draft: Drafting, document: Domain): PlanItem {
  const before = draft.base.domains.get(document.id)
  const domain = withOwner(draft, document)
  const action = actionOf(before, domain)
  if (action === 'unchanged') return planItem('domain', domain.id, action)
  const refusal =
    faultOf(draft, domain) ?? rightsRefusal(draft, domain) ?? teamRefusal(draft, domain) ?? parentRefusal(draft, domain)
  if (refusal !== undefined) draft.refuse(refusal)
  // Rules that others wrote may ask for what a domain says: what somebody may not publish changes no answer.
  if (refusal?.code === 'role.required') return planItem('domain', domain.id, action)
  draft.record({ kind: 'domain.published', domain, bundle: draft.publication.bundle })
  return planItem('domain', domain.id, action)
}

/** Product owners whom the document does not name stay; a domain without any gets the one who creates it. */
function withOwner({ base, actor, warn }: Drafting, domain: Domain): Domain {
  if (ownersOf(domain).length > 0) return domain
  const before = base.domains.get(domain.id)
  const owners = before === undefined ? [actor.id] : ownersOf(before)
  if (before === undefined && actor.kind === 'person')
    warn(`${actor.id} becomes product owner of ${domain.id}, since nobody else is named.`)
  const others = domain.members.filter(member => !owners.includes(member.person))
  const named = owners.map(person => ({
    person,
    roles: ['product-owner' as const, ...domain.members.filter(m => m.person === person).flatMap(m => m.roles)],
  }))
  return { ...domain, members: [...others, ...named] }
}

const ownersOf = (domain: Domain): readonly string[] =>
  domain.members.filter(member => member.roles.includes('product-owner')).map(member => member.person)

function rightsRefusal({ base, actor }: Drafting, domain: Domain): MeshError | undefined {
  if (base.domains.has(domain.id)) return mayDo(base, actor, 'publish-domain', domain.id)
  if (holds(actor, 'platform-engineer', '')) return undefined
  if (actor.kind !== 'person' || actor.onBehalfOf !== undefined)
    return new MeshError('role.required', 'Only people create domains.', { fix: 'Have a person publish it.' })
  if (ownersOf(domain).includes(actor.id)) return undefined
  return new MeshError('role.required', `The new domain ${domain.id} names others as its product owners.`, {
    fix: `Have ${ownersOf(domain).join(' or ')} or a platform engineer publish it.`,
  })
}

/** A domain stands under another by the consent of that one's owners; under one of the same publication they are the same. */
function parentRefusal({ base, actor }: Drafting, { id, parent }: Domain): MeshError | undefined {
  if (parent === undefined || base.domains.get(id)?.parent === parent || !base.domains.has(parent)) return undefined
  if (holds(actor, 'platform-engineer', '') || holds(actor, 'product-owner', parent)) return undefined
  const owners = ownersOf(base.domains.get(parent)!)
  return new MeshError(
    'role.required',
    `That ${id} is part of ${parent} is for the product owners of ${parent} to say.`,
    {
      fix: `Leave parent: out, or have ${[...owners, 'a platform engineer'].join(' or ')} publish the domain.`,
    },
  )
}

function faultOf(draft: Drafting, { id, parent }: Domain): MeshError | undefined {
  if (!isName(id) || reservedDomainIds.has(id.toLowerCase()))
    return invalid(`${JSON.stringify(id)} cannot be the name of a domain.`, 'Choose another name.')
  if (parent === undefined) return undefined
  const parents = new Map([...draft.base.domains.values(), ...draft.publication.domains].map(d => [d.id, d.parent]))
  if (!parents.has(parent)) return invalid(`The domain ${id} has a parent that is not there: ${parent}.`, 'Mend it.')
  const above = new Set<string>()
  for (let next: string | undefined = parent; next !== undefined && !above.has(next); next = parents.get(next))
    above.add(next)
  return above.has(id) ? invalid(`The domain ${id} is its own ancestor.`, 'Mend the parents.') : undefined
}

const invalid = (what: string, fix: string) => new MeshError('document.invalid', what, { fix })
