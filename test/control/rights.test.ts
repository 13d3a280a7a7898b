import { expect, it } from 'vitest'
import { mayDo, rights, type Action } from '../../src/control/index.ts'
import { principalOf, type MeshState, type Principal } from '../../src/mesh/index.ts'
import { domain, settings } from './nouns.ts'
import { trial } from './trial.ts'

/** One person for each role, in the domain that is asked about; the owner of another domain; and what acts for people. */
const columns = [
  'product-owner',
  'data-engineer',
  'domain-expert',
  'consumer',
  'other-owner',
  'platform',
  'governance',
  'stranger',
  'service',
  'agent',
  'agent-of-owner',
] as const

const withoutFederation = `
publish-mesh                .  .  .  .  .  y  .  .  .  .  .
publish-global-policy       .  .  .  .  .  y  .  .  .  .  .
publish-domain              y  .  .  .  .  .  .  .  .  .  .
publish-local-policy        y  .  .  .  .  .  .  .  .  .  .
publish-product             y  y  .  .  .  .  .  .  .  .  .
run                         y  y  .  .  .  y  .  .  .  .  .
see-rejected-rows           y  y  .  .  .  .  .  .  .  .  .
answer-access               y  .  .  .  .  .  .  .  .  .  .
revoke-access               y  .  .  .  .  .  .  .  .  .  .
request-access-for-product  y  y  .  .  .  .  .  .  .  .  .
create-token-for-person     .  .  .  .  .  y  .  .  .  .  .
revoke-token                .  .  .  .  .  y  .  .  .  .  .
read-ledger                 .  .  .  .  .  y  .  .  .  .  .
back-up                     .  .  .  .  .  y  .  .  .  .  .
`

it('says for each role and action yes or no, while the platform engineer governs', () => {
  expect(tableOf(mesh(settings()))).toBe(withoutFederation)
})

it('gives the federation to its members as soon as it has any', () => {
  const governance = { team: 'federation', quorum: 1, objectDays: 0 }
  const state = mesh(settings({ teams: { federation: { members: ['governance'] } }, governance }))
  const changed = withoutFederation
    .replace(/(publish-mesh .*?)y  \./, '$1.  y')
    .replace(/(publish-global-policy .*?)y  \./, '$1.  y')
    .replace(/(read-ledger .*?)y  \./, '$1y  y')
  expect(tableOf(state)).toBe(changed)
})

it('leaves to a vote what takes more than one, and says whose', () => {
  const governance = { team: 'federation', quorum: 2, objectDays: 7 }
  const state = mesh(settings({ teams: { federation: { members: ['governance', 'greta'] } }, governance }))
  expect(mayDo(state, principalOf(state, 'governance'), 'publish-mesh', '')?.message).toContain(
    '2 of governance, greta',
  )
  const no = mayDo(state, principalOf(state, 'platform'), 'publish-mesh', '')
  expect(no).toMatchObject({ code: 'role.required', fix: 'Ask one of them to publish it: governance, greta.' })
})

it('names who holds the role', () => {
  const state = mesh(settings())
  const no = mayDo(state, principalOf(state, 'stranger'), 'publish-product', 'flights')
  expect(no?.message).toContain('product owner or data engineer of the domain flights (product-owner, data-engineer)')
  expect(mayDo(state, principalOf(state, 'stranger'), 'publish-product', 'nowhere')?.message).toContain('nobody holds')
})

function mesh(mesh: ReturnType<typeof settings>): MeshState {
  const t = trial()
  t.do('tariq', { kind: 'create-token', for: 'tariq' })
  t.publish('tariq', {
    mesh: {
      ...mesh,
      services: { service: { sponsor: 'product-owner' } },
      agents: { agent: { sponsor: 'product-owner' } },
    },
    domains: [
      domain('flights', {
        'product-owner': ['product-owner'],
        'data-engineer': ['data-engineer'],
        'domain-expert': ['domain-expert'],
        consumer: ['consumer'],
        service: ['product-owner'],
        agent: ['product-owner'],
      }),
      domain('sales', { 'other-owner': ['product-owner', 'data-engineer', 'domain-expert'] }),
    ],
  })
  return { ...t.state, platformEngineers: ['platform'] }
}

function tableOf(state: MeshState): string {
  const who = (name: string): Principal =>
    name === 'agent-of-owner'
      ? { ...principalOf(state, 'agent'), onBehalfOf: principalOf(state, 'product-owner') }
      : principalOf(state, name)
  const lines = (Object.keys(rights) as Action[]).map(action => {
    const cells = columns.map(name => (mayDo(state, who(name), action, 'flights') === undefined ? 'y' : '.'))
    return `${action.padEnd(28)}${cells.join('  ')}`
  })
  return `\n${lines.join('\n')}\n`
}
