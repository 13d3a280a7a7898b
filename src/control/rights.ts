import { countOf, MeshError } from '../base/index.ts'
import { holds, principalOf, type MeshState, type Principal, type Role } from '../mesh/index.ts'
import { governanceMembers } from './governance-members.ts'

/**
 * Which roles may do what: one of them suffices. Roles of a domain are held in the domain that the action is about; the
 * platform engineer's and the governance member's everywhere. Nobody else may, and reading data is in no list: that is
 * for access and policies alone.
 */
export const rights = {
  'publish-mesh': ['platform-engineer'],
  'publish-global-policy': ['platform-engineer'],
  'publish-domain': ['product-owner'],
  'publish-local-policy': ['product-owner'],
  'publish-product': ['product-owner', 'data-engineer'],
  run: ['product-owner', 'data-engineer', 'platform-engineer'],
  'see-rejected-rows': ['product-owner', 'data-engineer'],
  'answer-access': ['product-owner'],
  'revoke-access': ['product-owner'],
  'request-access-for-product': ['product-owner', 'data-engineer'],
  'create-token-for-person': ['platform-engineer'],
  'revoke-token': ['platform-engineer'],
  'read-ledger': ['governance-member', 'platform-engineer'],
  'back-up': ['platform-engineer'],
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof rights

/** The federation's own matters: as soon as it has members, they decide instead of the platform engineer. */
const federal: ReadonlySet<Action> = new Set(['publish-mesh', 'publish-global-policy'])

/** Why somebody may not; undefined where they may. `domain` is `''` for what concerns no domain. */
export function mayDo(state: MeshState, principal: Principal, action: Action, domain: string): MeshError | undefined {
  if (federal.has(action) && governanceMembers(state).length > 0) return mayGovern(state, principal, action)
  const roles = rights[action]
  if (roles.some(role => holdsRole(principal, role, domain))) return undefined
  return missing(state, action, roles, domain)
}

export const isFederalRole = (role: Role): boolean => role === 'platform-engineer' || role === 'governance-member'

const holdsRole = (principal: Principal, role: Role, domain: string): boolean =>
  holds(principal, role, isFederalRole(role) ? '' : domain)

/** One vote that suffices and nobody to wait for make a member's publication bind at once; else it takes a vote. */
function mayGovern(state: MeshState, principal: Principal, action: Action): MeshError | undefined {
  const { quorum, objectDays, team } = state.settings.governance
  const members = governanceMembers(state).join(', ')
  if (!holds(principal, 'governance-member', '')) {
    const what = `To ${does[action]} is for the team ${team}, since the federation has members: ${members}.`
    return new MeshError('role.required', what, { fix: `Ask one of them to publish it: ${members}.`, team: team ?? '' })
  }
  if (quorum <= 1 && objectDays === 0) return undefined
  const needed = `${quorum} of ${members} to agree and ${countOf(objectDays, 'day')} in which domains can object`
  return new MeshError('role.required', `To ${does[action]} takes a proposal: it needs ${needed}.`, {
    fix: 'Agree on it among the members; with governance.quorum 1 and objectDays 0 a member publishes at once.',
    team: team ?? '',
  })
}

function missing(state: MeshState, action: Action, roles: readonly Role[], domain: string): MeshError {
  const holders = holdersOf(state, roles, domain)
  const where = domain === '' || roles.every(isFederalRole) ? '' : ` of the domain ${domain}`
  const names = roles.map(role => role.replace('-', ' ')).join(' or ')
  const who = holders.length === 0 ? 'nobody holds that role' : holders.join(', ')
  return new MeshError('role.required', `To ${does[action]} takes the role ${names}${where} (${who}).`, {
    fix: holders.length === 0 ? 'Have the role filled in domain.yaml first.' : `Ask ${holders.join(' or ')}.`,
    context: { action, roles, holders },
  })
}

/** People who hold one of the roles there. */
export function holdersOf(state: MeshState, roles: readonly Role[], domain: string): readonly string[] {
  const inDomain = (state.domains.get(domain)?.members ?? []).filter(m => m.roles.some(role => roles.includes(role)))
  const installation = roles.includes('platform-engineer') ? state.platformEngineers : []
  const federation = roles.includes('governance-member') ? governanceMembers(state) : []
  const all = [...inDomain.map(m => m.person), ...installation, ...federation]
  return [...new Set(all)].filter(id => principalOf(state, id).kind === 'person')
}

const does: Record<Action, string> = {
  'publish-mesh': 'publish mesh.yaml',
  'publish-global-policy': 'publish a global policy',
  'publish-domain': 'publish domain.yaml',
  'publish-local-policy': "publish a domain's policy",
  'publish-product': 'publish a product',
  run: 'run a product',
  'see-rejected-rows': 'see rejected rows',
  'answer-access': 'answer an access request',
  'revoke-access': 'revoke access',
  'request-access-for-product': 'ask for access for a product',
  'create-token-for-person': 'make a token for somebody else',
  'revoke-token': "revoke somebody else's token",
  'read-ledger': 'read the ledger',
  'back-up': 'make a backup',
}
