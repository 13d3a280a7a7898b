import { describe, expect, test } from 'vitest'
import { MeshError } from '../../src/base/index.ts'
import { policyKey, principalOf, type MaskName, type MeshState, type Policy } from '../../src/mesh/index.ts'
import { decideQuery, parseCondition, printCondition } from '../../src/policy/index.ts'
import {
  agentFor,
  codeOf,
  column,
  contract,
  decide,
  domain,
  grant,
  mesh,
  now,
  policy,
  product,
  seen,
  struct,
  versionOf,
  type MeshText,
} from './mesh-fixture.ts'

const orders = [
  column('order_id', 'BIGINT'),
  column('region'),
  column('ssn', 'VARCHAR', { class: 'personal' }),
  column('email', 'VARCHAR', { class: 'personal' }),
  column('salary', 'INTEGER', { class: 'confidential' }),
  column('born', 'DATE', { class: 'personal' }),
  struct('profile', [column('phone', 'VARCHAR', { class: 'personal' }), column('city')]),
]

const base: MeshText = {
  settings: {
    purposes: { analytics: { is: 'Learn' }, marketing: { is: 'Offer' }, planning: { is: 'Plan' } },
    teams: { crm: { members: ['tess'] }, hr: { members: ['hana'] } },
    agents: { bot: { sponsor: 'alice' } },
    people: { bob: { attributes: { region: 'EU', regions: ['EU', 'UK'] } } },
  },
  domains: [
    domain('sales', 'sales-team', [
      { person: 'alice', roles: ['product-owner'] },
      { person: 'ed', roles: ['data-engineer'] },
      { person: 'dora', roles: ['domain-expert'] },
    ]),
    domain('gov', 'gov-team'),
  ],
  products: [
    product('sales.orders', [contract('sales.orders', [{ name: 'orders', columns: orders }])]),
    product('sales.returns', [contract('sales.returns', [{ name: 'returns', columns: [column('id', 'BIGINT')] }])]),
    product('gov.grants', [contract('gov.grants', [{ name: 'grants', columns: [column('u'), column('region')] }])]),
  ],
  grants: [grant('g1', 'bob', 'sales.orders', 'analytics')],
}

const withPolicies = (...policies: readonly Policy[]): MeshState => mesh({ ...base, policies })
const errorOf = (d: ReturnType<typeof decide>): MeshError => {
  if (d.verdict === 'deny') return d.error
  throw new Error('It was allowed.')
}

describe('access', () => {
  const state = mesh(base)

  test('is denied by default, with the next step and the team', () => {
    const error = errorOf(decide(state, 'carol', 'sales.orders', 'planning'))
    expect(error.code).toBe('access.required')
    expect(error.details.next?.command).toBe('meshwright access request sales.orders --purpose planning')
    expect(error.details.team).toBe('sales-team')
    expect(error.message).toBe('carol has no access to sales.orders for the purpose planning.')
  })

  test('is granted for one purpose', () => {
    expect(codeOf(decide(state, 'bob', 'sales.orders', 'analytics'))).toBe('allow')
    expect(codeOf(decide(state, 'bob', 'sales.orders', 'marketing'))).toBe('access.required')
    expect(codeOf(decide(state, 'bob', 'sales.orders', 'analitics'))).toBe('purpose.unknown')
  })

  test('a purpose is implied where only one covers all', () => {
    const decision = decide(state, 'bob', 'sales.orders')
    expect(decision).toMatchObject({
      verdict: 'allow',
      purpose: 'analytics',
      determinedBy: [{ rule: 'g1', team: 'sales-team', effect: 'grant', table: 'sales.orders' }],
    })
    const two = mesh({ ...base, grants: [...base.grants!, grant('g2', 'bob', 'sales.orders', 'marketing')] })
    const error = errorOf(decide(two, 'bob', 'sales.orders'))
    expect(error.code).toBe('purpose.required')
    expect(error.details.context).toEqual({ purposes: ['analytics', 'marketing'] })
  })

  test('one purpose must cover all tables of a statement', () => {
    const state = mesh({ ...base, grants: [...base.grants!, grant('g2', 'bob', 'sales.returns', 'marketing')] })
    const error = errorOf(decide(state, 'bob', ['sales.orders', 'sales.returns']))
    expect(error.code).toBe('access.required')
    expect(error.message).toContain('sales.orders (analytics), sales.returns (marketing)')
    expect(codeOf(decide(state, 'bob', ['sales.orders', 'sales.returns'], 'analytics'))).toBe('access.required')
  })

  test.each([
    ['before it begins', { from: '2026-12-01T00:00:00.000Z' }],
    ['at its end', { until: now.toISOString() }],
    ['after it was revoked', { revoked: { at: now.toISOString(), by: 'alice' } }],
    ['for another major', { major: 2 }],
    ['for a table whose name only begins alike', { table: 'sales.orders2' }],
    ['of somebody else', { who: 'bobby' }],
  ])('a grant gives nothing %s', (_, more) => {
    const state = mesh({ ...base, grants: [grant('g1', 'bob', 'sales.orders', 'analytics', more)] })
    expect(codeOf(decide(state, 'bob', 'sales.orders', 'analytics'))).toBe('access.required')
  })

  test('that was allowed a moment ago ends with its grant', () => {
    const until = '2026-11-24T12:00:01.000Z'
    const state = mesh({ ...base, grants: [grant('g1', 'bob', 'sales.orders', 'analytics', { until })] })
    const at = (time: string) => codeOf(decide(state, 'bob', 'sales.orders', 'analytics', { now: new Date(time) }))
    expect(at('2026-11-24T12:00:00.999Z')).toBe('allow')
    expect(at(until)).toBe('access.required')
    expect(at('2025-12-31T23:59:59.999Z')).toBe('access.required')
  })

  test('a grant of a team is one of its members', () => {
    const state = mesh({ ...base, grants: [grant('g1', 'team:crm', 'sales.orders', 'analytics')] })
    expect(codeOf(decide(state, 'tess', 'sales.orders', 'analytics'))).toBe('allow')
    expect(codeOf(decide(state, 'bob', 'sales.orders', 'analytics'))).toBe('access.required')
  })

  test('owners and engineers keep up their own tables, and nobody else', () => {
    expect(decide(state, 'alice', 'sales.orders')).toMatchObject({ verdict: 'allow', purpose: 'upkeep' })
    expect(codeOf(decide(state, 'ed', 'sales.orders', 'upkeep'))).toBe('allow')
    expect(codeOf(decide(state, 'dora', 'sales.orders', 'upkeep'))).toBe('access.required')
    expect(codeOf(decide(state, 'alice', 'gov.grants', 'upkeep'))).toBe('access.required')
    expect(codeOf(decide(state, 'alice', 'sales.orders', 'analytics'))).toBe('access.required')
  })

  test('builds read their own domain, and others under their grant', () => {
    expect(decide(state, 'product:sales.orders', 'sales.returns')).toMatchObject({
      verdict: 'allow',
      purpose: 'product',
    })
    expect(codeOf(decide(state, 'product:sales.orders', 'gov.grants'))).toBe('access.required')
    expect(codeOf(decide(state, 'product:sales2.x', 'sales.orders'))).toBe('access.required')
  })

  test('columns of several grants add up where the rows are equal', () => {
    const some = mesh({
      ...base,
      grants: [
        grant('g1', 'bob', 'sales.orders', 'analytics', { columns: ['order_id'] }),
        grant('g2', 'bob', 'sales.orders', 'analytics', { columns: ['REGION'] }),
      ],
    })
    expect(seen(decide(some, 'bob', 'sales.orders'))).toEqual({ order_id: 'shown', region: 'shown' })
  })

  test('rows of several grants add up where the columns are equal; else the newest holds', () => {
    const rows = (...grants: NonNullable<MeshText['grants']>) => {
      const decision = decide(mesh({ ...base, grants }), 'bob', 'sales.orders')
      if (decision.verdict === 'deny') throw decision.error
      const [table] = decision.tables
      return [table!.columns.map(c => c.name).join(), ...table!.filters.map(f => printCondition(f.condition))]
    }
    const eu = grant('eu', 'bob', 'sales.orders', 'analytics', { columns: ['region'], rows: "region = 'EU'" })
    const us = grant('us', 'bob', 'sales.orders', 'analytics', { columns: ['region'], rows: "region = 'US'" })
    const all = grant('all', 'bob', 'sales.orders', 'analytics', { columns: ['region'] })
    const other = { ...us, id: 'other', columns: ['ssn'], from: '2026-02-01T00:00:00.000Z' }
    expect(rows(eu, us)).toEqual(['region', `("region" = 'EU') OR ("region" = 'US')`])
    expect(rows(eu, us, all)).toEqual(['region'])
    expect(rows(other, eu)).toEqual(['ssn', `"region" = 'US'`])
    expect(rows({ ...eu, rows: 'region = principal.missing' })).toEqual(['region', 'FALSE'])
    expect(rows({ ...eu, rows: 'region = (' })).toEqual(['region', 'FALSE'])
  })
})

describe('agents', () => {
  const both = [
    grant('a', 'bot', 'sales.orders', 'analytics', { columns: ['order_id', 'region'] }),
    grant('p', 'bob', 'sales.orders', 'analytics', { columns: ['region', 'ssn'] }),
  ]

  test('reach what both reach, for the same purpose', () => {
    const state = mesh({ ...base, grants: both })
    expect(seen(decide(state, agentFor(state, 'bot', 'bob'), 'sales.orders'))).toEqual({ region: 'shown' })
    expect(codeOf(decide(state, agentFor(state, 'bot', 'carol'), 'sales.orders'))).toBe('access.required')
    const alone = mesh({ ...base, grants: [both[1]!] })
    expect(codeOf(decide(alone, agentFor(alone, 'bot', 'bob'), 'sales.orders', 'analytics'))).toBe('access.required')
  })

  test('see no more than their person, and no more than agents may', () => {
    const rules = [
      policy('of-team', {
        query: [{ when: "!('crm' in principal.teams)", filter: 'order_id > 1' }],
        select: { tables: "table.name == 'orders'" },
      }),
      policy('of-agents', { query: [{ when: "principal.kind == 'agent'", limit: { rows: 100 } }] }),
    ]
    const settings = { ...base.settings, teams: { crm: { members: ['bot'] } } }
    const state = mesh({ ...base, settings, policies: rules, grants: both })
    const decision = decide(state, agentFor(state, 'bot', 'bob'), 'sales.orders')
    expect(decision).toMatchObject({
      rowLimit: { rows: 100, rule: 'of-agents' },
      tables: [{ filters: [{ rule: 'of-team' }] }],
    })
  })

  test('an exception for a team is theirs only if both are in it', () => {
    const rule = policy('p', { query: [{ mask: 'by-class', except: [{ team: 'crm' }] }] })
    const of = (...members: string[]) => {
      const settings = { ...base.settings, teams: { crm: { members } } }
      const grants = [grant('a', 'bot', 'sales.orders', 'analytics'), grant('p', 'bob', 'sales.orders', 'analytics')]
      const state = mesh({ ...base, settings, policies: [rule], grants })
      return seen(decide(state, agentFor(state, 'bot', 'bob'), 'sales.orders'))['ssn']
    }
    expect(of('bot', 'bob')).toBe('shown')
    expect(of('bob')).toBe('keyed-hash')
    expect(of('bot')).toBe('keyed-hash')
  })
})

describe('open tables', () => {
  const open = policy('open', { domain: 'sales', team: 'sales-team', query: [{ open: true }] })

  test('need no access and no purpose', () => {
    const decision = decide(withPolicies(open), 'carol', 'sales.orders')
    expect(decision).toMatchObject({
      verdict: 'allow',
      determinedBy: [{ rule: 'sales/open', team: 'sales-team', effect: 'open' }],
    })
    expect(decision).not.toHaveProperty('purpose')
    expect(codeOf(decide(withPolicies(open), 'carol', 'gov.grants'))).toBe('access.required')
  })

  test('are closed by a global deny', () => {
    const deny = policy('shut', { query: [{ deny: { message: 'Not for ${principal.id}.' } }] })
    const error = errorOf(decide(withPolicies(open, deny), 'carol', 'sales.orders'))
    expect([error.code, error.message]).toEqual(['policy.denied', 'Not for carol. (rule shut of privacy-office)'])
  })

  test('a draft, a grace period, a later date and a rule about columns open nothing', () => {
    const later: Policy[] = [
      { ...open, status: 'draft' },
      { ...open, status: 'grace' },
      { ...open, status: 'withdrawn' },
      { ...open, from: '2026-12-01' },
      { ...open, select: { columns: 'true' } },
    ]
    for (const rule of later)
      expect(codeOf(decide(withPolicies(rule), 'carol', 'sales.orders'))).toBe('access.required')
  })

  test('an opening for one purpose is lost when another is implied', () => {
    const narrow = policy('open', { domain: 'gov', query: [{ open: true, when: "purpose != 'analytics'" }] })
    const state = withPolicies(narrow)
    expect(codeOf(decide(state, 'bob', 'gov.grants'))).toBe('allow')
    expect(codeOf(decide(state, 'bob', ['sales.orders', 'gov.grants']))).not.toBe('allow')
  })
})

describe('masks', () => {
  const mask = (id: string, of: string, mask: MaskName | 'by-class', more = {}): Policy =>
    policy(id, { select: { columns: of }, query: [{ mask, ...more }] })

  test('by class follow the column', () => {
    const state = withPolicies(mask('p', "column.class == 'personal' || column.class == 'confidential'", 'by-class'))
    expect(seen(decide(state, 'bob', 'sales.orders'))).toEqual({
      order_id: 'shown',
      region: 'shown',
      ssn: 'keyed-hash',
      email: 'keyed-hash',
      salary: 'replace-with-null',
      born: 'truncate-to-year',
      profile: 'phone keyed-hash',
    })
  })

  test('meet at the least upper bound', () => {
    const two = (a: MaskName, b: MaskName, of: string) => {
      const state = withPolicies(mask('a', `column.name == '${of}'`, a), mask('b', `column.name == '${of}'`, b))
      return seen(decide(state, 'bob', 'sales.orders'))[of]
    }
    expect(two('show-first-4', 'show-last-4', 'ssn')).toBe('mask-to-fixed-value')
    expect(two('show-first-4', 'replace-with-null', 'ssn')).toBe('replace-with-null')
    expect(two('truncate-to-month', 'truncate-to-year', 'born')).toBe('truncate-to-year')
    expect(two('truncate-to-month', 'keyed-hash', 'born')).toBe('mask-to-fixed-value')
  })

  test('that do not fit give way to the next stricter', () => {
    const one = (m: MaskName, of: string) =>
      seen(decide(withPolicies(mask('a', `column.path == '${of}'`, m)), 'bob', 'sales.orders'))[of]
    expect(one('show-first-4', 'born')).toBe('mask-to-fixed-value')
    expect(one('truncate-to-month', 'ssn')).toBe('mask-to-fixed-value')
    expect(one('keyed-hash', 'profile')).toBe('mask-to-fixed-value')
    expect(one('keyed-hash', 'salary')).toBe('keyed-hash')
  })

  test('a hash is seen as text, also inside a struct', () => {
    const decision = decide(
      withPolicies(mask('a', "column.name in ['salary', 'phone']", 'keyed-hash')),
      'bob',
      'sales.orders',
    )
    if (decision.verdict === 'deny') throw decision.error
    const typeOf = (name: string) => decision.tables[0]!.columns.find(c => c.name === name)?.type
    expect(typeOf('salary')).toBe('VARCHAR')
    expect(typeOf('profile')).toBe('STRUCT("phone" VARCHAR, "city" VARCHAR)')
    expect(typeOf('order_id')).toBe('BIGINT')
  })

  test('reach each of two fields whose paths read alike', () => {
    const both = struct('s', [struct('x', [column('y')]), column('x.y')])
    const state = mesh({
      ...base,
      policies: [mask('p', "column.path == 's.x.y'", 'keyed-hash')],
      products: [product('sales.orders', [contract('o', [{ name: 'orders', columns: [both] }])])],
    })
    const decision = decide(state, 'bob', 'sales.orders')
    const nested = decision.verdict === 'allow' ? decision.tables[0]!.columns[0]!.nested.map(n => n.path) : []
    expect(nested).toEqual([['x', 'y'], ['x.y']])
  })

  test('reach into lists, and are joined where they lie inside each other', () => {
    const list = column('l', 'STRUCT("zip" VARCHAR)[]', { element: struct('', [column('zip')]) })
    const see = (...policies: Policy[]) =>
      seen(
        decide(
          mesh({
            ...base,
            policies,
            products: [product('sales.orders', [contract('o', [{ name: 'orders', columns: [list] }])])],
          }),
          'bob',
          'sales.orders',
        ),
      )
    const inner = mask('a', "column.path == 'l[].zip'", 'show-first-4')
    expect(see(inner)).toEqual({ l: '[].zip show-first-4' })
    expect(see(inner, mask('b', "column.path == 'l[]'", 'replace-with-null'))).toEqual({ l: '[] replace-with-null' })
    expect(see(inner, mask('b', "column.path == 'l'", 'keyed-hash'))).toEqual({ l: 'mask-to-fixed-value' })
  })

  test('of a whole and of its parts hold both', () => {
    const state = withPolicies(
      mask('whole', "column.name == 'profile'", 'mask-to-fixed-value'),
      mask('part', "column.path == 'profile.phone'", 'replace-with-null'),
    )
    expect(seen(decide(state, 'bob', 'sales.orders'))['profile']).toBe('replace-with-null')
  })

  test('follow what newer releases and majors say of a column', () => {
    const silent = orders.map(c => column(c.name, c.type, c.fields === undefined ? {} : { fields: c.fields }))
    const rule = mask('p', "column.class == 'personal'", 'by-class')
    const maskOf = (promised: typeof silent, read: typeof silent, newer?: typeof silent) => {
      const contracts = [contract('v1', [{ name: 'orders', columns: promised }])]
      if (newer !== undefined) contracts.push(contract('v2', [{ name: 'orders', columns: newer }], '2.0.0'))
      const state = mesh({ ...base, policies: [rule], products: [product('sales.orders', contracts)] })
      const tables = [{ version: versionOf(state, 'sales.orders', 1), columns: read }]
      return seen(decideQuery({ state, principal: principalOf(state, 'bob'), door: 'http', now, tables }))['ssn']
    }
    expect(maskOf(silent, silent)).toBe('shown')
    expect(maskOf(orders, silent)).toBe('keyed-hash')
    expect(maskOf(silent, orders)).toBe('keyed-hash')
    expect(maskOf(silent, silent, orders)).toBe('keyed-hash')
  })

  test('an exception belongs to its own rule', () => {
    const excepting = mask('a', "column.name == 'ssn'", 'show-last-4', { except: [{ purpose: 'analytics' }] })
    const strict = mask('b', "column.name == 'ssn'", 'keyed-hash')
    expect(seen(decide(withPolicies(excepting), 'bob', 'sales.orders'))['ssn']).toBe('shown')
    expect(seen(decide(withPolicies(excepting, strict), 'bob', 'sales.orders'))['ssn']).toBe('keyed-hash')
  })
})

describe('filters', () => {
  const filtersOf = (
    filter: string,
    who = 'bob',
    state = withPolicies(policy('f', { select: { tables: "table.name == 'orders'" }, query: [{ filter }] })),
  ) => {
    const grants = [...base.grants!, grant('gc', 'carol', 'sales.orders', 'analytics')]
    const decision = decide({ ...state, grants: new Map(grants.map(g => [g.id, g])) }, who, 'sales.orders')
    return decision.verdict === 'deny'
      ? decision.error.code
      : decision.tables[0]!.filters.map(f => printCondition(f.condition)).join()
  }

  test('bind attributes as values', () => {
    expect(filtersOf('region = principal.region')).toBe(`"region" = 'EU'`)
    expect(filtersOf('region in principal.regions')).toBe(`"region" IN ('EU', 'UK')`)
    expect(filtersOf('region = principal.id')).toBe(`"region" = 'bob'`)
  })

  test('a missing attribute shows no row, whatever the operator', () => {
    for (const text of [
      'region = principal.base',
      'region <> principal.base',
      'not region = principal.base',
      'true or region = principal.base',
    ])
      expect(filtersOf(text)).toBe('FALSE')
    expect(filtersOf('region in principal.teams')).toBe('FALSE')
    expect(filtersOf('region = principal.regions')).toBe('FALSE')
    expect(filtersOf('region = principal.region', 'carol')).toBe('FALSE')
  })

  test('a hostile attribute stays a value', () => {
    const people = { bob: { attributes: { region: "EU' OR '1'='1" } } }
    const state = mesh({
      ...base,
      settings: { ...base.settings, people },
      policies: [
        policy('f', { select: { tables: "table.name == 'orders'" }, query: [{ filter: 'region = principal.region' }] }),
      ],
    })
    const printed = filtersOf('', 'bob', state)
    expect(parseCondition(printed)).toMatchObject({ right: { kind: 'text', text: "EU' OR '1'='1" } })
  })

  test('entitlements are looked up in a table that exists', () => {
    expect(filtersOf('exists in gov.grants where u = principal.id and region = row.region')).toContain(
      'EXISTS IN "gov"."grants"',
    )
    expect(filtersOf('exists in gov.nowhere where u = principal.id')).toBe('policy.unenforceable')
  })
})

describe('what cannot be told is refused', () => {
  test.each<[string, Partial<Policy> & { query: readonly object[] }]>([
    ['a condition without an answer', { query: [{ when: "principal.base.startsWith('S')", limit: { rows: 1 } }] }],
    [
      'a selection without an answer',
      { select: { columns: "column.class.matches('p')" }, query: [{ mask: 'keyed-hash' }] },
    ],
    ['a condition that is neither true nor false', { query: [{ when: '1', limit: { rows: 1 } }] }],
    ['a condition that does not compile', { query: [{ when: 'principl.id == 1', limit: { rows: 1 } }] }],
    ['a filter that does not parse', { query: [{ filter: 'region =' }] }],
    ['a filter on a column that is gone', { query: [{ filter: "land = 'EU'" }] }],
  ])('%s', (_, more) => {
    const error = errorOf(decide(withPolicies(policy('p', more)), 'bob', 'sales.orders'))
    expect([error.code, error.details.rule, error.details.team]).toEqual([
      'policy.unenforceable',
      'p',
      'privacy-office',
    ])
  })

  test('but never what the rule does not match', () => {
    const rule = policy('p', { select: { tables: "table.name == 'returns'" }, query: [{ filter: "land = 'EU'" }] })
    expect(codeOf(decide(withPolicies(rule), 'bob', 'sales.orders'))).toBe('allow')
    const excepted = policy('p', { query: [{ filter: "land = 'EU'", except: [{ person: 'bob' }] }] })
    expect(codeOf(decide(withPolicies(excepted), 'bob', 'sales.orders'))).toBe('allow')
    const local = policy('p', { domain: 'gov', query: [{ filter: "land = 'EU'" }] })
    expect(codeOf(decide(withPolicies(local), 'bob', 'sales.orders'))).toBe('allow')
  })
})

describe('limits and groups', () => {
  test('the strictest holds', () => {
    const state = withPolicies(
      policy('a', { query: [{ limit: { rows: 1000, cost: 5 } }, { minimumGroup: 5 }] }),
      policy('b', { query: [{ limit: { rows: 10 } }, { minimumGroup: 20 }] }),
    )
    expect(decide(state, 'bob', 'sales.orders')).toMatchObject({
      rowLimit: { rows: 10, rule: 'b', team: 'privacy-office' },
      limits: { cost: { most: 5, rule: 'a' } },
      tables: [{ minimumGroup: { people: 20, rule: 'b' } }],
    })
  })
})

describe('time', () => {
  const deny = policy('d', { from: '2026-12-01', query: [{ deny: { message: 'No.' } }] })

  test('a rule binds from its date and warns before', () => {
    const state = withPolicies(deny)
    expect(decide(state, 'bob', 'sales.orders')).toMatchObject({
      verdict: 'allow',
      warnings: [{ rule: 'd', from: '2026-12-01', team: 'privacy-office' }],
    })
    expect(codeOf(decide(state, 'bob', 'sales.orders', undefined, { now: new Date('2026-12-01') }))).toBe(
      'policy.denied',
    )
    expect(codeOf(decide(state, 'bob', 'sales.orders'))).toBe('allow')
  })

  test('a condition may ask for the time', () => {
    const night = policy('n', { query: [{ when: 'now.getHours() < 6', deny: { message: 'Asleep.' } }] })
    const state = withPolicies(night)
    expect(codeOf(decide(state, 'bob', 'sales.orders'))).toBe('allow')
    expect(codeOf(decide(state, 'bob', 'sales.orders', undefined, { now: new Date('2026-11-24T03:00:00Z') }))).toBe(
      'policy.denied',
    )
  })
})

test('what was found out is forgotten when the mesh changes', () => {
  const state = withPolicies()
  expect(seen(decide(state, 'bob', 'sales.orders'))['ssn']).toBe('shown')
  const rule = policy('p', { select: { columns: "column.name == 'ssn'" }, query: [{ mask: 'keyed-hash' }] })
  const ruled = { ...state, policies: new Map([[policyKey(rule), rule]]) }
  expect(seen(decide(ruled, 'bob', 'sales.orders'))['ssn']).toBe('keyed-hash')
  const excepting = policy('p', {
    select: { domains: "domain.team == 'sales-team'" },
    query: [{ deny: { message: 'No.' } }],
  })
  const before = { ...state, policies: new Map([[policyKey(excepting), excepting]]) }
  expect(codeOf(decide(before, 'bob', 'sales.orders'))).toBe('policy.denied')
  const moved = { ...before, domains: new Map([...before.domains, ['sales', domain('sales', 'other')]]) }
  expect(codeOf(decide(moved, 'bob', 'sales.orders'))).toBe('allow')
})

test('builds answer to the rules of every purpose that they serve', () => {
  const consent = policy('c', { domain: 'gov', query: [{ when: "purpose == 'marketing'", filter: "region = 'EU'" }] })
  const read = (serves: string[]) => {
    const grants = [grant('g', 'product:sales.orders', 'gov.grants', 'product', { serves })]
    const decision = decide(mesh({ ...base, policies: [consent], grants }), 'product:sales.orders', 'gov.grants')
    return decision.verdict === 'allow' && decision.tables[0]!.filters.length
  }
  expect([read([]), read(['planning']), read(['planning', 'marketing'])]).toEqual([0, 0, 1])
})

test('principals are told apart by what they are, not by who made them', () => {
  const state = withPolicies(policy('p', { query: [{ mask: 'by-class', except: [{ team: 'crm' }] }] }))
  const bob = principalOf(state, 'bob')
  expect(seen(decide(state, bob, 'sales.orders'))['ssn']).toBe('keyed-hash')
  expect(seen(decide(state, { ...bob, teams: ['crm'] }, 'sales.orders'))['ssn']).toBe('shown')
})
