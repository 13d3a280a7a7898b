import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands, run } from '../../src/cli/index.ts'
import { fakeEffects, problem } from './fake-effects.ts'

const json = (value: unknown) => Response.json(value)

describe('using it wrongly', () => {
  test.each([
    [['pubish'], 'There is no command pubish. Did you mean publish?', 'meshwright help publish'],
    [
      ['access', 'aprove', 'x'],
      'There is no command access aprove. Did you mean access approve?',
      'meshwright help access approve',
    ],
    [
      ['query', 'select 1', '--pupose', 'x'],
      "Unknown option '--pupose'. Did you mean --purpose?",
      'meshwright query [SQL] [options]',
    ],
    [['audit', 'verfy'], 'There is no command audit verfy. Did you mean audit verify?', 'meshwright help audit verify'],
    [['run', 'lst'], 'There is no command run lst. Did you mean run list?', 'meshwright help run list'],
    [['access'], 'Say what to do: access request', 'meshwright help access'],
    [['token', 'revoke'], "Missing required argument 'id'.", 'meshwright token revoke ID [options]'],
    [['query', 'select 1', '--format', 'xml'], 'Allowed choices are table, csv', 'meshwright query [SQL] [options]'],
    [['query', 'select 1', '--explain', '--format', 'csv'], '--explain runs nothing', 'Leave out --explain'],
    [['query', ''], 'There is no statement.', "meshwright query 'select 1'"],
    [['query', '-'], 'There is no statement.', "meshwright query 'select 1'"],
    [['help', 'qurey'], 'There is no command qurey. Did you mean query?', 'meshwright help query'],
    [['help', 'nope'], 'There is no command nope.', 'meshwright help'],
    [['help', 'access', 'reqest'], 'Did you mean access request?', 'meshwright help access request'],
    [['help', 'run', 'lst'], 'Did you mean run list?', 'meshwright help run list'],
    [['find', 'x', '--limit', 'many'], '--limit takes a whole number, and many is none.', ''],
  ])('%j', async (argv, told, paste) => {
    const world = fakeEffects({ answer: () => json({}) })
    expect(await run(argv, world.effects)).toBe(2)
    expect(world.stderr()).toContain(told)
    expect(world.stderr()).toContain(paste)
    expect(world.stdout()).toBe('')
  })

  test.each([
    [['query', 'select 1', '--json', '--format', 'csv'], 'meshwright query … --json'],
    [['check', '.', '--format', 'sarif', '--json'], 'meshwright check … --json'],
    [['plan', '.', '--format', 'comment', '--json'], 'meshwright plan … --json'],
  ])('%j asks for two answers', async (argv, fix) => {
    const world = fakeEffects({ answer: () => json({}) })
    expect(await run(argv, world.effects)).toBe(2)
    const { detail, fix: told } = JSON.parse(world.stdout()) as { detail: string; fix: string }
    expect(detail).toMatch(/^--json and --format \w+ ask for two different answers\.$/)
    expect(told).toContain(fix)
  })

  test.each([
    [['-- Does it rain?\nselect 1', '--purpose', 'x']],
    [['--purpose', 'x', '-- Does it rain?\nselect 1']],
    [['--purpose', 'x', '--does it rain\nselect 1']],
  ])('%j begins with a comment and is a statement', async words => {
    let asked: unknown
    const answer = (_url: string, { body }: RequestInit) => {
      asked = JSON.parse(typeof body === 'string' ? body : 'null')
      return json({})
    }
    expect(await run(['query', ...words, '--format', 'json'], fakeEffects({ answer }).effects)).toBe(0)
    expect(asked).toMatchObject({ sql: words.find(word => word.endsWith('select 1')), purpose: 'x' })
  })

  test('what the server says of a part of its request is said of the option', async () => {
    const message = (path: string, what: string) => ({
      code: 'request.invalid',
      severity: 'error',
      path,
      message: what,
    })
    const issues = [message('query.limit', 'query.limit may be at most 500.')]
    const fix = 'See the API description at /api/openapi.json.'
    const detail = 'query.limit may be at most 500.'
    const world = fakeEffects({ answer: () => problem(400, 'request.invalid', { detail, issues, fix }) })
    expect(await run(['run', 'list', '--limit', '501'], world.effects)).toBe(2)
    expect(world.stderr()).toBe(
      'error: --limit may be at most 500. [request.invalid]\nSee:\n  meshwright help run list\n',
    )
  })

  test('with --json the problem stands on standard output', async () => {
    const world = fakeEffects()
    expect(await run(['pubish', '--json'], world.effects)).toBe(2)
    expect(JSON.parse(world.stdout())).toMatchObject({ code: 'usage.invalid', status: 400 })
    expect(world.stderr()).toBe('')
  })
})

describe('exit codes', () => {
  test.each([
    [403, 'access.required', 1],
    [401, 'auth.required', 1],
    [404, 'thing.not-found', 1],
    [422, 'limit.rows', 1],
    [400, 'request.invalid', 2],
    [503, 'busy.queue', 3],
    [500, 'internal', 3],
    [507, 'storage.full', 3],
  ])('%i %s ends with %i', async (status, code, exit) => {
    const world = fakeEffects({ answer: () => problem(status, code) })
    expect(await run(['whoami'], world.effects)).toBe(exit)
  })

  test('no server ends with 3 and says how to start one', async () => {
    const world = fakeEffects({ env: { MESHWRIGHT_URL: 'http://127.0.0.1:1' } })
    expect(await run(['whoami'], world.effects)).toBe(3)
    expect(world.stderr()).toBe(
      'error: No server answers at http://127.0.0.1:1 (fetch failed). [server.unreachable]\nStart it:\n  meshwright up\n',
    )
  })

  test('a refusal ends with the line to paste', async () => {
    const next = { command: 'meshwright access request sales.orders --purpose planning' }
    const world = fakeEffects({ answer: () => problem(403, 'access.required', { next, rule: 'g1', team: 'privacy' }) })
    expect(await run(['query', 'select 1'], world.effects)).toBe(1)
    expect(world.stderr().trimEnd().split('\n').at(-1)).toBe(`  ${next.command}`)
    expect(world.stderr()).toContain('rule: g1, which the team privacy answers for')
  })
})

describe('calls', () => {
  test('each member of the input goes where the table of operations says', async () => {
    const calls: [string, RequestInit][] = []
    const world = fakeEffects({
      env: { MESHWRIGHT_URL: 'http://mesh', MESHWRIGHT_TOKEN: 'secret' },
      answer: (url, init) => {
        calls.push([url, init])
        return json({ columns: [], rows: [], table: 't' })
      },
    })
    await run(['run', 'show', 'run/1', '--rejected', '--limit', '5', '--json'], world.effects)
    const [url, init] = calls[0]!
    expect(url).toBe('http://mesh/api/v1/runs/run%2F1/rejected?limit=5')
    expect(new Headers(init.headers).get('authorization')).toBe('Bearer secret')
    expect(init.body).toBeUndefined()
  })

  test('a token that was stored for one server is not sent to another', async () => {
    const seen: (string | null)[] = []
    const world = fakeEffects({
      answer: (_url, init) => {
        seen.push(new Headers(init.headers).get('authorization'))
        return json({ id: 'ana@x', kind: 'person', teams: [], roles: {} })
      },
    })
    expect(await run(['login', '--server', 'http://a', '--token', 'tok'], world.effects)).toBe(0)
    await run(['whoami'], world.effects)
    await run(['whoami'], { ...world.effects, env: { ...world.effects.env, MESHWRIGHT_URL: 'http://evil' } })
    expect(seen).toEqual(['Bearer tok', 'Bearer tok', null])
    const file = join(world.effects.env['MESHWRIGHT_CONFIG']!, 'login.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: 'http://a', token: 'tok' })
  })

  test('parameters are JSON values where they look like one, and text otherwise', async () => {
    let body = ''
    const world = fakeEffects({
      answer: (_url, init) => {
        body = init.body as string
        return json({ columns: [], rows: [], notices: [], receipt: { id: 'r', url: '' } })
      },
    })
    const params = ['5', 'true', 'null', '00501', 'SEA', '[1]', '9007199254740993']
    await run(['query', '-', ...params.flatMap(p => ['--param', p])], {
      ...world.effects,
      stdin: { isTty: false, text: async () => 'select ?' },
    })
    expect(JSON.parse(body)).toEqual({
      sql: 'select ?',
      params: [5, true, null, '00501', 'SEA', '[1]', '9007199254740993'],
    })
  })
})

test('names of others cannot steer the terminal', async () => {
  const world = fakeEffects({
    answer: () =>
      json({ results: [{ kind: 'product', id: 'a.b', title: '\u001b]0;owned\u0007x', score: 1 }], total: 1 }),
  })
  expect(await run(['find', 'x'], world.effects)).toBe(0)
  expect(world.stdout()).not.toContain('\u001b')
  expect(world.stdout()).toContain(String.raw`\e]0;owned\u0007x`)
})

test('an answer that is cut off is a failure, and no file is left', async () => {
  const cut = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('a,b\n1,2\n'))
          controller.error(new Error('terminated'))
        },
      }),
    )
  const world = fakeEffects({ answer: cut })
  expect(await run(['query', 'select 1', '--output', 'x.csv'], world.effects)).toBe(3)
  expect(() => statSync(join(world.effects.cwd, 'x.csv'))).toThrow()
  expect(() => statSync(join(world.effects.cwd, 'x.csv.part'))).toThrow()
})

describe('help', () => {
  test('every command has help with examples that call it, and every example parses', async () => {
    for (const command of commands) {
      const world = fakeEffects()
      expect(await run([...command.name.split(' '), '--help'], world.effects)).toBe(0)
      expect(world.stdout()).toContain('Examples')
      expect(command.examples.length).toBeGreaterThan(0)
      for (const example of command.examples) expect(example).toContain(`meshwright ${command.name}`)
    }
  })

  test('every command can be loaded', async () => {
    for (const command of commands) expect(await command.load()).toBeTypeOf('function')
  })
})

test.each(['bash', 'zsh', 'fish'])('completion for %s knows every command and option', async shell => {
  const world = fakeEffects()
  expect(await run(['completion', shell], world.effects)).toBe(0)
  for (const { name, options } of commands) {
    for (const word of name.split(' ')) expect(world.stdout()).toContain(word)
    for (const option of options ?? []) expect(world.stdout()).toContain(option.name)
  }
})

test('completion for bash is a script that bash reads and completes by', async () => {
  const world = fakeEffects()
  await run(['completion', 'bash'], world.effects)
  const ask = (line: string) =>
    `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _meshwright; echo "\${COMPREPLY[@]}"`
  const script = `${world.stdout()}\n${ask('meshwright acc')}\n${ask('meshwright access re')}\n${ask('meshwright query --pu')}\n${ask('meshwright query --format nd')}\n${ask('meshwright access list --state rev')}`
  const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, 'access\nrequest reject revoke\n--purpose\nndjson\nrevoked\n'])
})
