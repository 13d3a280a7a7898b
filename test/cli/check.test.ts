import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
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
