import { describe, expect, test } from 'vitest'
import { principalOf, type Grant, type MeshState, type Policy, type QueryRule } from '../../src/mesh/index.ts'
import { checkPolicy, mayLookUp } from '../../src/policy/index.ts'
import { column, contract, decide, domain, grant, mesh, now, policy, product } from './mesh-fixture.ts'

const salaries = [column('who'), column('salary', 'INTEGER', { class: 'confidential' })]
const oneTable = (id: string, columns: Parameters<typeof contract>[1][number]['columns']) =>
  product(id, [contract(id, [{ name: id.split('.')[1]!, columns }])])

/** A shop whose owner writes rules, and the tables of others: hidden, open, open but masked, and granted. */
const state = (more: { readonly policies?: readonly Policy[]; readonly grants?: readonly Grant[] } = {}): MeshState =>
  mesh({
    settings: { purposes: { analytics: { is: 'Learn' } }, teams: { 'shop-crew': { members: ['sam'] } } },
    platformEngineers: ['tariq'],
    domains: [
      domain('shop', 'shop-crew', [{ person: 'sam', roles: ['product-owner'] }]),
      domain('hr', 'hr-crew', [{ person: 'hana', roles: ['product-owner'] }]),
    ],
    products: [
      oneTable('shop.numbers', [column('x', 'INTEGER'), column('who')]),
      oneTable('shop.staff', [column('who')]),
      oneTable('hr.salaries', salaries),
      oneTable('hr.holidays', [column('who')]),
    ],
    policies: [
      policy('open-holidays', {
        domain: 'hr',
        team: 'hr-crew',
        select: { tables: "table.name == 'holidays'" },
        query: [{ open: true }],
      }),
      policy('hide-salaries', { select: { tables: "table.name == 'salaries'" }, onFind: [{ hide: true, except: [] }] }),
      ...(more.policies ?? []),
    ],
    grants: [grant('g1', 'bob', 'shop.numbers', 'analytics'), ...(more.grants ?? [])],
  })

const lookup = (table: string, where = 'who = row.who', more: Partial<Policy> = {}) =>
  policy('peek', {
    domain: 'shop',
    team: 'shop-crew',
    select: { tables: "table.name == 'numbers'" },
    query: [{ filter: `exists in ${table} where ${where}` }],
    ...more,
  })

const { domain: _, ...global } = lookup('hr.salaries')

describe('a local rule looks up', () => {
  const peek = (table: string, more: Parameters<typeof state>[0] = {}, rule = lookup(table)) => {
    const before = state(more)
    const problems = checkPolicy(rule, before, principalOf(before, 'sam'))
    const decision = decide(state({ ...more, policies: [...(more.policies ?? []), rule] }), 'bob', 'shop.numbers')
    const read = decision.verdict === 'deny' ? decision.error.code : 'read'
    return problems.length === 0 ? read : `${problems.length} problem, ${read}`
  }
  const refused = '1 problem, policy.unenforceable'
  const team = 'team:shop-crew'

  test('its own domain and what is open', () => {
    expect(peek('shop.staff')).toBe('read')
    expect(peek('hr.holidays')).toBe('read')
  })

  test('nothing else of others, however it is written', () => {
    expect(peek('hr.salaries')).toBe(refused)
    expect(peek('HR.Salaries')).toBe(refused)
    expect(peek('hr.salaries_v1')).toBe(refused)
    expect(peek('hr.salaries', { grants: [grant('g2', 'sam', 'hr.salaries', 'analytics')] })).toBe(refused)
    const nested = lookup('hr.salaries', 'who = row.who', {
      onQuery: [{ filter: 'x = 1 or not (x = 2 and exists in hr.salaries where salary > row.x * 100000)', except: [] }],
    })
    expect(peek('hr.salaries', {}, nested)).toBe(refused)
  })

  test('what its team was granted whole', () => {
    const whole = grant('g2', team, 'hr.salaries', 'analytics')
    expect(peek('hr.salaries', { grants: [whole] })).toBe('read')
    for (const bound of [
      { columns: ['who'] },
      { rows: "who = 'ann'" },
      { until: '2026-11-01T00:00:00.000Z' },
      { major: 2 },
      { revoked: { at: '2026-11-01T00:00:00.000Z', by: 'hana' } },
    ])
      expect(peek('hr.salaries', { grants: [{ ...whole, ...bound }] })).toBe(refused)
  })

  test('nothing that its team sees masked, filtered, in groups, or never', () => {
    const grants = [grant('g2', team, 'hr.salaries', 'analytics')]
    for (const rule of [
      { mask: 'replace-with-null' as const },
      { filter: "who <> 'boss'" },
      { minimumGroup: 5 },
      { limit: { rows: 10 } },
      { deny: { message: 'No.' } },
      { when: "door == 'build'", deny: { message: 'No.' } },
    ]) {
      const bounding = policy('bound', { select: { tables: "table.name == 'salaries'" }, query: [rule] })
      expect(peek('hr.salaries', { grants, policies: [bounding] })).toBe(refused)
      const other = policy('bound', { select: { tables: "table.name == 'holidays'" }, query: [rule] })
      expect(peek('hr.holidays', { policies: [other] })).toBe(refused)
    }
  })

  test('two rules that look each other up end', () => {
    const back = policy('back', {
      domain: 'hr',
      team: 'hr-crew',
      select: { tables: "table.name == 'holidays'" },
      query: [{ filter: 'exists in shop.numbers where who = row.who' }],
    })
    expect(peek('hr.holidays', { policies: [back] })).toBe(refused)
  })

  test('only as long as it may: a decision is not remembered beyond that', () => {
    const granted = state({
      policies: [lookup('hr.salaries')],
      grants: [grant('g2', team, 'hr.salaries', 'analytics')],
    })
    expect(decide(granted, 'bob', 'shop.numbers').verdict).toBe('allow')
    expect(decide(granted, 'bob', 'shop.numbers').verdict).toBe('allow')
    const later = new Date('2026-12-31T23:00:00.000Z')
    expect(decide(granted, 'bob', 'shop.numbers', undefined, { now: later }).verdict).toBe('allow')
    const short = [
      grant('g1', 'bob', 'shop.numbers', 'analytics'),
      { ...grant('g2', team, 'hr.salaries', 'analytics'), until: '2026-12-01T00:00:00.000Z' },
    ]
    const ending = { ...granted, grants: new Map(short.map(g => [g.id, g])) }
    expect(decide(ending, 'bob', 'shop.numbers').verdict).toBe('allow')
    expect(decide(ending, 'bob', 'shop.numbers', undefined, { now: later }).verdict).toBe('deny')
    const { tables } = ending
    const gone = { ...ending, tables: new Map([...tables].filter(([id]) => id !== 'hr.salaries')) }
    expect(decide(gone, 'bob', 'shop.numbers').verdict).toBe('deny')
  })
})

describe('what a rule may not look up', () => {
  const said = (rule: Policy, who = 'sam') =>
    checkPolicy(rule, state(), principalOf(state(), who)).map(p => `${p.message} ${p.fix}`)

  test('answers like what is not there, and is never suggested', () => {
    const hidden = said(lookup('hr.salaries', 'nope = 1'))
    expect(hidden).toEqual([
      'There is no table hr.salaries that this rule may look up. Look up a table of shop, or one that is open or granted whole to team:shop-crew.',
    ])
    expect(said(lookup('hr.salariez'))).toEqual(hidden.map(text => text.replace('salaries', 'salariez')))
    expect(said(lookup('hr.holiday'))).toEqual([
      'There is no table hr.holiday that this rule may look up. Did you mean hr.holidays?',
    ])
  })

  test('is not named to the reader whom the rule refuses', () => {
    const decision = decide(state({ policies: [lookup('hr.salaries')] }), 'bob', 'shop.numbers')
    expect(decision.verdict === 'deny' && decision.error.message).toBe(
      'The rule shop/peek of shop-crew cannot be put in force on shop.numbers: its filter looks up a table that is not there or is closed to it.',
    )
  })

  test('does not exist for global rules: they look up any table', () => {
    const rule = global
    expect(checkPolicy(rule, state(), principalOf(state(), 'tariq'))).toEqual([])
    expect(decide(state({ policies: [rule] }), 'bob', 'shop.numbers').verdict).toBe('allow')
    expect(mayLookUp(state(), {}, 'hr.nowhere', now)).toBe(false)
  })
})

test('access looks nothing up', () => {
  const rows = "exists in hr.salaries where who = 'ann' and salary > row.x"
  const bounded = { ...grant('g1', 'bob', 'shop.numbers', 'analytics'), rows }
  const decision = decide({ ...state(), grants: new Map([['g1', bounded]]) }, 'bob', 'shop.numbers')
  expect(decision.verdict === 'allow' && decision.tables[0]!.filters.map(f => f.condition)).toEqual([{ kind: 'never' }])
})

test('a refusal recommends only purposes that somebody can ask for, and says where to look', () => {
  const errorFor = (purpose: string, rules: readonly Policy[] = [], who = 'carl') => {
    const decision = decide(state({ policies: rules }), who, 'shop.numbers', purpose)
    if (decision.verdict === 'allow') throw new Error('It was allowed.')
    return decision.error
  }
  const ask = 'meshwright access request shop.numbers --purpose analytics'
  for (const purpose of ['upkeep', 'product', 'analytics']) {
    expect(errorFor(purpose).code).toBe('access.required')
    expect(errorFor(purpose).details.next).toEqual({ command: ask })
  }
  expect(errorFor('zzzzzzzz')).toMatchObject({ code: 'purpose.unknown', fix: 'Use one of analytics.' })
  const no = policy('no', { select: { tables: "table.name == 'numbers'" }, query: [{ deny: { message: 'No.' } }] })
  expect(errorFor('analytics', [no], 'bob').details.next).toEqual({ command: 'meshwright policy why shop.numbers' })
})

describe('a local rule tells its author nothing that rules keep from anybody', () => {
  const secrets = [column('id', 'INTEGER'), column('ssn'), column('mail'), column('base')]
  const peek = (filter: string, rules: readonly Policy[], more: { readonly grants?: readonly Grant[] } = {}) => {
    const before = mesh({
      settings: {
        purposes: { analytics: { is: 'Learn' } },
        teams: { 'shop-crew': { members: ['sam'] } },
        people: { sam: { attributes: { clearance: 'low' } } },
      },
      domains: [
        domain('shop', 'shop-crew', [{ person: 'sam', roles: ['product-owner'] }]),
        domain('hr', 'hr-crew', [{ person: 'hana', roles: ['product-owner'] }]),
      ],
      products: [
        oneTable('shop.orders', secrets),
        oneTable('shop.guesses', [column('guess'), column('mail'), column('id', 'INTEGER')]),
        oneTable('hr.guests', [column('guess'), column('mail')]),
      ],
      policies: rules,
      grants: [
        grant('g1', 'bob', 'shop.orders', 'analytics'),
        grant('g2', 'bob', 'shop.guesses', 'analytics'),
        ...(more.grants ?? []),
      ],
    })
    const table = filter.startsWith('exists') ? 'guesses' : 'orders'
    const rule = policy('peek', {
      domain: 'shop',
      team: 'shop-crew',
      select: { tables: `table.name == '${table}'` },
      query: [{ filter }],
    })
    const problems = checkPolicy(rule, before, principalOf(before, 'sam')).filter(p => p.severity === 'error')
    const after = { ...before, policies: new Map([...before.policies, [rule.id, rule]]) }
    const decision = decide(after, 'bob', `shop.${table}`)
    const read = decision.verdict === 'deny' ? decision.error.code : 'read'
    return problems.length === 0 ? read : `${problems.length} problem, ${read}`
  }
  const refused = '1 problem, policy.unenforceable'
  const masked = (column: string, mask: QueryRule['mask'], more: Partial<QueryRule> = {}) =>
    policy(`hide-${column}`, { select: { columns: `column.name == '${column}'` }, query: [{ mask: mask!, ...more }] })

  test('of a masked column of the table that it governs', () => {
    const rules = [masked('ssn', 'mask-to-fixed-value')]
    for (const filter of [
      "ssn like 'A%'",
      "ssn = 'A'",
      'ssn is null',
      "not (id = 1 or lower(ssn) in ('a'))",
      "concat(ssn, 'x') = principal.id",
      "ssn between 'A' and 'B'",
      'length(ssn) = 9',
    ])
      expect([filter, peek(filter, rules)]).toEqual([filter, refused])
    for (const filter of ["base = 'SEA'", 'ssn = principal.id', 'lower(ssn) in (principal.teams)'])
      expect([filter, peek(filter, rules)]).toEqual([filter, 'read'])
  })

  test('whoever the rule is for, and whoever is excepted', () => {
    for (const more of [{ when: "principal.clearance == 'low'" }, { except: [{ team: 'shop-crew' }] }])
      expect(peek("ssn = 'A'", [masked('ssn', 'replace-with-null', more)])).toBe(refused)
    const own = { ...masked('ssn', 'replace-with-null'), domain: 'shop', team: 'shop-crew' }
    expect(peek("ssn = 'A'", [own])).toBe('read')
  })

  test('of a masked column of a table of its own that it looks up', () => {
    const lookUp = 'exists in shop.orders where ssn = row.guess'
    expect(peek(lookUp, [masked('ssn', 'mask-to-fixed-value')])).toBe(refused)
    expect(peek(lookUp, [masked('mail', 'mask-to-fixed-value')])).toBe('read')
    const both = 'exists in shop.orders where mail = row.mail and base = principal.base'
    expect(peek(both, [masked('mail', 'keyed-hash')])).toBe('read')
    expect(peek(both, [masked('mail', 'mask-to-fixed-value')])).toBe(refused)
    const rows = policy('few', { select: { tables: "table.name == 'orders'" }, query: [{ filter: 'id < 10' }] })
    expect(peek('exists in shop.orders where id = row.id', [rows])).toBe(refused)
  })

  test('of a table of others that somebody sees masked', () => {
    const lookUp = 'exists in hr.guests where guess = row.guess'
    const grants = [grant('g3', 'team:shop-crew', 'hr.guests', 'analytics')]
    expect(peek(lookUp, [], { grants })).toBe('read')
    const low = masked('guess', 'mask-to-fixed-value', { when: "principal.clearance == 'low'" })
    expect(peek(lookUp, [low], { grants })).toBe(refused)
    const hr = { ...low, domain: 'hr', team: 'hr-crew' }
    expect(peek(lookUp, [hr], { grants })).toBe(refused)
    const openToFew = policy('open', { domain: 'hr', query: [{ open: true, when: "principal.id != 'sam'" }] })
    expect(peek(lookUp, [openToFew])).toBe(refused)
  })
})

describe('access that is bounded to rows', () => {
  test('tells nothing of a column that its holder sees masked', () => {
    const read = (rows: string, rule: Partial<QueryRule>) => {
      const decision = decide(
        mesh({
          settings: { purposes: { analytics: { is: 'Learn' } } },
          products: [oneTable('shop.orders', [column('id', 'INTEGER'), column('ssn')])],
          policies: [policy('hide', { select: { columns: "column.name == 'ssn'" }, query: [rule] })],
          grants: [grant('g1', 'bob', 'shop.orders', 'analytics', { rows })],
        }),
        'bob',
        'shop.orders',
      )
      return decision.verdict === 'deny' ? decision.error.message : 'read'
    }
    const mask = { mask: 'mask-to-fixed-value' } as const
    expect(read("ssn = 'A'", mask)).toMatch(/access g1 .* ssn, which the rule hide masks for you/)
    expect(read('id = 1', mask)).toBe('read')
    expect(read("ssn = 'A'", { ...mask, except: [{ person: 'bob' }] })).toBe('read')
  })
})
