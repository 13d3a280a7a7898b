import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, type Effects } from '../../src/cli/index.ts'
import { realEffects } from '../../src/cli/effects.ts'
import { startServer, type RunningServer } from '../../src/server/index.ts'
import { fakeEffects } from '../cli/fake-effects.ts'

const owner = 'pat@example.com'
const root = mkdtempSync(join(tmpdir(), 'meshwright-publishing-'))
let server: RunningServer

beforeAll(async () => {
  const env = { MESHWRIGHT_PLATFORM_ENGINEER: owner, MESHWRIGHT_LOG_LEVEL: 'warn' }
  server = await startServer({ home: join(root, 'home'), port: 0, env })
})
afterAll(() => server.stop())

const cli = (...argv: string[]) => standing('.', ...argv)

async function standing(from: string, ...argv: string[]) {
  const env = { MESHWRIGHT_URL: server.url, MESHWRIGHT_TOKEN: server.token! }
  const world = fakeEffects({ cwd: join(root, from), env })
  const effects: Effects = { ...world.effects, fetch: realEffects().fetch }
  const exit = await run(argv, effects)
  const out = world.stdout().replaceAll('\r\n', '\n')
  return { exit, out, all: out + world.stderr() }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const domain = (id: string) =>
  write(
    `${id}/domain.yaml`,
    `apiVersion: meshwright/v1\nkind: Domain\nid: ${id}\ntitle: ${id}\nteam: ${id}\nmembers: [{person: ${owner}, roles: [product-owner]}]\n`,
  )

/** A contract whose columns are all whole numbers. */
const contract = (path: string, id: string, version: string, tables: Readonly<Record<string, readonly string[]>>) =>
  write(
    path,
    [
      'apiVersion: v3.1.0',
      'kind: DataContract',
      `id: ${id}`,
      `version: ${version}`,
      'status: active',
      'schema:',
      ...Object.entries(tables).flatMap(([name, columns]) => [
        `  - name: ${name}`,
        '    properties:',
        ...columns.map(column => `      - {name: ${column}, logicalType: integer}`),
      ]),
      '',
    ].join('\n'),
  )

const build = (path: string, ...lines: readonly string[]) =>
  write(path, `apiVersion: meshwright/v1\nkind: Build\n${lines.join('\n')}\n`)

test('an output is made of its sibling as the same run makes it, and lineage says so', async () => {
  domain('two')
  contract('two/p/two.odcs.yaml', 'two.p', '1.0.0', { b: ['id', 'n'], a: ['id'] })
  write('two/p/raw.csv', 'id\n1\n2\n')
  build('two/p/build.yaml', 'inputs:', '  raw: {source: file, path: raw.csv}', '  s: {table: two.a}')
  write('two/p/b.sql', 'select s.id, s.id * 10 as n from s')
  write('two/p/a.sql', 'select s.id from raw as s')
  const published = await cli('publish', 'two')
  expect(published.exit, published.all).toBe(0)
  expect(published.all).toContain('assumed: kind source-aligned: it reads no other table')
  expect((await cli('show', 'two.p')).out).not.toContain('Used by')
  expect((await cli('query', 'select * from two.b order by id')).out).toBe('id,n\n1,10\n2,20\n')
  const lineage = await cli('lineage', 'two.b.n')
  expect(lineage.out).toMatch(/two\.a\.id +two\.b\.n +value/)
  expect(lineage.out).toMatch(/file:raw\.csv\.id +two\.a\.id +value/)

  write('two/p/raw.csv', 'id\n3\n')
  expect((await cli('publish', 'two')).exit).toBe(0)
  expect((await cli('query', 'select * from two.b')).out).toBe('id,n\n3,30\n')

  build('two/p/build.yaml', 'inputs:', '  s: {table: two.a}', '  t: {table: two.b}')
  write('two/p/a.sql', 'select id from t')
  for (const command of ['check', 'plan', 'publish']) {
    const { exit, all } = await cli(command, 'two')
    expect(exit).toBe(1)
    expect(all).toMatch(
      /^two\/p\/build\.yaml:4:6: error: Tables read each other in a circle: two\.b reads two\.a reads two\.b/m,
    )
    expect(all).toMatch(/^two\/p\/build\.yaml:5:6: error: Here two\.a reads two\.b, which closes the circle/m)
  }
})

test('a circle through what is published is told at the input that closes it', async () => {
  domain('ring')
  contract('ring/one/one.odcs.yaml', 'ring.one', '1.0.0', { one: ['id'] })
  contract('ring/two/two.odcs.yaml', 'ring.two', '1.0.0', { two: ['id'] })
  write('ring/one/one.sql', 'select 1::bigint as id')
  write('ring/two/two.sql', '-- not ring.one here\nselect id\nfrom ring.one')
  expect((await cli('publish', 'ring')).exit).toBe(0)
  contract('ring/one/one.odcs.yaml', 'ring.one', '1.1.0', { one: ['id'] })
  write('ring/one/one.sql', 'select id from Ring . two')
  const alone = await cli('plan', 'ring/one')
  expect(alone.exit).toBe(1)
  expect(alone.out).toContain(
    'ring/one/one.sql:1:16: error: Tables read each other in a circle: ring.one reads ring.two',
  )
  const whole = await cli('check', 'ring')
  expect(whole.out).toContain('ring/one/one.sql:1:16: error: Tables read each other in a circle')
  expect(whole.out).toContain('ring/two/two.sql:3:6: error: Here ring.two reads ring.one')
})

test('what a breaking change advises works when it is followed to the letter', async () => {
  domain('break')
  const made = (version: string, ...columns: readonly string[]) => {
    contract('break/p/t.odcs.yaml', 'break.p', version, { t: columns })
    write('break/p/t.sql', `select ${columns.join(', ')} from raw`)
  }
  made('1.0.0', 'id', 'w')
  write('break/p/raw.csv', 'id,w\n1,5\n')
  build('break/p/build.yaml', 'inputs: {raw: {source: file, path: raw.csv}}')
  const reader = (version: string, input: string) => {
    contract('break/c/c.odcs.yaml', 'break.c', version, { c: ['id', 'w'] })
    build('break/c/build.yaml', `inputs:`, `  ${input}`)
    write('break/c/c.sql', 'select id, w from t')
  }
  reader('1.0.0', 't: {table: break.t}')
  contract('break/d/d.odcs.yaml', 'break.d', '1.0.0', { d: ['w'] })
  write('break/d/d.sql', 'select w from break.t')
  expect((await cli('publish', 'break')).exit).toBe(0)

  made('1.0.1', 'id')
  const first = await cli('publish', 'break/p')
  expect(first.exit).toBe(1)
  expect(first.all).toContain('version 2.0.0 of the contract and of break.p')
  made('2.0.0', 'id')
  const second = await cli('publish', 'break/p')
  expect(second.exit).toBe(1)
  const line = /write (t: \{.*?\}) in the build\.yaml of break\.c and publish it as (\S+);/.exec(second.all)
  reader(line![2]!, line![1]!)
  const pinned = await cli('publish', 'break/c')
  expect(pinned.exit, pinned.all).toBe(0)
  const other = /write (\S+) instead of break\.t in the SQL of break\.d and publish it as (\d+\.\d+\.\d+)/.exec(
    second.all,
  )
  contract('break/d/d.odcs.yaml', 'break.d', other![2]!, { d: ['w'] })
  write('break/d/d.sql', `select w from ${other![1]}`)
  // The other one together with what breaks, and the old contract beside the new one.
  made('1.0.0', 'id', 'w')
  contract('break/p/t-next.odcs.yaml', 'break.p', '2.0.0', { t: ['id'] })
  write('break/p/t.sql', 'select id from raw')
  const together = await cli('publish', 'break')
  expect(together.exit, together.all).toBe(0)
  expect((await cli('query', 'select * from break.t')).out).toBe('id\n1\n')
  expect((await cli('query', 'select * from break.t_v1')).out).toBe('id,w\n1,5\n')
  const note = 'reads v1 of break.t, for which no newer data comes: its build makes v2 now.'
  expect((await cli('run', 'break.c')).out).toContain(note)
  expect((await cli('run', 'break.d')).exit).toBe(0)
  expect((await cli('publish', 'break')).out).toContain('Nothing has changed')
  expect((await cli('plan', 'break/c')).out).toContain(`warning: break.c ${note}`)
  expect((await cli('show', 'break.c')).out).toContain(`note: break.c ${note}`)
})

test('a changed build never stays without a word', async () => {
  domain('mute')
  contract('mute/p/t.odcs.yaml', 'mute.p', '1.0.0', { t: ['id', 'n'] })
  write('mute/p/t.sql', 'select id, n from raw')
  write('mute/p/raw.csv', 'id,n\n1,5\n')
  const of = (output: string) =>
    build('mute/p/build.yaml', 'inputs: {raw: {source: file, path: raw.csv}}', `outputs: {t: {sql: t.sql, ${output}}}`)
  of('mode: merge, key: [id]')
  expect((await cli('publish', 'mute')).exit).toBe(0)
  for (const [output, says] of [
    ['mode: merge, key: [n]', 'The rows of t that a run replaces are found by n now, before by id.'],
    ['mode: merge, key: [id], watermark: n', 'The watermark of t is n now, before none'],
    ['mode: partition, key: [id]', 't is built in the mode partition now, before merge'],
  ] as const) {
    of(output)
    const no = await cli('publish', 'mute')
    expect(no.exit).toBe(1)
    expect(no.all).toContain(`mute.p 1.0.0 is published and cannot change any more. ${says}`)
    expect(no.all).toContain('Declare version 1.1.0.')
    expect((await cli('plan', 'mute')).out).toContain(`risky: ${says}`)
  }
})

test('a policy that the mesh refuses is refused at its line', async () => {
  write(
    'two/policies/rows.policy.yaml',
    'apiVersion: meshwright/v1\nkind: Policy\nid: rows\nteam: two\nstatus: enforced\ntables: table.name == "b"\nonQuery:\n  filter: id > 1 and nope = 2\n',
  )
  write('two/p/a.sql', 'select id from raw')
  build('two/p/build.yaml', 'inputs:', '  raw: {source: file, path: raw.csv}', '  s: {table: two.a}')
  for (const command of ['plan', 'publish']) {
    const { exit, all } = await cli(command, 'two')
    expect(exit).toBe(1)
    expect(all).toMatch(/policies\/rows\.policy\.yaml:8:\d+: error: .*nope/)
  }
})

test('a stronger contract that the rows do not keep is loosened again, as its refusal advises', async () => {
  domain('loose')
  const promise = (version: string, required: boolean) =>
    write(
      'loose/e/e.odcs.yaml',
      [
        'apiVersion: v3.1.0\nkind: DataContract\nid: loose.e',
        `version: ${version}`,
        'status: active\nschema:\n  - name: e\n    properties:\n      - {name: id, logicalType: integer}',
        `      - {name: v, logicalType: integer, required: ${required}}`,
        '',
      ].join('\n'),
    )
  promise('1.0.0', false)
  write('loose/e/raw.csv', 'id,v\n1,5\n2,\n')
  build(
    'loose/e/build.yaml',
    'inputs: {raw: {source: file, path: raw.csv}}',
    'outputs: {e: {sql: e.sql, mode: append, watermark: id}}',
  )
  write('loose/e/e.sql', 'select id, v from raw')
  expect((await cli('publish', 'loose')).exit).toBe(0)

  promise('1.1.0', true)
  const stronger = await cli('publish', 'loose')
  expect(stronger.exit).toBe(1)
  expect(stronger.all).toContain('or loosen the contract')

  promise('1.1.0', false)
  expect((await cli('plan', 'loose')).out).toContain('1.1.0 is published and cannot change any more')
  promise('1.1.1', false)
  const plan = await cli('plan', 'loose')
  expect(plan.out).toContain('Readers still have 1.0.0, and compared with that it breaks nothing.')
  write('loose/e/raw.csv', 'id,v\n1,5\n2,\n3,\n')
  const loosened = await cli('publish', 'loose')
  expect(loosened.exit, loosened.all).toBe(0)
  expect((await cli('query', 'select * from loose.e order by id')).out).toBe('id,v\n1,5\n2,\n3,\n')
})

test('what only the server finds is told where one stands, and with the folder that was named', async () => {
  write('far/mesh.yaml', 'apiVersion: meshwright/v1\nkind: Mesh\nid: far\n')
  write('far/away/domain.yaml', `apiVersion: meshwright/v1\nkind: Domain\nid: away\ntitle: A\nteam: a\n`)
  contract('far/away/u/u.odcs.yaml', 'away.u', '1.0.0', { u: ['id'] })
  write('far/away/u/u.sql', 'select nope as id\nfrom (select 1::bigint as id)')
  for (const [from, place] of [
    ['.', 'far/away/u/u.sql'],
    ['far', 'away/u/u.sql'],
    ['far/away/u', 'u.sql'],
    ['two', '../far/away/u/u.sql'],
  ] as const) {
    const folder = relative(join(root, from), join(root, 'far/away/u')) || '.'
    for (const command of ['plan', 'publish']) {
      const { exit, all } = await standing(from, command, folder)
      expect(exit).toBe(1)
      expect(all.split('\n').find(line => line.includes('u.sql:'))).toMatch(`${place}:1:8: error: `)
    }
    const { out } = await standing(from, 'plan', folder, '--json')
    expect((JSON.parse(out) as { issues: { file: string }[] }).issues.map(i => i.file)).toEqual([place])
  }
})
