import { describe, expect, test } from 'vitest'
import { principalOf, type Policy, type PublishRule } from '../../src/mesh/index.ts'
import {
  checkPolicy,
  decidePublish,
  decideRequest,
  mayDiscover,
  testPolicy,
  versionFor,
} from '../../src/policy/index.ts'
import {
  agentFor,
  column,
  contract,
  domain,
  grant,
  mesh,
  now,
  policy,
  product,
  struct,
  versionOf,
  type MeshText,
} from './mesh-fixture.ts'

const people = [
  column('crew_id', 'VARCHAR', { class: 'personal', identifier: 'crew' }),
  column('salary_usd', 'DECIMAL(12,2)', { class: 'confidential' }),
  column('base', 'VARCHAR', { class: 'internal' }),
]

const base: MeshText = {
  settings: {
    purposes: { planning: { is: 'Plan' }, 'customer-care': { is: 'Help' } },
    approve: { default: ['product-owner'], byClass: { personal: ['product-owner', 'team:privacy-office'] } },
    teams: { analysts: { members: ['leo'] } },
    agents: { bot: { sponsor: 'ivy' } },
  },
  domains: [
    domain('people', 'hr', [
      { person: 'ivy', roles: ['product-owner'] },
      { person: 'eve', roles: ['domain-expert'] },
    ]),
    domain('flights', 'flight-ops', [{ person: 'omar', roles: ['product-owner'] }]),
  ],
  products: [
    product('people.crew', [contract('people.crew', [{ name: 'crew', columns: people }])]),
    product('flights.departures', [contract('d', [{ name: 'departures', columns: [column('flight_id', 'BIGINT')] }])]),
  ],
}
const withPolicies = (...policies: readonly Policy[]) => mesh({ ...base, policies })

describe('decidePublish', () => {
  const rule = (require: string, more: Partial<PublishRule> = {}): readonly PublishRule[] => [
    { require, message: 'No: ${column.name} of ${product.id} is ${column.class}.', except: [], ...more },
  ]
  const classified = policy('classified', { select: { columns: 'true' }, onPublish: rule('column.class != null') })
  const release = product('people.crew', [
    contract('people.crew', [
      { name: 'crew', columns: [...people, struct('home', [column('street')], { class: 'personal' })] },
    ]),
  ])
  const judge = (p: Policy, question: object = {}) =>
    decidePublish({ state: withPolicies(p), product: release, change: 'safe', now, ...question }).violations

  test('says for each column what is not met', () => {
    expect(judge(classified)).toEqual([
      { policy: 'classified', team: 'privacy-office', message: 'No: street of people.crew is none.' },
    ])
    expect(judge({ ...classified, status: 'draft' })).toEqual([])
    expect(judge({ ...classified, domain: 'flights' })).toEqual([])
  })

  test('warns in grace, before its date, and in a new domain', () => {
    expect(judge({ ...classified, status: 'grace', from: '2026-12-01' })).toMatchObject([{ grace: '2026-12-01' }])
    expect(judge({ ...classified, from: '2026-12-01' })).toMatchObject([{ grace: '2026-12-01' }])
    expect(judge(classified, { now: new Date('2026-01-15') })).toMatchObject([{ grace: '2026-01-31' }])
    expect(judge({ ...classified, domain: 'people' }, { now: new Date('2026-01-15') })[0]).not.toHaveProperty('grace')
  })

  test('asks about the product, its contract and its release', () => {
    const whole = (require: string) => judge(policy('p', { onPublish: rule(require, { message: 'No.' }) })).length
    expect(whole("product.owner != null && product.description.purpose == null && release.change == 'safe'")).toBe(0)
    expect(whole('size(product.support) > 0')).toBe(1)
    expect(whole("contract.version == '1.0.0' && domain.team == 'hr' && mesh.id == 'mesh'")).toBe(0)
  })

  test('what has no answer is not met', () => {
    const [violation] = judge(
      policy('p', { select: { columns: "column.identifier.startsWith('c')" }, onPublish: rule('true') }),
    )
    expect(violation?.message).toContain('The rule p of privacy-office cannot be put in force on people.crew')
  })
})

describe('decideRequest', () => {
  const ask = (policies: readonly Policy[], question: object = {}) => {
    const state = withPolicies(...policies)
    const leo = principalOf(state, 'leo')
    const version = versionOf(state, 'people.crew')
    return decideRequest({
      state,
      principal: leo,
      for: leo,
      version,
      purpose: 'customer-care',
      days: 30,
      now,
      ...question,
    })
  }
  const approving = (approve: string, more: Partial<Policy> = {}): Policy =>
    policy('auto', { onRequest: [{ approve, except: [] }], ...more })

  test('the chain is that of the strictest classes asked for', () => {
    expect(ask([]).chain).toEqual(['product-owner', 'team:privacy-office'])
    expect(ask([], { columns: ['base'] }).chain).toEqual(['product-owner'])
    expect(ask([], { columns: ['CREW_ID'] }).chain).toEqual(['product-owner', 'team:privacy-office'])
  })

  test('chains of rules join it', () => {
    const more = policy('works-council', {
      select: { domains: "domain.id == 'people'" },
      onRequest: [{ chain: ['team:council'], except: [] }],
    })
    expect(ask([more]).chain).toEqual(['product-owner', 'team:council', 'team:privacy-office'])
  })

  test('a global rule approves all parts, a local one its own product owner', () => {
    const yes = "purpose == 'customer-care' && request.days <= 90"
    expect(ask([approving(yes)])).toEqual({ approvedByRule: 'auto', chain: [] })
    expect(ask([approving(yes)], { days: 91 })).toEqual({ chain: ['product-owner', 'team:privacy-office'] })
    expect(ask([approving(yes, { domain: 'people' })])).toEqual({ chain: ['team:privacy-office'] })
    expect(ask([approving(yes, { domain: 'people' })], { columns: ['base'] })).toEqual({
      approvedByRule: 'people/auto',
      chain: [],
    })
    expect(ask([approving(yes, { domain: 'flights' })]).chain).toHaveLength(2)
    expect(ask([approving(yes, { status: 'grace' })]).chain).toHaveLength(2)
  })

  test('an approval holds for the one who asks and the one who gets', () => {
    const analysts = approving("'analysts' in principal.teams")
    const bob = principalOf(withPolicies(), 'bob')
    expect(ask([analysts])).toHaveProperty('approvedByRule')
    expect(ask([analysts], { for: bob })).not.toHaveProperty('approvedByRule')
    expect(ask([analysts], { principal: bob })).not.toHaveProperty('approvedByRule')
    expect(ask([analysts], { for: 'team:analysts' })).toHaveProperty('approvedByRule')
  })

  test('an approval without an answer asks the team of the rule', () => {
    expect(ask([approving('request.rows.size() < 10')]).chain).toContain('team:privacy-office')
    expect(ask([approving('request.rows.size() < 10', { team: 'federation' })], { columns: ['base'] }).chain).toEqual([
      'product-owner',
      'team:federation',
    ])
  })
})

describe('mayDiscover', () => {
  const hide = (more: Partial<Policy> = {}, when?: string): Policy =>
    policy('hide', {
      onFind: [{ hide: true, reason: 'Secret', except: [], ...(when === undefined ? {} : { when }) }],
      ...more,
    })
  const finds = (who: string, id: string, ...policies: Policy[]) => {
    const state = withPolicies(...policies)
    return mayDiscover(state, principalOf(state, who), id, now)
  }

  test('everything is found unless a rule hides it', () => {
    expect(finds('leo', 'people.crew')).toBe(true)
    expect(finds('leo', 'people.crew', hide({ domain: 'people' }))).toBe(false)
    expect(finds('leo', 'flights.departures', hide({ domain: 'people' }))).toBe(true)
    expect(finds('leo', 'people.crew', hide({ select: { tables: "table.name == 'crew'" } }))).toBe(false)
    expect(finds('leo', 'people.crew', hide({}, "!('analysts' in principal.teams)"))).toBe(true)
    expect(finds('bob', 'people.crew', hide({}, "!('analysts' in principal.teams)"))).toBe(false)
  })

  test('by members of the domain and by whoever has access, always', () => {
    expect(finds('ivy', 'people.crew', hide())).toBe(true)
    expect(finds('eve', 'people.crew', hide())).toBe(true)
    const state = mesh({ ...base, policies: [hide()], grants: [grant('g', 'leo', 'people.crew', 'planning')] })
    expect(mayDiscover(state, principalOf(state, 'leo'), 'people.crew', now)).toBe(true)
    expect(mayDiscover(state, agentFor(state, 'bot', 'leo'), 'people.crew', now)).toBe(false)
  })

  test('a global rule can forbid hiding; a local one cannot', () => {
    const never = (more: Partial<Policy> = {}) => policy('never', { onFind: [{ hide: false, except: [] }], ...more })
    expect(finds('leo', 'people.crew', hide({ domain: 'people' }), never())).toBe(true)
    expect(finds('leo', 'people.crew', hide({ domain: 'people' }), never({ domain: 'people' }))).toBe(false)
    expect(finds('leo', 'people.crew', hide({ domain: 'people' }), never({ status: 'grace' }))).toBe(false)
  })

  test('a hiding rule without an answer hides', () => {
    expect(finds('leo', 'people.crew', hide({}, 'principal.base.size() > 0'))).toBe(false)
  })
})

describe('versionFor', () => {
  const v1 = contract('crew.v1', [{ name: 'crew', columns: people }])
  const v2 = contract('crew.v2', [{ name: 'crew', columns: people }], '2.0.0')
  const three = { ...base, products: [product('people.crew', [v1, v2, { ...v2, version: '3.0.0' }])] }
  const majorOf = (who: string, text: Partial<MeshText>, options: object = {}) => {
    const state = mesh({ ...three, ...text })
    return versionFor(state, principalOf(state, who), state.tables.get('people.crew')!, { now, ...options })?.major
  }
  const grants = [
    grant('g1', 'leo', 'people.crew', 'planning'),
    grant('g2', 'leo', 'people.crew', 'customer-care', { major: 2 }),
  ]

  test('is the newest that was granted, for the purpose', () => {
    expect(majorOf('leo', { grants })).toBe(2)
    expect(majorOf('leo', { grants }, { purpose: 'planning' })).toBe(1)
    expect(majorOf('leo', { grants }, { major: 3 })).toBe(3)
    expect(majorOf('leo', { grants }, { major: 4 })).toBeUndefined()
    expect(majorOf('bob', { grants })).toBe(3)
  })

  test('is the newest of all for owners and for open tables', () => {
    expect(majorOf('ivy', { grants })).toBe(3)
    const open = policy('open', { domain: 'people', query: [{ open: true }] })
    expect(majorOf('leo', { grants, policies: [open] })).toBe(3)
  })
})

describe('checkPolicy', () => {
  const check = (more: Parameters<typeof policy>[1]) =>
    checkPolicy(policy('p', more), withPolicies()).map(
      p => `${p.severity} ${p.path}: ${p.at === undefined ? '' : `${p.at}: `}${p.message} ${p.fix}`,
    )

  test.each<[string, Parameters<typeof policy>[1], string]>([
    [
      'a name that is not there',
      { select: { columns: "colum.class == 'x'" } },
      'error columns: 0: There is no colum here. Did you mean column?',
    ],
    [
      'a field that is not there',
      { select: { columns: "true && column.clas == 'x'" } },
      'error columns: 14: column has no clas here. Did you mean column.class?',
    ],
    [
      'a name of another point',
      { select: { tables: 'principal.id == table.name' } },
      'error tables: 0: There is no principal here.',
    ],
    [
      'a column where none is selected',
      { query: [{ when: "column.name == 'x'", limit: { rows: 1 } }] },
      'error onQuery[0].when: 0: There is no column here.',
    ],
    [
      'a function that is not there',
      { select: { columns: "column.name.startWith('x')" } },
      'error columns: 11: There is no function startWith. Did you mean startsWith?',
    ],
    ['what is no CEL', { select: { columns: "column.name = 'x'" } }, 'error columns: 12: This is no CEL'],
    [
      'loops in loops',
      { select: { tables: 'table.tags.all(a, table.tags.all(b, table.tags.all(c, a == b)))' } },
      'error tables: 46: Loops nest at most 2 deep.',
    ],
    [
      'a long text',
      { select: { tables: `table.name == '${'x'.repeat(5000)}'` } },
      'error tables: 4000: A condition has at most 4000 bytes.',
    ],
    [
      'a condition without an answer',
      { select: { columns: "column.identifier.startsWith('c')" }, query: [{ mask: 'keyed-hash' }] },
      'error columns: On people.crew the condition',
    ],
    [
      'a filter that is no condition',
      { query: [{ filter: '1' }] },
      'error onQuery[0].filter: 0: This is a value and not a condition',
    ],
    [
      'a filter on a number',
      { select: { tables: "table.name == 'departures'" }, query: [{ filter: 'flight_id' }] },
      'error onQuery[0].filter: "flight_id" is number and not true or false',
    ],
    [
      'a filter on an unknown column',
      { query: [{ filter: "bas = 'SEA'" }] },
      'error onQuery[0].filter: people.crew has no column bas.',
    ],
    [
      'a filter that compares unlike things',
      { domain: 'people', query: [{ filter: 'base = 1' }] },
      `error onQuery[0].filter: "base", 1 are compared, and they are text and number.`,
    ],
    [
      'a filter that compares texts with a day',
      { domain: 'people', query: [{ filter: "base > date '1999-01-01'" }] },
      `error onQuery[0].filter: "base", DATE '1999-01-01' are compared, and they are text and time.`,
    ],
    [
      'a filter that reads its own table',
      { domain: 'people', query: [{ filter: 'exists in people.crew where base = row.base' }] },
      'error onQuery[0].filter: The filter looks up people.crew, the very table that it governs.',
    ],
    [
      'a filter that reads a table that it governs',
      { query: [{ filter: 'exists in flights.departures where flight_id = 1' }] },
      'error onQuery[0].filter: flights.departures is looked up by this filter and governed by it too',
    ],
    [
      'a lookup in a table that is not there',
      {
        select: { tables: "table.name == 'crew'" },
        query: [{ filter: 'exists in flights.departure where flight_id = 1' }],
      },
      'error onQuery[0].filter: There is no table flights.departure that this rule may look up. Did you mean flights.departures?',
    ],
    [
      'a lookup of a column that is not there',
      {
        select: { tables: "table.name == 'crew'" },
        query: [{ filter: 'exists in flights.departures where fligt = 1' }],
      },
      'error onQuery[0].filter: flights.departures has no column fligt.',
    ],
    [
      'an opening by columns',
      { select: { columns: 'true' }, query: [{ open: true }] },
      'error onQuery[0].open: A rule about columns cannot open a table',
    ],
    [
      'a mask that does not fit',
      { select: { columns: "column.name == 'salary_usd'" }, query: [{ mask: 'show-first-4' }] },
      'warning onQuery[0].mask: show-first-4 does not fit people.crew.salary_usd (DECIMAL(12,2)): mask-to-fixed-value is used instead.',
    ],
    [
      'a class without masks',
      { select: { columns: "column.name == 'base'" }, query: [{ mask: 'by-class' }] },
      'warning onQuery[0].mask: The class of people.crew.base has no masks',
    ],
    [
      'a hash that changes the type',
      { select: { columns: "column.name == 'salary_usd'" }, query: [{ mask: 'keyed-hash' }] },
      'warning onQuery[0].mask: The hash of people.crew.salary_usd is text',
    ],
    ['a date that is none', { from: 'soon' }, 'error from: soon is no date'],
  ])('%s', (_, more, said) => {
    expect(check(more).some(line => line.startsWith(said))).toBe(true)
  })

  test('says nothing of a rule that can be enacted', () => {
    expect(
      check({
        select: { columns: "column.class == 'personal'" },
        query: [{ mask: 'by-class', except: [{ team: 'hr' }] }],
      }),
    ).toEqual([])
    expect(
      check({
        select: { tables: "table.name == 'crew'" },
        query: [
          {
            filter:
              'base = principal.base and exists in flights.departures where flight_id > 1 and row.base = principal.base',
          },
        ],
      }),
    ).toEqual([])
  })

  test('a regular expression that others choke on is answered at once', () => {
    const hostile = column('a'.repeat(60), 'VARCHAR')
    const state = mesh({
      ...base,
      products: [product('people.crew', [contract('c', [{ name: 'crew', columns: [hostile] }])])],
    })
    const began = performance.now()
    checkPolicy(policy('p', { select: { columns: "column.name.matches('^(a+)+$b')" } }), state)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

describe('testPolicy', () => {
  const personal = policy('personal-data', {
    select: { columns: "column.class == 'personal' || column.name.matches('(?i)e_?mail|phone')" },
    onPublish: [
      {
        require: "column.class == 'personal'",
        message: 'Column ${column.name} looks personal but is classed ${column.class}.',
        fix: 'Ask ${policy.team}.',
        except: [],
      },
    ],
    query: [{ mask: 'by-class', except: [{ team: 'customer-care', purpose: 'customer-care' }] }],
    onRequest: [{ approve: "purpose == 'customer-care' && request.days <= 90", except: [] }],
  })
  const email = { name: 'email', class: 'personal', type: 'string' }
  const run = (given: object, expected: object, of: Policy = personal) =>
    testPolicy({ ...of, tests: [{ given: given as never, expect: expected as never }] }, mesh(base).settings)[0]

  test.each<[string, object, object]>([
    ['a mask', { column: email }, { mask: 'keyed-hash' }],
    ['a mask by type', { column: { ...email, type: 'date' } }, { mask: 'truncate-to-year' }],
    ['no mask', { column: email, principal: { teams: ['customer-care'] }, purpose: 'customer-care' }, { mask: 'none' }],
    [
      'what is not selected',
      { column: { name: 'city', type: 'string' } },
      { selected: false, mask: 'none', require: true },
    ],
    [
      'a requirement',
      { column: { ...email, class: 'internal' } },
      { require: false, message: 'Column email looks personal but is classed internal.' },
    ],
    ['an approval', { column: email, purpose: 'customer-care', request: { days: 30 } }, { approve: true }],
    ['no approval', { column: email, purpose: 'customer-care', request: { days: 120 } }, { approve: false }],
  ])('%s', (_, given, expected) =>
    expect(run(given, expected)).toEqual({ name: 'test 1', passed: true, message: 'as expected' }),
  )

  test('a test that fails says what was found', () => {
    expect(run({ column: email }, { mask: 'none', approve: true })).toEqual({
      name: 'test 1',
      passed: false,
      message: 'mask: expected none, found keyed-hash; approve: expected true, found false',
    })
    expect(run({}, { mask: 'none' }, policy('p', { select: { columns: 'colum' } }))?.message).toContain(
      'There is no colum here',
    )
    expect(run({ column: email }, {}, policy('p', { select: { columns: 'column.tags[0] == 1' } }))?.passed).toBe(false)
  })

  test('other effects', () => {
    const rules = policy('r', {
      query: [
        { when: "purpose == 'marketing'", filter: 'marketing_consent' },
        { when: "principal.kind == 'agent'", deny: { message: 'Not ${principal.id}.' } },
        { open: true },
        { limit: { rows: 100 } },
        { minimumGroup: 10 },
      ],
      onFind: [{ hide: true, except: [] }],
      onRequest: [{ chain: ['team:x'], except: [] }],
    })
    expect(
      run(
        { purpose: 'marketing' },
        {
          filter: 'marketing_consent',
          deny: false,
          open: true,
          limit: { rows: 100 },
          minimumGroup: 10,
          hide: true,
          chain: ['team:x'],
        },
        rules,
      )?.message,
    ).toBe('as expected')
    expect(run({ principal: { id: 'bot', kind: 'agent' } }, { deny: 'Not bot.', filter: null }, rules)?.message).toBe(
      'as expected',
    )
  })
})
