import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ask, bytesOf, limits, problemOf, request, row } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine({ workers: 2, workersMax: 4 })
const long = { ...limits, timeMs: 55_000 }
const short = { ...limits, timeMs: 1_500 }

const deepCtes = `with ${Array.from({ length: 30 }, (_, i) =>
  i === 0
    ? 't0 as (select 1 as a)'
    : `t${i} as not materialized (select x.a from t${i - 1} x join t${i - 1} y on x.a = y.a)`,
).join(', ')} select count(*) from t29`

/** Statements that want too much, and how they may end: with an error of their own, or killed. */
const greedy: readonly (readonly [name: string, sql: string, kinds: readonly string[]])[] = [
  ['a text of 4 GB', "select length(repeat('x', 4000000000))", ['memory', 'time']],
  ['a text of 2 GB', "select length(repeat('x', 2000000000))", ['memory', 'time']],
  ['a list of 300 million', 'select len(range(300000000))', ['memory', 'time']],
  ['a list in pieces', 'select list(i) from range(1000000000) t(i)', ['memory', 'time']],
  ['30 tables, each joining the one before twice', deepCtes, ['time', 'memory']],
  [
    'a recursion without end',
    'with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r',
    ['time'],
  ],
  [
    'a product of 10^12 rows',
    'select count(*) from range(1000000) a(i), range(1000000) b(j) where i + j = -1',
    ['time'],
  ],
  [
    '300 million groups',
    'select count(*) from (select i, count(*) from range(300000000) t(i) group by i)',
    ['time', 'memory', 'disk'],
  ],
]

describe('a statement that wants too much', () => {
  it.each(greedy)('%s', async (_, sql, kinds) => {
    const began = performance.now()
    const problem = await problemOf(ask(suite().engine, sql, { limits: short }))
    expect(kinds).toContain(problem.kind)
    expect(performance.now() - began).toBeLessThan(short.timeMs + 1_500)
    expect(await row(suite().engine, 'select 42')).toBe('[42]')
  })

  it('50,000 open comments do not hold the parser', async () => {
    const began = performance.now()
    const problem = await problemOf(suite().engine.parse(`select 1 ${'/*'.repeat(50_000)}`))
    expect(['parse', 'time']).toContain(problem.kind)
    expect(performance.now() - began).toBeLessThan(4_500)
    expect(await suite().engine.parse('select 1')).toContain('"SELECT_NODE"')
  })

  it('a list of a million numbers is refused by its size', async () => {
    const list = Array.from({ length: 1_000_000 }, (_, i) => i).join(',')
    expect((await problemOf(suite().engine.parse(`select 1 in (${list})`))).kind).toBe('parse')
  })

  it('leaves others undisturbed', async () => {
    const given = new AbortController()
    let ended = 0
    const greedyOnes = Array.from({ length: 5 }, () =>
      problemOf(ask(suite().engine, greedy[6]![1], { owner: 'greedy', signal: given.signal, limits: long })).finally(
        () => (ended += 1),
      ),
    )
    expect(await row(suite().engine, 'select 1', { owner: 'modest' })).toBe('[1]')
    expect(await suite().engine.parse('select 2')).toContain('SELECT_NODE')
    expect(ended).toBe(0)
    given.abort()
    for (const problem of await Promise.all(greedyOnes)) expect(problem.kind).toBe('cancelled')
  })

  it('leaves no file behind', async () => {
    await problemOf(ask(suite().engine, greedy[7]![1], { limits: short }))
    await row(suite().engine, 'select 1')
    const left = readdirSync(suite().scratch).flatMap(name => readdirSync(`${suite().scratch}/${name}`))
    expect(left).toEqual([])
  })
})

describe('a worker that dies', () => {
  it('fails its own statement only, and is replaced', async ({ skip }) => {
    if (process.platform !== 'linux') return skip('Which worker is at work is read from /proc.')
    const { engine } = suite()
    const slow = problemOf(
      ask(engine, 'select count(*) from range(1000000) a(i), range(1000000) b(j) where i + j = -1', { limits: long }),
    )
    const held = await engine.run(request("select i, 'row ' || i from range(3000000) t(i)"))
    process.kill(await busiestWorker(suite().scratch), 'SIGKILL')
    expect((await slow).kind).toBe('crashed')
    const began = performance.now()
    expect(await row(engine, 'select 7')).toBe('[7]')
    expect(performance.now() - began).toBeLessThan(1_000)
    expect((await bytesOf(held.body)).length).toBeGreaterThan(3_000_000 * 15)
    expect((await held.totals).rows).toBe(3_000_000)
  })
})

/** The worker that uses a processor now; one that waits for its reader does not. */
async function busiestWorker(scratch: string): Promise<number> {
  const ticks = () =>
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && folderOf(name).startsWith(scratch))
      .map(pid => ({ pid: Number(pid), ticks: ticksOf(pid) }))
  await new Promise(resolve => setTimeout(resolve, 300))
  const before = new Map(ticks().map(each => [each.pid, each.ticks]))
  await new Promise(resolve => setTimeout(resolve, 300))
  const used = ticks().map(each => ({ pid: each.pid, used: each.ticks - (before.get(each.pid) ?? 0) }))
  return used.toSorted((a, b) => b.used - a.used)[0]!.pid
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return '' // ended meanwhile, or somebody else's
  }
}

/** User time, the 14th field. */
const ticksOf = (pid: string): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[11])
