import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { principalOf } from '../../src/mesh/index.ts'
import { EngineError } from '../../src/query/index.ts'
import { attackMesh, hashOf, type AskOptions, type AttackMesh } from './fixture.ts'

let mesh: AttackMesh
beforeAll(async () => {
  mesh = await attackMesh('A', 1_000)
})
afterAll(() => mesh.close())

/** A body without end that tells when its reader leaves it. */
async function* endless(left: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (;;) yield Buffer.from('[1],')
  } finally {
    left()
  }
}

/** The rows of an answer, or the code of a refusal. */
const rows = async (who: string, sql: string, more: AskOptions = {}) => {
  const told = await mesh.ask(who, sql, more)
  return told.ok ? told.rows : told.code
}

const refusal = async (who: string, sql: string, more: AskOptions = {}) => {
  const told = await mesh.ask(who, sql, more)
  if (told.ok) throw new Error(`It was answered: ${JSON.stringify(told.rows)}`)
  return told
}

describe('what somebody sees', () => {
  it('is masked and filtered', async () => {
    expect(await rows('bob', 'select ssn, email, salary, profile, doc from sales.orders where order_id = 1')).toEqual([
      ['XXXXXXXX', hashOf('person1@example.com'), null, { phone: null, city: 'City 1' }, null],
    ])
  })

  it('keeps the types of masked columns', async () => {
    const told = await mesh.ask('bob', 'select * from sales.orders limit 1')
    expect(told.ok && told.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'order_id BIGINT',
      'customer_id BIGINT',
      'region VARCHAR',
      'amount DECIMAL(12,2)',
      'ssn VARCHAR',
      'email VARCHAR',
      'salary INTEGER',
      'born DATE',
      'notes VARCHAR',
      'tags VARCHAR[]',
      'profile STRUCT(phone VARCHAR, city VARCHAR)',
      'doc JSON',
    ])
  })

  it('is everything for the owner', async () => {
    expect(await rows('alice', 'select count(*), min(ssn) from sales.orders')).toEqual([['1600', 'CANARY-EU-0']])
  })

  it('is nothing without a grant', async () => {
    const told = await refusal('carol', 'select * from sales.orders')
    expect(told.code).toBe('access.required')
    expect(told.text).toContain('meshwright access request sales.orders')
    expect(told.text).toMatch(/\/p\/sales\/\w+/)
  })

  it('is only what was granted, by star', async () => {
    const told = await mesh.ask('fred', 'select * from sales.orders limit 1')
    expect(told.ok && told.columns.map(c => c.name)).toEqual(['order_id', 'region', 'amount'])
  })

  it('says that a named column is outside the grant', async () => {
    const told = await refusal('fred', 'select order_id, ssn from sales.orders')
    expect(told.code).toBe('access.required')
    expect(told.text).toContain('meshwright access request sales.orders --purpose analytics --columns ssn')
  })

  it('looks people up in an entitlement table that they may not read', async () => {
    expect(await rows('erin', 'select region, count(*) from sales.orders group by 1')).toEqual([['EU', '600']])
    expect(await rows('erin', 'select * from gov.grants')).toBe('access.required')
  })

  it('needs no purpose without tables', async () => {
    expect(await rows('carol', 'select 1 as one')).toEqual([[1]])
  })

  it('is refused for a purpose without a grant', async () => {
    expect(await rows('bob', 'select 1 from sales.orders', { purpose: 'fraud' })).toBe('access.required')
    expect(await rows('bob', 'select 1 from sales.orders', { purpose: 'fun' })).toBe('purpose.unknown')
  })
})

describe('names that are not found', () => {
  it('answer alike whether hidden or absent', async () => {
    const hidden = await refusal('bob', 'select * from hr.salaries')
    const absent = await refusal('bob', 'select * from hr.salarxes')
    expect(hidden.text.replaceAll('salaries', 'salarxes')).toBe(absent.text)
    expect(hidden.code).toBe('sql.table-not-found')
  })

  it('suggest a table that may be found', async () => {
    expect((await refusal('bob', 'select * from sales.ordrs')).text).toContain('Did you mean sales.orders?')
    expect((await refusal('bob', 'select * from orders')).text).toContain('Did you mean sales.orders?')
    expect((await refusal('bob', 'select * from hr.salarie')).text).not.toContain('hr.salaries')
    expect((await refusal('hannah', 'select * from hr.salarie')).text).toContain('hr.salaries')
  })

  it('suggest a visible column, with its place', async () => {
    const told = await refusal('bob', 'select order_id,\n  regin from sales.orders')
    expect(told).toMatchObject({ code: 'sql.column-not-found', context: { line: 2, column: 3 } })
    expect(told.text).toContain('Did you mean region?')
    expect(told.text).not.toMatch(/Candidate|LINE|memory|twin/)
  })

  it('suggest no column that is not granted', async () => {
    expect((await refusal('fred', 'select ssm from sales.orders')).text).not.toContain('ssn')
  })

  it('suggest a function', async () => {
    expect((await refusal('bob', 'select lowr(region) from sales.orders')).text).toContain('Did you mean lower?')
  })

  it.each([
    ['select region from sales.orders a join sales.orders b using (order_id)', 'sql.ambiguous'],
    ['select order_id + region from sales.orders', 'sql.type'],
    ["select order_id = 'x' from sales.orders", 'sql.type'],
    ['select lower(order_id, 1) from sales.orders', 'sql.type'],
    ['select region, count(*) from sales.orders', 'sql.invalid'],
    ['select x.region from sales.orders', 'sql.table-not-found'],
    ['select from where', 'sql.parse'],
  ])('%s is %s', async (sql, code) => {
    expect(await rows('bob', sql)).toBe(code)
  })
})

describe('time travel', () => {
  const now = 'select count(*) from sales.orders'

  it.each([
    [`${now} at (version => 1001)`, '300'],
    [`${now} at (version => 9007199254740993)`, '600'],
    [`${now} at (version => '1001')`, '300'],
    [`${now} at (timestamp => timestamp '2026-10-15')`, '300'],
    [`${now} at (timestamp => '2026-10-31T23:59:59Z')`, '300'],
    [`${now} at (timestamp => date '2026-11-02')`, '600'],
    [`${now} o at /* a comment ) */ (version => 1001) where o.order_id >= 0`, '300'],
    [`select count(*) from sales."orders" as "o'x" at (version => 1001)`, '300'],
    [`select count(*) from "sales" . orders at (version => 1001), (select 'é' as x)`, '300'],
  ])('%s', async (sql, count) => {
    expect(await rows('bob', sql)).toEqual([[count]])
  })

  it('compares two snapshots in one statement', async () => {
    const sql = `select (select count(*) from sales.orders at (version => 1001)) as old, count(*) as "now",
      (select count(*) from sales.orders o at (version => 9007199254740993)) as same from sales.orders`
    expect(await rows('bob', sql)).toEqual([['300', '600', '600']])
  })

  it('takes all tables at one time beside the SQL', async () => {
    expect(await rows('bob', now, { at: '2026-10-02T00:00:00Z' })).toEqual([['300']])
  })

  it('masks older snapshots as of now', async () => {
    expect(await rows('bob', 'select distinct ssn from sales.orders at (version => 1001)')).toEqual([['XXXXXXXX']])
  })

  it.each([
    [`${now} at (version => 77)`, 'sql.snapshot-not-found'],
    [`${now} at (timestamp => '2020-01-01')`, 'sql.snapshot-not-found'],
    [`${now} at (timestamp => 'yesterday')`, 'sql.type'],
    [`${now} at (version => 1000 + 1)`, 'sql.unsupported'],
    [`${now} at (version => (select 1001))`, 'sql.unsupported'],
    [`with o as (select 1) select * from o at (version => 1001)`, 'sql.unsupported'],
  ])('%s is %s', async (sql, code) => {
    expect(await rows('bob', sql)).toBe(code)
  })

  it('tells nobody without access whether a snapshot exists', async () => {
    expect(await rows('carol', `${now} at (version => 77)`)).toBe('access.required')
  })

  it('says that there is no data yet to those who may see it', async () => {
    expect(await rows('alice', 'select * from sales.orders2')).toBe('table.no-data')
  })
})

describe('majors', () => {
  it('are pinned by the name', async () => {
    expect(await rows('bob', 'select count(*) from sales.orders_v1')).toEqual([['600']])
    expect(await rows('bob', 'select count(*) from sales.orders_v2')).toBe('access.required')
    expect(await rows('bob', 'select count(*) from sales.orders_v3')).toBe('sql.table-not-found')
  })

  it('unpinned are the one that was granted, or the newest for owners', async () => {
    const told = await mesh.ask('bob', 'select 1 from sales.orders limit 1')
    const receipt = told.ok ? await mesh.gateway.receipt(told.receipt, principalOf(mesh.state, 'bob')) : undefined
    expect(receipt?.tables).toEqual([{ table: 'sales.orders', release: '1.0.0', snapshot: '9007199254740993' }])
  })
})

describe('parameters', () => {
  it('are values, whatever they hold', async () => {
    const sql = 'select count(*) from sales.orders where region = ? and order_id < $2'
    expect(
      await rows('bob', 'select count(*) from sales.orders where region = $1 and order_id < $2', {
        params: ['EU', 10],
      }),
    ).toEqual([['10']])
    expect(await rows('bob', sql.replace('$2', '?'), { params: ["' OR 1=1 --", 10] })).toEqual([['0']])
  })

  it('have to be as many as the statement has', async () => {
    expect(await rows('bob', 'select ?', { params: [] })).toBe('sql.parameters')
    expect(await rows('bob', 'select ?', { params: [1, 2] })).toBe('sql.parameters')
    expect(await rows('bob', 'select $1, $3', { params: [1, 2] })).toBe('sql.parameters')
    expect(await rows('bob', 'select $name', { params: [1] })).toBe('sql.parameters')
  })
})

describe('a minimum group', () => {
  it('leaves small groups out and says so', async () => {
    const told = await mesh.ask(
      'dave',
      'select region, count(*), sum(amount) from sales.groups group by region order by 1',
    )
    expect(told.ok && told.rows).toEqual([
      ['large', '80', '120.00'],
      ['small', '17', '25.50'],
    ])
    expect(told.ok && told.notices).toEqual([
      { code: 'policy.group', rule: 'groups', message: 'Groups of fewer than 10 people are left out.' },
    ])
  })

  it('counts people and not rows, and holds without groups', async () => {
    expect(await rows('dave', 'select count(*) from sales.groups')).toEqual([['100']])
    expect(await rows('dave', 'select count(*) from sales.groups where customer_id < 9')).toEqual([])
    expect(await rows('dave', 'from sales.groups select avg(amount) where customer_id < 10')).toEqual([[1.5]])
    expect(await rows('dave', 'select count(*) from sales.groups group by all limit 5;')).toEqual([['100']])
  })

  it.each([
    'select * from sales.groups',
    'select region from sales.groups',
    'select max(amount) from sales.groups',
    'select count(distinct customer_id) from sales.groups',
    'select count(*) filter (where customer_id = 5) from sales.groups',
    'select count(*) from sales.groups having count(*) < 5',
    'select count(*) from sales.groups a, sales.groups b',
    'select count(*) from (select * from sales.groups limit 1)',
    'with g as (select * from sales.groups) select count(*) from g',
    'select count(*) over () from sales.groups',
    'select count(*) from sales.groups where customer_id in (select 5)',
    'select sum(customer_id * 9223372036854775807) from sales.groups',
    'select count(*) from sales.groups group by rollup (region)',
    'select list(region), count(*) from sales.groups',
    'select count(*) from sales.groups using sample 3',
    'select count(*) from sales.groups union all select count(*) from sales.groups where customer_id = 1',
  ])('%s is denied', async sql => {
    expect(await refusal('dave', sql)).toMatchObject({ code: 'policy.denied' })
  })

  it('cannot be undone by naming the column that counts people', async () => {
    expect(await rows('dave', 'select "\u0001people", count(*) from sales.groups group by 1')).toBe('sql.unsupported')
  })

  it('does not bind whom the rule excepts', async () => {
    expect(await rows('alice', 'select count(*) from sales.groups where customer_id = 1')).toEqual([['1']])
  })
})

describe('notices', () => {
  it('warn of a join of a masked with an unmasked key, and say what to join on', async () => {
    const told = await mesh.ask('bob', 'select count(*) from sales.orders o join sales.people p on o.email = p.email')
    expect(told.ok && told.notices).toEqual([
      {
        code: 'mask.join',
        rule: 'masks-hash',
        message:
          'sales.orders.email is shown through the mask keyed-hash and sales.people.email is not, so they never match.' +
          ' Join on sales.orders.customer_id = sales.people.customer_id (customer) instead.',
      },
    ])
  })

  it('warn of USING as well', async () => {
    const told = await mesh.ask('bob', 'select count(*) from sales.orders join sales.people using (email)')
    expect(told.ok && told.notices).toHaveLength(1)
  })

  it('are silent where keys meet', async () => {
    const told = await mesh.ask(
      'bob',
      'select count(*) from sales.orders o join sales.people p on o.customer_id = p.customer_id',
    )
    expect(told).toMatchObject({ notices: [] })
  })

  it('name the mask where a hashed column is compared with a number', async () => {
    const told = await refusal('bob', 'select 1 from sales.orders where email = 5')
    expect(told.code).toBe('sql.type')
    expect(told.text).toContain('keyed-hash')
  })
})

const orderNames = 'profile order_id customer_id region amount ssn email salary born notes tags doc'.split(' ')

describe('receipts', () => {
  const receiptOf = async (who: string, asker: string) => {
    const told = await mesh.ask(who, "select email, region from sales.orders where notes = 'note 1' and order_id < 100")
    if (!told.ok) throw new Error(told.text)
    return mesh.gateway.receipt(told.receipt, principalOf(mesh.state, asker))
  }

  it('say what was asked, by which rules, of which snapshots', async () => {
    expect(await receiptOf('bob', 'bob')).toMatchObject({
      who: 'bob',
      purpose: 'analytics',
      sql: "select email, region from sales.orders where notes = 'note 1' and order_id < 100",
      tables: [{ table: 'sales.orders', release: '1.0.0', snapshot: '9007199254740993' }],
      columns: [
        { name: 'email', type: 'VARCHAR', mask: 'keyed-hash' },
        { name: 'region', type: 'VARCHAR' },
      ],
      rows: 4,
      rules: expect.arrayContaining([
        { rule: 'region', team: 'privacy-office', effect: 'filter', table: 'sales.orders' },
      ]),
    })
  })

  it.each<[string, readonly (string | undefined)[], readonly unknown[]]>([
    [
      "select order_id, email, email as e, length(email), ssn || 'x', {'a': ssn} from sales.orders",
      [
        undefined,
        'keyed-hash',
        'keyed-hash',
        'derived from masked: keyed-hash',
        'derived from masked: mask-to-fixed-value',
        'derived from masked: mask-to-fixed-value',
      ],
      [],
    ],
    [
      'select profile, profile.phone, profile.city, upper(profile.city), o from sales.orders o',
      [
        'phone: replace-with-null',
        'replace-with-null',
        undefined,
        'derived from masked: replace-with-null',
        'derived from masked: keyed-hash, mask-to-fixed-value, replace-with-null',
      ],
      [],
    ],
    [
      "select region, count(*), max(ssn) from sales.orders where email <> 'x' group by 1",
      [undefined, undefined, 'derived from masked: mask-to-fixed-value'],
      [],
    ],
    [
      'select a.email as region, b.region as email from sales.orders a join sales.orders_v1 b using (order_id) limit 1',
      ['keyed-hash', undefined],
      [],
    ],
    ['select x.y from (select email as y from sales.orders limit 1) x', ['keyed-hash'], []],
    [
      'select email, order_id from sales.orders where order_id = $1',
      ['perhaps derived from masked: keyed-hash', 'perhaps derived from masked: keyed-hash'],
      [1],
    ],
    ['select order_id from sales.orders where order_id = $1', [undefined], [1]],
  ])('say of %s what masks did', async (sql, masks, params) => {
    const told = await mesh.ask('bob', sql, { params: params as number[] })
    if (!told.ok) throw new Error(told.text)
    const receipt = await mesh.gateway.receipt(told.receipt, principalOf(mesh.state, 'bob'))
    expect(receipt?.columns.map(column => column.mask)).toEqual(masks)
  })

  it('name each rule once for what it did to each column', async () => {
    const told = await mesh.ask('bob', 'select * from sales.orders a join sales.orders b using (order_id) limit 1')
    if (!told.ok) throw new Error(told.text)
    const { rules } = mesh.log.records.get(told.receipt)!
    expect(new Set(rules.map(rule => JSON.stringify(rule))).size).toBe(rules.length)
    expect(rules.filter(rule => rule.rule === 'masks-null').map(rule => rule.column)).toEqual([
      'salary',
      'profile.phone',
      'doc',
    ])
  })

  it('show owners of a table the statement without its literals', async () => {
    expect((await receiptOf('bob', 'alice'))?.sql).toBe(
      'select email, region from sales.orders where notes = ? and order_id < ?',
    )
  })

  it.each([
    [
      "select count(*) filter (where email = 'lit-secret-1') from sales.orders",
      ['count_star() FILTER (WHERE (email = ?))'],
    ],
    ["select 'lit-secret-2', region, count(*) from sales.orders group by all", ['column 1', 'region', 'count_star()']],
    ["select notes like 'lit-secret-3%', amount > 4711 from sales.orders", ['(notes ~~ ?)', '(amount > ?)']],
    ["select {'lit-secret-4': 1} as made from sales.orders", ['made']],
    ["select amount + 4711 as total, date '1999-12-31' from sales.orders", ['total', 'CAST(? AS "DATE")']],
    [
      "select * from (select region, amount from sales.orders) pivot (sum(amount) for region in ('lit-secret-5', 'lit-secret-6'))",
      ['column 1', 'column 2'],
    ],
    ['select $a1$lit-secret-7$a1$ = email from sales.orders', ['(? = email)']],
    ['select profile, * exclude (profile) from sales.orders', orderNames],
  ])('show owners no literal in the names of columns either: %s', async (sql, names) => {
    const told = await mesh.ask('bob', sql)
    if (!told.ok) throw new Error(told.text)
    const seen = await mesh.gateway.receipt(told.receipt, principalOf(mesh.state, 'alice'))
    expect(JSON.stringify(seen)).not.toMatch(/lit-secret|4711|1999/)
    expect(seen?.columns.map(column => column.name)).toEqual(names)
    const whole = await mesh.gateway.receipt(told.receipt, principalOf(mesh.state, 'bob'))
    expect(whole?.columns.map(column => column.name)).toEqual(told.columns.map(column => column.name))
  })

  it('do not exist for others', async () => {
    expect(await receiptOf('bob', 'carol')).toBeUndefined()
    expect(await mesh.gateway.receipt('rcp_unknown', principalOf(mesh.state, 'bob'))).toBeUndefined()
  })

  it('are refused together with the answer where they cannot be written', async () => {
    const broken = await attackMesh('A', 10)
    broken.log.begin = () => Promise.reject(new Error('The disk is full.'))
    const run = broken.engine.run.bind(broken.engine)
    let left = false
    broken.engine.run = async request => ({ ...(await run(request)), body: endless(() => (left = true)) })
    await expect(broken.ask('bob', 'select 1')).rejects.toThrow('The disk is full.')
    await vi.waitFor(() => expect(left).toBe(true))
    await broken.close()
  })

  it('record refusals', async () => {
    await mesh.ask('carol', 'select * from sales.orders')
    expect([...mesh.log.records.values()].at(-1)).toMatchObject({ who: 'carol', refused: 'access.required' })
  })
})

describe('explain', () => {
  const explain = (who: string, sql: string) =>
    mesh.gateway.explain({
      sql,
      params: [],
      principal: principalOf(mesh.state, who),
      door: 'http',
      format: 'json',
      url: 'http://mesh.example',
    })

  it('says what would be hidden, and why, without running', async () => {
    const before = mesh.engine.runs.length
    expect(await explain('bob', 'select order_id * 2 from sales.orders')).toMatchObject({
      verdict: 'allow',
      purpose: 'analytics',
      runsOn: 'copy',
      because: ['the function *'],
      tables: [
        {
          table: 'sales.orders',
          filteredBy: ['region'],
          masked: [
            { column: 'ssn', mask: 'mask-to-fixed-value', rules: ['masks-fixed'] },
            { column: 'email', mask: 'keyed-hash', rules: ['masks-hash'] },
            { column: 'salary', mask: 'replace-with-null', rules: ['masks-null'] },
            { column: 'profile.phone', mask: 'replace-with-null', rules: ['masks-null'] },
            { column: 'doc', mask: 'replace-with-null', rules: ['masks-null'] },
          ],
        },
      ],
    })
    expect(mesh.engine.runs.length).toBe(before)
  })

  it('says why not', async () => {
    expect(await explain('carol', 'select 1 from sales.orders')).toMatchObject({
      verdict: 'deny',
      code: 'access.required',
    })
  })

  it('never shows SQL, files or the values of filters', async () => {
    const text = JSON.stringify(await explain('bob', 'select * from sales.orders'))
    expect(text).not.toMatch(/parquet|'EU'|select/i)
  })

  it('runs on views where nothing is hidden, whatever the statement', async () => {
    expect(await explain('alice', 'select order_id * 2 from sales.orders')).toMatchObject({
      runsOn: 'views',
      because: [],
    })
  })
})

describe('a filter that cannot be computed of every row', () => {
  it('shows the rows of which it can, and the same in both worlds', async () => {
    const worlds = await Promise.all([attackMesh('A', 2_000), attackMesh('B', 2_000)])
    for (const sql of ['select order_id from sales.orders', 'select count(*), max(abs(order_id)) from sales.orders']) {
      const [inA, inB] = await Promise.all(worlds.map(world => world.ask('olga', sql)))
      expect(inA).toMatchObject({ ok: true })
      expect({ ...inB, receipt: '' }).toEqual({ ...inA, receipt: '' })
    }
    await Promise.all(worlds.map(world => world.close()))
  })

  it('and that does not fit its columns names its rule and its team, and no value', async () => {
    const broken = await attackMesh('A', 100)
    const engine = {
      ...broken.engine,
      run: () => Promise.reject(new EngineError('internal', "Cannot compare 'CANARY' and 5", 'Binder Error')),
    }
    const failing = await attackMesh('A', 100, {
      ...engine,
      parse: sql => broken.engine.parse(sql),
      bind: request => broken.engine.bind(request),
    })
    expect(await failing.ask('bob', 'select order_id from sales.orders')).toMatchObject({
      ok: false,
      code: 'policy.unenforceable',
    })
    const told = await failing.ask('bob', 'select abs(order_id) from sales.orders')
    expect(JSON.stringify(told)).not.toContain('CANARY')
    expect(told).toMatchObject({
      text: expect.stringMatching(/The rule region of \S+ cannot be put in force on sales\.orders/) as string,
    })
    // Without a filter it is a mistake of ours.
    expect(await failing.ask('bob', 'select * from sales.people')).toMatchObject({ ok: false, code: 'internal' })
    await Promise.all([broken.close(), failing.close()])
  })
})
