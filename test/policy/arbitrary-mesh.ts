import * as fc from 'fast-check'
import {
  principalOf,
  type Exception,
  type Grant,
  type MaskName,
  type MeshState,
  type Policy,
  type QueryRule,
} from '../../src/mesh/index.ts'
import { agentFor, column, contract, domain, grant, mesh, policy, product } from './mesh-fixture.ts'
import { filters, type Question } from './reference.ts'

/** Two domains with two tables each, and everything about rules, grants and askers at random. */
const people = ['u1', 'u2', 'u3']
const tables = ['d1.t1', 'd1.t2', 'd2.t3']
const purposes = ['p1', 'p2', 'p3']

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

const exception: fc.Arbitrary<Exception> = fc
  .record({
    team: maybe(fc.constantFrom('x', 'team-d1')),
    purpose: maybe(fc.constantFrom(...purposes)),
    kind: maybe(fc.constantFrom('agent', 'person')),
    door: maybe(fc.constantFrom('http', 'pgwire')),
    person: maybe(fc.constantFrom(...people)),
    role: maybe(fc.constantFrom('product-owner', 'data-engineer')),
    in: maybe(fc.constantFrom('d1', 'd2')),
  })
  .map(entry => present(entry.role === undefined ? { ...entry, in: undefined } : entry) as Exception)

const mask = fc.constantFrom<MaskName | 'by-class'>(
  'show-first-4',
  'show-last-4',
  'mask-alphanum',
  'truncate-to-month',
  'truncate-to-year',
  'keyed-hash',
  'mask-to-fixed-value',
  'replace-with-null',
  'by-class',
)

const when = maybe(
  fc.constantFrom(
    "purpose == 'p1'",
    "purpose.id in ['p1', 'p2']",
    "principal.kind == 'agent'",
    "'x' in principal.teams",
    "principal.base == 'SEA'",
    "person.id == 'u1'",
    "door == 'pgwire'",
  ),
)

const harmless: fc.Arbitrary<Partial<QueryRule>> = fc.oneof(
  { arbitrary: fc.record({ mask }), weight: 5 },
  { arbitrary: fc.record({ filter: fc.constantFrom(...Object.keys(filters)) }), weight: 2 },
  { arbitrary: fc.record({ minimumGroup: fc.integer({ min: 1, max: 20 }) }), weight: 1 },
  { arbitrary: fc.record({ limit: fc.record({ rows: fc.integer({ min: 0, max: 1000 }) }) }), weight: 1 },
  { arbitrary: fc.constant({ deny: { message: 'No.' } }), weight: 4 },
)
const opening: fc.Arbitrary<Partial<QueryRule>> = fc.constant({ open: true })

const ruleOf = (effect: fc.Arbitrary<Partial<QueryRule>>): fc.Arbitrary<QueryRule> =>
  fc
    .tuple(effect, when, fc.array(exception, { maxLength: 2 }))
    .map(([effect, when, except]) => present({ ...effect, when, except }) as QueryRule)

const select: fc.Arbitrary<Policy['select']> = fc
  .record({
    domains: maybe(fc.constantFrom("domain.id == 'd1'", "domain.team != 'team-d2'")),
    tables: maybe(fc.constantFrom("table.name == 't1'", "'pii' in table.tags")),
    columns: maybe(
      fc.constantFrom(
        "column.class == 'personal'",
        "column.effectiveClass != 'public'",
        "column.name.matches('^s')",
        "column.type == 'date'",
      ),
    ),
  })
  .map(select => present(select) as Policy['select'])

const policyOf = (rule: fc.Arbitrary<QueryRule>, domainOf: fc.Arbitrary<string | undefined>): fc.Arbitrary<Policy> =>
  fc
    .record({
      id: fc.uuid(),
      domain: domainOf,
      select,
      onQuery: fc.array(rule, { minLength: 1, maxLength: 2 }),
      status: fc.constantFrom('enforced', 'enforced', 'enforced', 'grace', 'draft') as fc.Arbitrary<Policy['status']>,
      from: maybe(fc.constantFrom('2026-11-01', '2026-12-01')),
    })
    .map(more => policy(more.id, present(more) as Partial<Policy>))

export const localDomain = fc.constantFrom('d1', 'd2')
export const anyPolicy = policyOf(ruleOf(fc.oneof(harmless, harmless, opening)), maybe(localDomain))
/** Any rule but `open`. */
export const closingPolicy = policyOf(ruleOf(harmless), maybe(localDomain))
export const localClosingPolicy = policyOf(ruleOf(harmless), localDomain)

const anyGrant: fc.Arbitrary<Grant> = fc
  .record({
    id: fc.uuid(),
    who: fc.constantFrom(...people, 'bot', 'bot', 'team:x'),
    table: fc.constantFrom(...tables),
    purpose: fc.constantFrom('p1', 'p1', ...purposes),
    columns: maybe(fc.subarray(['s', 'd', 'n', 'f'], { minLength: 1 })),
    until: fc.constantFrom('2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', '2026-11-24T12:00:00.000Z'),
  })
  .map(({ id, who, table, purpose, ...more }) => grant(id, who, table, purpose, present(more) as Partial<Grant>))

/** Half of all meshes give everybody access for one purpose, so that rules and not grants decide. */
const everything = [...people, 'bot'].flatMap(who => tables.map(table => grant(`${who} ${table}`, who, table, 'p1')))

const klass = fc.constantFrom(undefined, 'public', 'internal', 'confidential', 'personal')

const columns = fc
  .tuple(klass, klass, klass, klass, fc.boolean())
  .map(([s, d, n, f, marked]) => [
    column('s', 'VARCHAR', present({ class: s }) as object),
    column('d', 'DATE', present({ class: d }) as object),
    column('n', 'BIGINT', present({ class: n, identifier: marked ? 'key' : undefined }) as object),
    column('f', 'DOUBLE', present({ class: f }) as object),
  ])

export const anyMesh = (policies: fc.Arbitrary<readonly Policy[]>): fc.Arbitrary<MeshState> =>
  fc
    .record({
      policies,
      grants: fc.array(anyGrant, { minLength: 4, maxLength: 24, size: 'max' }),
      columns: fc.tuple(columns, columns, columns),
      members: fc.subarray(people),
      owner: fc.constantFrom(...people),
      generous: fc.boolean(),
    })
    .map(({ policies, grants, columns, members, owner, generous }) =>
      mesh({
        settings: {
          purposes: Object.fromEntries(purposes.map(p => [p, { is: p }])),
          teams: { x: { members } },
          people: { u1: { attributes: { base: 'SEA' } }, u2: { attributes: { base: 'JFK' } } },
          agents: { bot: { sponsor: 'u1' } },
        },
        domains: [domain('d1', 'team-d1', [{ person: owner, roles: ['product-owner'] }]), domain('d2', 'team-d2')],
        products: [
          product('d1.a', [
            contract('d1.a', [
              { name: 't1', columns: columns[0] },
              { name: 't2', columns: columns[1], tags: ['pii'] },
            ]),
          ]),
          product('d2.b', [contract('d2.b', [{ name: 't3', columns: columns[2] }])]),
        ],
        policies,
        grants: generous ? [...grants, ...everything] : grants,
      }),
    )

export const anyQuestion = (state: fc.Arbitrary<MeshState>): fc.Arbitrary<Question> =>
  fc
    .record({
      state,
      who: fc.constantFrom(...people, 'bot'),
      person: fc.constantFrom(...people),
      purpose: maybe(fc.constantFrom('p1', 'p1', 'p1', ...purposes, 'upkeep', 'nonsense')),
      door: fc.constantFrom('http', 'pgwire'),
      tables: fc.subarray(tables, { minLength: 1, maxLength: 2 }),
    })
    .map(
      ({ who, person, state, ...more }) =>
        present({
          ...more,
          state,
          now: new Date('2026-11-24T12:00:00.000Z'),
          principal: who === 'bot' ? agentFor(state, 'bot', person) : principalOf(state, who),
        }) as Question,
    )
