import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { fakeEffects, problem } from './fake-effects.ts'

const mesh: Readonly<Record<string, readonly string[]>> = {
  domain: ['flights', 'sales'],
  product: ['flights.departures', 'sales.bookings'],
  table: ['flights.departures', 'flights.departure_rejects', 'sales.bookings'],
}

/** Answers `find` as the server would. */
function found(url: string): Response {
  const kind = new URL(url).searchParams.get('kind')!
  const results = mesh[kind]!.map(id => ({ kind, id, title: id, score: 0 }))
  return Response.json({ results, total: results.length })
}

async function names(words: readonly string[], answer: (url: string) => Response | Promise<Response> = found) {
  const world = fakeEffects({ answer })
  const exit = await run(['completion', 'names', ...words], world.effects)
  return { exit, out: world.stdout(), err: world.stderr() }
}

test('names of the mesh that begin so, each once', async () => {
  expect(await names(['product,table', 'Flights.dep'])).toEqual({
    exit: 0,
    out: 'flights.departure_rejects\nflights.departures\n',
    err: '',
  })
  expect((await names(['domain'])).out).toBe('flights\nsales\n')
  expect((await names(['domain', '--', '--json'])).out).toBe('')
})

test.each([
  ['no server', () => Promise.reject(new TypeError('fetch failed'))],
  ['no login', () => problem(401, 'auth.required')],
  ['something else that answers', () => new Response('<html>', { status: 200 })],
])('%s: no names, no word, no failure', async (_, answer) => {
  expect(await names(['table', 'f'], answer)).toEqual({ exit: 0, out: '', err: '' })
})

test('a server that does not answer is not waited for', async () => {
  const world = fakeEffects({
    answer: (_, { signal }) =>
      new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(new Error('aborted')))),
  })
  const start = Date.now()
  expect(await run(['completion', 'names', 'table'], world.effects)).toBe(0)
  expect(world.stdout()).toBe('')
  expect(Date.now() - start).toBeLessThan(3_000)
})

test('a kind that there is not is told', async () => {
  const told = await names(['tables'])
  expect(told.exit).toBe(2)
  expect(told.err).toContain('There are: domain, product, table.')
})

test.each([
  ['meshwright connect flights.', 'flights.departures flights.departure_rejects'],
  ['meshwright access request flights.departure_', 'flights.departure_rejects'],
  ['meshwright run sales.', 'sales.bookings'],
  ['meshwright run li', 'list'],
  ['meshwright run list --product sales.', 'sales.bookings'],
  ['meshwright show sal', 'sales sales.bookings'],
  ['meshwright connect --pur', '--purpose'],
  ['meshwright query --format nd', 'ndjson'],
  ['meshwright token revoke sal', ''],
])('bash completes %s', async (line, expected) => {
  const world = fakeEffects()
  await run(['completion', 'bash'], world.effects)
  const bin = mkdtempSync(join(tmpdir(), 'meshwright-bin-'))
  const cases = Object.entries(mesh).map(([kind, ids]) => `*${kind}*) printf '%s\\n' ${ids.join(' ')};;`)
  // It gives names of the first kind that is asked for and minds no beginning.
  const stub = `#!/bin/bash\n[ "$1 $2" = 'completion names' ] || exit 1\ncase "$3" in\n${cases.join('\n')}\nesac\n`
  writeFileSync(join(bin, 'meshwright'), stub)
  chmodSync(join(bin, 'meshwright'), 0o755)
  if (line.includes(' show ')) {
    writeFileSync(join(bin, 'meshwright'), `#!/bin/bash\nprintf '%s\\n' sales sales.bookings\n`)
  }
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _meshwright; echo "\${COMPREPLY[@]}"`
  const { status, stdout } = spawnSync('bash', ['-c', `${world.stdout()}\n${ask}`], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
  })
  expect([status, stdout.trim()]).toEqual([0, expected])
})
