import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, type Effects } from '../../src/cli/index.ts'
import { fakeEffects, problem } from './fake-effects.ts'

type Options = Parameters<typeof fakeEffects>[0]

/** A folder of its own with files in it, and commands that run there. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>>, options: Options = {}) {
  const { cwd } = fakeEffects().effects
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(cwd, path, '..'), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  return {
    cwd,
    read: (path: string) => readFileSync(join(cwd, path), 'utf8'),
    async mw(argv: readonly string[], more: Partial<Effects> = {}) {
      const world = fakeEffects({ ...options, cwd })
      const exit = await run(argv, { ...world.effects, ...more, cwd: more.cwd ?? cwd })
      return { exit, out: world.stdout(), err: world.stderr() }
    },
  }
}

const orders = 'Order ID,E-Mail,ZIP\n1,ann@example.com,00501\n2,bob@example.com,90210\n'
const answers = (bodies: Readonly<Record<string, unknown>>): Options => ({
  answer: url => {
    const path = new URL(url).pathname
    return path in bodies ? Response.json(bodies[path]) : problem(404, 'thing.not-found')
  },
})
const mesh = {
  '/api/v1/whoami': { id: 'mia@example.com', kind: 'person', teams: [], roles: { marketing: ['product-owner'] } },
  '/api/v1/mesh': {
    classes: ['open', 'closed', 'secret'],
    defaultClass: 'closed',
    identifiers: [{ id: 'airport', is: 'network.airports.iata', pattern: '^[A-Z]{3}$', person: false }],
    domains: [{ id: 'marketing', title: 'Marketing', team: 'marketing', products: 1 }],
    purposes: [{ id: 'planning', is: 'Plan' }],
  },
}

describe('from a file, without a server', () => {
  test('writes the domain, the documents and the file, and ends with the line to paste', async () => {
    const at = folderWith({ 'orders.csv': orders })
    const { exit, out, err } = await at.mw(['new', 'product', 'shop/orders', '--from', 'orders.csv', '--yes'])
    expect([exit, err]).toEqual([0, ''])
    expect(readdirSync(join(at.cwd, 'shop/products/orders')).sort()).toEqual([
      'build.yaml',
      'orders.csv',
      'orders.odcs.yaml',
      'orders.sql',
    ])
    expect(out).toContain('looks like e-mail addresses')
    expect(out.trimEnd().split('\n').at(-1)).toBe('  meshwright publish shop')
    expect((await at.mw(['check', 'shop'])).exit).toBe(0)
  })

  test('with --json says everything that it guessed', async () => {
    const at = folderWith({ 'orders.csv': orders })
    const { exit, out } = await at.mw(['new', 'product', 'shop/orders', '--from', 'orders.csv', '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      product: 'shop.orders',
      rows: 2,
      channel: '#shop-data',
      columns: [
        { name: 'order_id', source: 'Order ID', type: 'BIGINT', class: 'internal', key: true },
        { name: 'e_mail', class: 'personal', because: 'looks like e-mail addresses' },
        { name: 'zip', type: 'VARCHAR', class: 'personal' },
      ],
      next: 'meshwright publish shop',
    })
  })

  test('adds to a domain that is there, from its folder and from above', async () => {
    const domain = 'apiVersion: meshwright/v1\nkind: Domain\nid: shop\nteam: t\ncontact: {channel: "#till"}\n'
    const at = folderWith({ 'domains/web/domain.yaml': domain, 'a.csv': 'x\n1\n' })
    const inside = join(at.cwd, 'domains/web')
    const first = await at.mw(['new', 'product', 'first', '--from', '../../a.csv', '--json'], { cwd: inside })
    expect(JSON.parse(first.out)).toMatchObject({ channel: '#till', next: 'meshwright publish' })
    const second = await at.mw(['new', 'product', 'shop/second', '--from', 'a.csv', '--json'])
    expect(JSON.parse(second.out)).toMatchObject({ product: 'shop.second', next: 'meshwright publish domains/web' })
    expect(at.read('domains/web/domain.yaml')).toBe(domain)
    const other = await at.mw(['new', 'product', 'bar/x', '--from', '../../a.csv'], { cwd: inside })
    expect(other.exit).toBe(2)
    expect(other.err).toContain('This folder belongs to the domain shop, not to bar.')
  })

  test('overwrites nothing, and writes all or nothing', async () => {
    const at = folderWith({ 'orders.csv': orders, 'shop/products/orders/orders.sql': 'select 1\n' })
    const { exit, err } = await at.mw(['new', 'product', 'shop/orders', '--from', 'orders.csv'])
    expect(exit).toBe(2)
    expect(err).toContain('shop/products/orders/orders.sql is there already')
    expect(at.read('shop/products/orders/orders.sql')).toBe('select 1\n')
    expect(existsSync(join(at.cwd, 'shop/domain.yaml'))).toBe(false)
  })

  test('takes the classes of the mesh.yaml above', async () => {
    const classes = 'apiVersion: meshwright/v1\nkind: Mesh\nid: m\nclasses: [{id: open}, {id: shut}, {id: locked}]\n'
    const at = folderWith({ 'mesh.yaml': `${classes}defaultClass: shut\n`, 'orders.csv': orders })
    const made = await at.mw(['new', 'product', 'shop/orders', '--from', 'orders.csv', '--json'])
    const { columns } = JSON.parse(made.out) as { columns: { name: string; class: string }[] }
    expect(Object.fromEntries(columns.map(c => [c.name, c.class]))).toMatchObject({
      order_id: 'shut',
      e_mail: 'locked',
    })
  })

  test.each([
    [['new', 'product', 'a/b/c', '--from', 'orders.csv'], 2, 'a/b/c is not the name of a product.'],
    [['new', 'product', 'shop/orders'], 2, 'Say what the product is made of.'],
    [['new', 'product', 'orders', '--from', 'orders.csv'], 2, 'This folder lies in no domain'],
    [['new', 'product', 'sh op/x', '--from', 'orders.csv'], 2, '"sh op" cannot be the name of a domain.'],
    [['new', 'product', 'shop/Bad-Name', '--from', 'orders.csv'], 2, 'Call it bad_name.'],
    [['new', 'product', 'shop/select', '--from', 'orders.csv'], 2, 'Call it select_data.'],
    [['new', 'domain', 'Web-Shop'], 2, 'Call it web_shop.'],
    [['new', 'product', 'main/x', '--from', 'orders.csv'], 2, 'No domain can be called main'],
    [['new', 'product', 'shop/x', '--from', 'order.csv'], 1, 'Did you mean orders.csv?'],
    [['new', 'product', 'shop/x', '--from', '.'], 2, '. is a folder'],
    [['new', 'product', 'shop/x', '--from', 'book.xlsx'], 2, 'book.xlsx is of a kind that is not read here.'],
    [['new', 'product', 'shop/x', '--from', 'what'], 1, 'There is no file what.'],
    [['new', 'product', 'shop/x', '--from', 'empty.csv'], 1, 'empty.csv is empty'],
    [['new', 'product', 'shop/x', '--from', 'broken.json'], 1, 'broken.json cannot be read as json: Malformed JSON'],
    [['new', 'product', 'shop/x', '--from', 'no.parquet'], 1, 'no.parquet cannot be read as parquet'],
    [['new', 'product', 'shop/x', '--from', 'huge.csv'], 1, 'huge.csv has 101 MB'],
    [['new', 'product', 'shop/x', '--from', 'a.csv', '--from-query', 'select 1'], 2, '--from and --from-query are two'],
    [['new', 'product', 'shop/x', '--from', 'network.airports'], 3, 'No server answers'],
    [['new', 'domain', '9'], 2, '"9" cannot be the name of a domain.'],
  ])('%j is one clear message', async (argv, exit, says) => {
    const at = folderWith({ 'orders.csv': orders, 'empty.csv': '', 'broken.json': '[{"a": ', 'no.parquet': 'no' })
    if (argv.includes('huge.csv')) {
      writeFileSync(join(at.cwd, 'huge.csv'), '')
      truncateSync(join(at.cwd, 'huge.csv'), 100_000_001)
    }
    const said = await at.mw(argv)
    expect(said.err).toContain(says)
    expect(said.err.match(/error:/g)).toHaveLength(1)
    expect([said.exit, said.out]).toEqual([exit, ''])
    expect(existsSync(join(at.cwd, 'shop'))).toBe(false)
  })
})

describe('at a terminal', () => {
  const terminal = (asked: string[], answersIn: Readonly<Record<string, string>>): Partial<Effects> => {
    const answer = (question: string, proposal: string) => {
      asked.push(question)
      const key = Object.keys(answersIn).find(part => question.includes(part))
      return Promise.resolve(key === undefined ? proposal : answersIn[key]!)
    }
    const channel = { isTty: true, width: 80, write: () => Promise.resolve() }
    return {
      stdin: { isTty: true, text: () => Promise.resolve('') },
      stderr: channel,
      ask: { text: answer, choose: (question, _choices, proposal) => answer(question, proposal) },
    }
  }

  test('asks what no look can tell: purpose, channel, and classes in doubt', async () => {
    const at = folderWith({ 'places.csv': 'name,zip\nA,00501\nB,90210\n' })
    const asked: string[] = []
    const world = terminal(asked, { 'What is': 'Where we are.', sensitive: 'public' })
    expect((await at.mw(['new', 'product', 'geo/places', '--from', 'places.csv'], world)).exit).toBe(0)
    expect(asked).toEqual([
      'What is geo.places for? One sentence.',
      'Where do people ask about it? A channel or an address.',
      'How sensitive is name?',
      'How sensitive is zip?',
    ])
    const contract = at.read('geo/products/places/places.odcs.yaml')
    expect(contract).toContain('purpose: Where we are.')
    expect(contract.match(/classification: public/g)).toHaveLength(2)
  })

  test('asks nothing with --yes, nor what was said', async () => {
    const at = folderWith({ 'n.csv': 'id\n1\n' })
    const asked: string[] = []
    await at.mw(['new', 'product', 'a/n', '--from', 'n.csv', '--yes'], terminal(asked, {}))
    const said = ['--purpose', 'Counts.', '--channel', 'a@b.example']
    await at.mw(['new', 'product', 'a/m', '--from', 'n.csv', ...said], terminal(asked, {}))
    expect(asked).toEqual([])
  })
})

describe('with a server', () => {
  test('its classes and identifiers count, and who is signed in becomes product owner', async () => {
    const rows = ['iata', ...Array.from({ length: 5 }, (_, i) => `AB${String.fromCharCode(65 + i)}`)].join('\n')
    const at = folderWith({ 'stops.csv': `${rows}\n` }, answers(mesh))
    const { out } = await at.mw(['new', 'product', 'travel/stops', '--from', 'stops.csv', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      owner: 'mia@example.com',
      columns: [{ name: 'iata', class: 'closed', identifier: 'airport' }],
    })
    expect(at.read('travel/domain.yaml')).toContain("{person: 'mia@example.com', roles: [product-owner]}")
  })

  test('a domain that the mesh has is not written anew', async () => {
    const at = folderWith({ 'a.csv': 'x\n1\n' }, answers(mesh))
    expect((await at.mw(['new', 'product', 'marketing/a', '--from', 'a.csv'])).exit).toBe(0)
    expect(readdirSync(join(at.cwd, 'marketing'))).toEqual(['products'])
  })

  test('a table brings its descriptions, classes and identifiers along', async () => {
    const iata = { name: 'iata', type: 'VARCHAR', class: 'open', identifier: 'airport', description: 'Code' }
    const table = { id: 'network.airports', columns: [{ ...iata, required: true, key: true, tags: [] }], rows: 3 }
    const at = folderWith({}, answers({ ...mesh, '/api/v1/tables/network.airports': table }))
    const { exit, err } = await at.mw(['new', 'product', 'marketing/stops', '--from', 'network.airports', '--full'])
    expect([exit, err]).toEqual([0, ''])
    expect(at.read('marketing/products/stops/stops.odcs.yaml')).toContain(
      "{name: iata, logicalType: string, required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, classification: open, tags: ['identifier:airport'], description: Code}",
    )
    expect(at.read('marketing/products/stops/stops.sql')).toBe('select\n  iata\nfrom airports\n')
    expect(at.read('marketing/products/stops/build.yaml')).toContain('airports: {table: network.airports}')
  })

  test('a query is kept as it was written, and says whose columns its own are', async () => {
    const table = {
      id: 'sales.passengers',
      columns: [{ name: 'email', type: 'VARCHAR', class: 'secret', required: true, key: false, tags: [] }],
    }
    const explained = {
      verdict: 'allow',
      tables: [{ table: 'sales.passengers' }],
      columns: [
        { name: 'email', type: 'VARCHAR' },
        { name: 'n', type: 'BIGINT' },
      ],
    }
    const bodies = { '/api/v1/tables/sales.passengers': table, '/api/v1/query/explain': explained }
    const at = folderWith({}, answers({ ...mesh, ...bodies }))
    const sql = 'select email, count(*) as n from sales.passengers group by 1'
    const { out } = await at.mw(['new', 'product', 'marketing/mails', '--from-query', sql, '--json'])
    expect(JSON.parse(out)).toMatchObject({
      columns: [
        { name: 'email', class: 'secret', because: 'is called like sales.passengers.email' },
        { name: 'n', class: 'closed' },
      ],
      notes: [expect.stringMatching(/^n: computed or renamed, so the mesh's default class closed was taken/) as string],
    })
    expect(at.read('marketing/products/mails/mails.sql')).toBe(`${sql}\n`)
  })

  test('a refused query says what the server said', async () => {
    const next = { command: 'meshwright access request sales.passengers --purpose planning' }
    const denied = {
      verdict: 'deny',
      code: 'access.required',
      detail: 'No access.',
      fix: 'Ask.',
      next,
      columns: [],
      tables: [],
    }
    const at = folderWith({}, answers({ ...mesh, '/api/v1/query/explain': denied }))
    const { exit, err } = await at.mw(['new', 'product', 'marketing/x', '--from-query', 'select 1'])
    expect(exit).toBe(1)
    expect(err.trimEnd().split('\n').at(-1)).toBe(`  ${next.command}`)
  })
})

test('new mesh and new domain write documents that check finds fine', async () => {
  const at = folderWith({})
  expect((await at.mw(['new', 'mesh', 'acme'])).exit).toBe(0)
  const { exit, out } = await at.mw([
    'new',
    'domain',
    'shop',
    '--title',
    'Web: shop',
    '--team',
    'till',
    '--channel',
    '#t',
  ])
  expect(exit).toBe(0)
  expect(out.trimEnd().split('\n').at(-1)).toBe('  meshwright publish shop')
  expect(at.read('shop/domain.yaml')).toContain("title: 'Web: shop'")
  const checked = await at.mw(['check'])
  expect([checked.exit, checked.out]).toEqual([0, expect.stringContaining('Fine: the mesh, 1 domain') as string])
})
