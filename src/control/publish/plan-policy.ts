import { MeshError } from '../../base/index.ts'
import { holds, policyKey, type Policy } from '../../mesh/index.ts'
import { checkPolicy } from '../../policy/index.ts'
import type { PlanItem } from '../command.ts'
import { mayDo } from '../rights.ts'
import { domainRefusal } from './created-domain.ts'
import type { Drafting } from './drafting.ts'
import { actionOf, planItem } from './plan-item.ts'

/** A rule that cannot be put in force on a table that it matches is not enacted; a withdrawn one leaves. */
export function planPolicy(draft: Drafting, policy: Policy): PlanItem {
  const id = policy.domain === undefined ? policy.id : `${policy.domain}/${policy.id}`
  const before = draft.base.policies.get(policyKey(policy))
  const isGone = policy.status === 'withdrawn' && before === undefined
  const action = isGone ? 'unchanged' : actionOf(before, policy)
  if (action === 'unchanged') return planItem('policy', id, action)
  const refusal = rightsRefusal(draft, policy)
  if (refusal !== undefined) {
    draft.refuse(refusal)
    return planItem('policy', id, action)
  }
  if (policy.status === 'withdrawn') {
    draft.record({
      kind: 'policy.withdrawn',
      id: policy.id,
      ...(policy.domain === undefined ? {} : { domain: policy.domain }),
    })
    return planItem('policy', id, action)
  }
  // Whoever may not publish learns nothing of what the rule governs or looks up, and nothing later sees it in force.
  if (draft.refusals.some(({ code }) => code === 'role.required')) return planItem('policy', id, action)
  const foreign = foreignTeam(draft, policy)
  if (foreign !== undefined) draft.refuse(foreign)
  checkRule(draft, policy, id)
  draft.record({ kind: 'policy.published', policy, bundle: draft.publication.bundle })
  return planItem('policy', id, action)
}

function rightsRefusal(draft: Drafting, { domain }: Policy): MeshError | undefined {
  if (domain === undefined) return mayDo(draft.base, draft.actor, 'publish-global-policy', '')
  return domainRefusal(draft, domain, 'publish-local-policy')
}

/** A rule's refusals send people to its team: nobody makes another team answer for a rule of their own. */
function foreignTeam(draft: Drafting, { domain, team, id }: Policy): MeshError | undefined {
  if (domain === undefined || holds(draft.actor, 'platform-engineer', '')) return undefined
  const own = draft.state().domains.get(domain)?.team
  if (team === own || draft.actor.teams.includes(team)) return undefined
  return new MeshError(
    'role.required',
    `The policy ${domain}/${id} names the team ${team}, to which ${draft.actor.id} does not belong.`,
    {
      fix: `Write team: ${own ?? domain}, or have a member of ${team} or a platform engineer publish it.`,
    },
  )
}

function checkRule(draft: Drafting, policy: Policy, id: string): void {
  const problems = checkPolicy(policy, draft.state(), draft.actor)
  for (const { path, message } of problems.filter(p => p.severity === 'warning'))
    draft.warn(`Policy ${id}, ${path}: ${message}`)
  const errors = problems.filter(p => p.severity === 'error')
  const [first] = errors
  if (first === undefined) return
  draft.refuse(
    new MeshError('policy.invalid', `The policy ${id} cannot be put in force: ${first.message}`, {
      rule: id,
      team: policy.team,
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      issues: errors.map(({ path, at, message, fix }) => ({
        code: 'policy.invalid',
        severity: 'error',
        message,
        path,
        file: policy.file,
        ...(at === undefined ? {} : { at }),
        ...(fix === undefined ? {} : { fix }),
      })),
    }),
  )
}
