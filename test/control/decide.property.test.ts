import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { MeshError } from '../../src/base/index.ts'
import { decide, type Command, type Effects } from '../../src/control/index.ts'
import { emptyState, evolve, principalOf, type MeshState, type Principal } from '../../src/mesh/index.ts'
import { domain, policy, product, settings, table } from './nouns.ts'

/** Names that meet often, and some that nobody should choose. */
const names = ['__proto__', 'constructor', '', 'x y', 'é', 'orders_v2', '../x']
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', 'flights') }, fc.constantFrom(...names))
const others = ['bot', 'dashboard', 'team:t', 'team:', 'product:flights.a', 'product:', '', '__proto__']
const person = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('tariq', 'omar', 'leo') }, fc.constantFrom(...others))
const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0', '0.0.1', 'x', '1')
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constant('planning') },
  fc.constantFrom('product', 'upkeep', '__proto__'),
  fc.string({ maxLength: 8 }),
)
const days = fc.oneof(fc.constantFrom(1, 30), fc.double())
const id = fc.integer({ min: 1, max: 12 }).map(n => `id_${n}`)
const tableId = fc.oneof(
  fc.constant('flights.a'),
  fc.tuple(name, name).map(parts => parts.join('.')),
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, arbitrary)

const someProduct = fc
  .record({
    domain: name,
    name,
    version,
    contractVersion: version,
    columns: fc.subarray(['id', 'amount', 'x']),
    tables: fc.array(name, { maxLength: 2 }),
    reads: fc.array(tableId, { maxLength: 2 }),
    sql: fc.constantFrom('select 1', 'select 2'),
  })
  .map(p => product(`${p.domain}.${p.name}`, { ...p, tables: p.tables.map(t => table(t, ...p.columns)) }))
const roles = fc.subarray(['product-owner', 'data-engineer', 'consumer'] as const)
const someDomain = fc
  .record({ id: name, members: fc.dictionary(person, roles, { maxKeys: 3 }), parent: maybe(name), team: name })
  .map(({ id, members, parent, team }) => ({
    ...domain(id, members),
    team,
    ...(parent === undefined ? {} : { parent }),
  }))
const somePolicy = fc
  .record({
    id: name,
    domain: maybe(name),
    status: fc.constantFrom('enforced', 'withdrawn', 'draft', 'grace'),
    when: fc.constantFrom('true', 'column.name ==', "purpose.id == 'planning'", 'nothing.here'),
  })
  .map(({ id, domain: of, status, when }) =>
    policy(id, {
      status,
      select: { tables: when },
      onQuery: [{ open: true, except: [] }],
      ...(of === undefined ? {} : { domain: of }),
    }),
  )
const someSettings = fc.constantFrom(
  settings(),
  settings({
    services: { dashboard: { sponsor: 'omar' } },
    agents: { bot: { sponsor: 'leo' } },
    teams: { t: { members: ['leo'] } },
  }),
  settings({ teams: { t: { members: ['leo'] } }, governance: { team: 't', quorum: 1, objectDays: 0 } }),
)

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('found' as const), platformEngineer: person }),
  fc.record({
    kind: fc.constant('publish' as const),
    publication: fc
      .record({
        mesh: maybe(someSettings),
        domains: fc.array(someDomain, { maxLength: 2 }),
        policies: fc.array(somePolicy, { maxLength: 2 }),
        products: fc.array(someProduct, { maxLength: 3 }),
      })
      .map(({ mesh, ...rest }) => ({ ...rest, bundle: 'b', ...(mesh === undefined ? {} : { mesh }) })),
  }),
  fc
    .record({
      for: person,
      table: tableId,
      purpose: text,
      columns: maybe(fc.array(name, { maxLength: 2 })),
      rows: maybe(fc.oneof(fc.constant('a > 1'), text)),
      days: maybe(days),
      major: maybe(fc.constantFrom(1, 2)),
    })
    .map(({ columns, rows, days, major, ...rest }) => ({
      kind: 'request-access' as const,
      ...rest,
      ...(columns === undefined ? {} : { columns }),
      ...(rows === undefined ? {} : { rows }),
      ...(days === undefined ? {} : { days }),
      ...(major === undefined ? {} : { major }),
    })),
  fc.record({
    kind: fc.constant('answer-access' as const),
    id,
    answer: fc.constantFrom('approved' as const, 'rejected' as const),
    reason: text,
  }),
  fc.record({
    kind: fc.constantFrom('withdraw-access' as const, 'revoke-access' as const, 'revoke-token' as const),
    id,
  }),
  fc.record({ kind: fc.constant('create-token' as const), for: person, days, purpose: text }),
  fc.record({ kind: fc.constant('record-queries' as const), count: fc.double(), head: text }),
  fc.record({
    kind: fc.constant('promote' as const),
    product: tableId,
    release: version,
    run: text,
    lineage: fc.constant([]),
    tables: fc.array(
      fc.record({
        table: tableId,
        major: fc.integer({ min: 0, max: 2 }),
        to: text,
        snapshot: text,
        rows: fc.nat(),
        sizeBytes: fc.nat(),
      }),
      { maxLength: 2 },
    ),
  }),
)

const step = fc.record({
  command,
  who: person,
  behalf: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, person),
})

it('gives events or a refusal for every command, and never loses the state', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20, size: 'max' }), steps => {
      let state = started()
      let count = 0
      for (const { command, who, behalf } of steps) {
        const actor = principal(state, who, behalf)
        const decided = decide(
          state,
          command,
          actor,
          effects(() => `id_${++count}`),
        )
        if (decided instanceof MeshError) continue
        if (decided.refusal !== undefined && command.kind !== 'publish')
          throw new Error('Only publish refuses and records.')
        for (const event of decided.events) {
          state = evolve(state, { seq: state.seq + 1, at: now.toISOString(), actor: who, event, hash: '' })
        }
        keepsItsLaws(state)
      }
    }),
    { numRuns: 300 },
  )
})

const now = new Date('2026-11-24T10:00:00.000Z')
const effects = (id: () => string): Effects => ({ now, newId: id, newSecret: id, identityProvider: false })

/** A mesh with an owner, a product, services and teams, so that requests meet something. */
function started(): MeshState {
  const found: Command = { kind: 'found', platformEngineer: 'tariq' }
  const publication = {
    mesh: settings({
      services: { dashboard: { sponsor: 'omar' } },
      agents: { bot: { sponsor: 'leo' } },
      teams: { t: { members: ['leo'] } },
    }),
    domains: [domain('flights', { omar: ['product-owner'], leo: ['product-owner'] })],
    policies: [],
    products: [product('flights.a', { tables: [table('a', 'a', 'b')] })],
    bundle: 'b',
  }
  return [found, { kind: 'publish', publication } as const].reduce((state, command) => {
    const decided = decide(
      state,
      command,
      principalOf(state, 'tariq'),
      effects(() => 'id'),
    )
    if (decided instanceof MeshError) throw decided
    return decided.events.reduce(
      (s, event) => evolve(s, { seq: s.seq + 1, at: now.toISOString(), actor: 'tariq', event, hash: '' }),
      state,
    )
  }, emptyState)
}

function principal(state: MeshState, who: string, behalf: string | undefined): Principal {
  const own = principalOf(state, who)
  return behalf === undefined ? own : { ...own, onBehalfOf: principalOf(state, behalf) }
}

function keepsItsLaws(state: MeshState): void {
  for (const grant of state.grants.values()) {
    const request = state.requests.get(grant.request)!
    expect(request.state).toBe('approved')
    const answered = request.answers.filter(a => a.answer === 'approved').map(a => a.approver)
    expect(request.approvedByRule !== undefined || request.chain.every(link => answered.includes(link))).toBe(true)
    if (!request.who.startsWith('product:'))
      for (const { by } of request.answers) expect([request.who, request.requestedBy]).not.toContain(by)
  }
  for (const { product: p } of state.products.values()) expect(state.domains.has(p.domain)).toBe(true)
  for (const d of state.domains.values()) expect(d.members.some(m => m.roles.includes('product-owner'))).toBe(true)
  for (const t of state.tables.values()) expect(state.products.has(t.product)).toBe(true)
}
