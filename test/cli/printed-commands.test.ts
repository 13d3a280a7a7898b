import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callName, calledBy } from '../../src/cli/call-name.ts'
import { run } from '../../src/cli/index.ts'
import { fakeEffects, problem } from './fake-effects.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'meshwright-call-'))
const script = '/somewhere/dist/cli/main.js'

function withFile(path: string, text = ''): string {
  const root = folder()
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), 0o755)
  return root
}

describe('what printed commands begin with', () => {
  test('the bare name where the path finds it', () => {
    expect(callName({ env: { PATH: withFile('meshwright') }, cwd: folder(), script })).toBe('meshwright')
  })

  test('npx in a checkout, at any depth, and under npm exec; what npm adds to the path does not count', () => {
    const checkout = withFile('package.json', '{ "name": "meshwright" }')
    const deep = join(checkout, 'a/b')
    mkdirSync(deep, { recursive: true })
    expect(callName({ env: {}, cwd: deep, script })).toBe('npx meshwright')
    expect(callName({ env: { npm_command: 'exec' }, cwd: folder(), script })).toBe('npx meshwright')
    const packages = withFile('node_modules/.bin/meshwright')
    const env = { PATH: join(packages, 'node_modules/.bin') }
    expect(callName({ env, cwd: packages, script })).toBe('npx meshwright')
  })

  test('node and the file anywhere else: npx would ask a registry', () => {
    expect(callName({ env: {}, cwd: withFile('package.json', '{ "name": "other" }'), script })).toBe(`node ${script}`)
  })
})

test('commands in sentences, lines and substitutions are replaced, and nothing else', () => {
  const text =
    'Start it: meshwright up\n  $(unset X; meshwright token create)\nmeshwright.yaml of meshwright, ~/.meshwright'
  expect(calledBy('npx meshwright', text)).toBe(
    'Start it: npx meshwright up\n  $(unset X; npx meshwright token create)\nmeshwright.yaml of meshwright, ~/.meshwright',
  )
  expect(calledBy('npx meshwright', 'npx meshwright up')).toBe('npx meshwright up')
})

test('help and refusals speak so, data and JSON do not', async () => {
  const said = async (argv: string[], answer: () => Response) => {
    const world = fakeEffects({ answer, width: 200 })
    await run(argv, { ...world.effects, self: 'npx meshwright' })
    return world.stdout() + world.stderr()
  }
  expect(await said(['help', 'up'], () => Response.json({}))).toContain('  npx meshwright up --demo')
  const next = { command: 'meshwright access request a.b --purpose p' }
  expect(await said(['query', 'select 1'], () => problem(403, 'access.required', { next }))).toMatch(
    /\n {2}npx meshwright access request a\.b/,
  )
  expect(await said(['whoami', '--json'], () => problem(403, 'access.required', { next }))).toContain(
    '"meshwright access',
  )
  const answer = {
    columns: [{ name: 'a', type: 'VARCHAR' }],
    rows: [['meshwright up']],
    notices: [],
    receipt: { url: '' },
  }
  expect(await said(['query', 'select 1'], () => Response.json(answer))).toContain('\nmeshwright up\n')
})

test('the place of a mistake in a statement is shown under its line', async () => {
  const context = { line: 2, column: 8 }
  const world = fakeEffects({ answer: () => problem(400, 'sql.parse', { context }) })
  await run(['query', 'select 1,\n  from where'], world.effects)
  expect(world.stderr()).toContain('error: No. [sql.parse]\n  2 |   from where\n             ^\n')
})

test('while the sample mesh loads a refusal says so', async () => {
  const demo = { state: 'loading', done: 8, of: 12, products: [], people: [] }
  const world = fakeEffects({
    answer: url => (url.endsWith('/api/v1/demo') ? Response.json(demo) : problem(409, 'table.no-data')),
  })
  expect(await run(['query', 'select 1'], world.effects)).toBe(1)
  expect(world.stderr()).toContain('The sample mesh is still loading (8 of 12): try again in a moment.')
})

test.each([
  ['a number', ['find', 'x', '--limit', 'many'], 'meshwright help find'],
  ['a request', ['whoami'], 'meshwright help whoami'],
])('%s that is wrong points to the help of its command', async (_, argv, told) => {
  const fix = 'See the API description at /api/openapi.json.'
  const world = fakeEffects({ answer: () => problem(400, 'request.invalid', { fix }) })
  expect(await run(argv, world.effects)).toBe(2)
  expect(world.stderr()).toContain(told)
})

test.each([['help'], ['query', '--help'], ['help', 'access'], ['completion', 'bash']])(
  '%s %s --json is one document',
  async (...words) => {
    const world = fakeEffects()
    expect(await run([...words.filter(Boolean), '--json'], world.effects)).toBe(0)
    expect(JSON.parse(world.stdout())).toBeTypeOf('object')
  },
)
