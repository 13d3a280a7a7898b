import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { fakeEffects } from './fake-effects.ts'

const contract = `apiVersion: v3.1.0
kind: DataContract
id: d.t
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - {name: a, logicalType: integer}
`
const domain = 'apiVersion: meshwright/v1\nkind: Domain\nid: d\n'
const policy = (lines: string) => `apiVersion: meshwright/v1\nkind: Policy\nid: x\nteam: d\n${lines}\n`

/** What `check` says of files, given the words after it. */
async function check(files: Readonly<Record<string, string | Buffer>>, ...words: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'meshwright-check-test-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), content)
  }
  const world = fakeEffects({ cwd })
  const code = await run(['check', ...words], world.effects)
  return { code, said: `${world.stdout()}${world.stderr()}` }
}

const product = { 'd/domain.yaml': domain, 'd/t.odcs.yaml': contract }

test.each([
  [
    'read_csv',
    "select 1 as b,\n  a from read_csv('x.csv')",
    'd/t.sql:2:10: error: The gateway does not let the function',
  ],
  ['two statements', 'select 1 as a;\n select 2', 'd/t.sql:2:2: error: The text holds several statements'],
  ['syntax', 'select 1 as a\nfrom from t', 'd/t.sql:2:6: error: syntax error'],
  ['no SELECT', '\n drop table x', 'd/t.sql:2:2: error: DROP is not let through'],
])('SQL with %s is told with line, column and fix', async (_, sql, said) => {
  const found = await check({ ...product, 'd/t.sql': sql, 'e/domain.yaml': domain.replace('id: d', 'id: e') })
  expect(found.said).toContain(said)
  expect(found.said).toContain('\n  fix: ')
  expect(found.code).toBe(1)
})

test.each([
  [
    "columns: column.clas == 'x'\nonQuery: {mask: by-class}",
    '5:16: error: column has no clas here.',
    'Did you mean column.class?',
  ],
  ["onQuery: {filter: 'lowr(a) = 1'}", '5:20: error: The function lowr', 'Did you mean lower?'],
  ['onQuery:\n  - filter: |\n      a = 1\n      adn true', '8:7: error: adn stands', 'Did you mean AND?'],
  ["onQuery: [{filter: 'b = 1'}]", '5:20: error: d.t has no column b.', 'Did you mean a?'],
  [
    'onQuery: {open: true}\ntests:\n  - {given: {table: {name: t}}, expect: {open: false}}',
    "7:5: error: The policy's own test 1 fails",
    'Mend the rule or the test.',
  ],
])('a policy with %s is told at its place', async (lines, place, fix) => {
  const found = await check({ ...product, 'd/t.sql': 'select 1 as a', 'd/policies/x.policy.yaml': policy(lines) })
  expect(found.said).toContain(`d/policies/x.policy.yaml:${place}`)
  expect(found.said).toContain(`fix: ${fix}`)
})

test('a domain of three lines and an id of another domain', async () => {
  const found = await check({
    'd/domain.yaml': domain,
    'd/t.odcs.yaml': contract.replace('id: d.t', 'id: e.t'),
    'd/t.sql': 'select 1 as a',
  })
  expect(found.said).toContain(
    'd/t.odcs.yaml:3:5: warning: The id e.t names the domain e, but the product lies in the domain d: it becomes d.t.',
  )
  expect(found.code).toBe(0)
})

test('what only the mesh knows is a warning where no mesh.yaml says it', async () => {
  const files = {
    ...product,
    'd/t.sql': 'select 1 as a',
    'd/t.odcs.yaml': contract.replace(
      'logicalType: integer',
      'logicalType: integer, classification: restricted, relationships: [{to: nope.u.id}]',
    ),
  }
  const alone = await check(files)
  expect(alone.said).toContain('warning: The class "restricted" is none that every mesh has')
  expect(alone.said).toContain('warning: The relationship leads to nope.u, which none of the documents promises')
  expect(alone.code).toBe(0)
  const known = await check({ ...files, 'mesh.yaml': 'apiVersion: meshwright/v1\nkind: Mesh\nid: m\n' }, 'd')
  expect(known.said).toContain('error: The mesh has no class "restricted".')
  expect(known.code).toBe(1)
})

describe('one file by itself', () => {
  const alone = { 'c/t.odcs.yaml': contract.replace('id: d.t', 'id: 53581432-6c55-4ba2-a65f-72344a91553a') }

  test('a contract that no mesh surrounds is fine, and what publishing would need is said', async () => {
    const { code, said } = await check(alone, 'c/t.odcs.yaml')
    expect(said).toContain('c/t.odcs.yaml:1:1: warning: The product belongs to no domain')
    expect(said).toContain('Fine: t.odcs.yaml by itself; 1 warning')
    expect(code).toBe(0)
  })

  test('what the standard forbids is an error', async () => {
    const { code, said } = await check({ 'x.yaml': `${contract}owner: me\n` }, 'x.yaml')
    expect(said).toContain('x.yaml:10:1: error: The document knows no key "owner".')
    expect(code).toBe(1)
  })

  test('policies are compiled and tested, and SQL is parsed', async () => {
    const rule = await check(
      { ...product, 'd/policies/x.policy.yaml': policy("columns: colum.class == 'x'\nonQuery: {mask: by-class}") },
      'd/policies/x.policy.yaml',
    )
    expect(rule.said).toContain('d/policies/x.policy.yaml:5:10: error: There is no colum here.')
    const sql = await check({ 'd/t.sql': 'select\nfrom' }, 'd/t.sql')
    expect(sql.said).toContain('d/t.sql:2:5: error: syntax error')
    expect([rule.code, sql.code]).toEqual([1, 1])
  })

  test('a name that is neither file nor folder', async () => {
    expect((await check(product, 'd/t.odcs.yml')).code).toBe(2)
  })
})

const standards = fileURLToPath(new URL('../../../shared/standards', import.meta.url))
describe.skipIf(!existsSync(standards))(
  'official examples (skipped where the standards are not beside the clone)',
  () => {
    const examples = ['ODCS', 'ODPS'].flatMap(under =>
      (existsSync(standards)
        ? readdirSync(`${standards}/${under}/examples`, { recursive: true, encoding: 'utf8' })
        : []
      )
        .filter(name => name.endsWith('.yaml'))
        .map(name => `${standards}/${under}/examples/${name}`),
    )

    test.each(examples)('%s is fine', async path => {
      const { code, said } = await check({}, path)
      expect(said).not.toContain(' error: ')
      expect(code).toBe(0)
    })
  },
)

test('each file is one case of a build server', async () => {
  const { said } = await check({ ...product, 'd/t.sql': 'select 1 as a; select 2' }, 'd', '--format', 'junit')
  expect([...said.matchAll(/<testcase .*name="(.*?)"/g)].map(([, name]) => name)).toEqual([
    'd/domain.yaml',
    'd/t.odcs.yaml',
    'd/t.sql',
  ])
  expect(said).toContain('tests="3" failures="1"')
})
