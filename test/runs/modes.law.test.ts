import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  option,
  record,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { Input, Output } from '../../src/mesh/index.ts'
import { appendNews } from '../../src/runs/append-news.ts'
import { columns, domain, product, smallMesh, table } from './support/small-mesh.ts'

interface Row {
  readonly k: number
  readonly v: number
}
type Rows = readonly Row[]

/** Every file there is, by name: `f…` and `g…` come and go, `dim` is one that rows are looked up in. */
type Files = Readonly<Record<string, Rows>>

/** What builds do with their inputs, said in SQL and without an engine. */
const shapes = {
  rows: { sql: 'select k, v from raw', of: all => all.f },
  lookup: {
    sql: 'select raw.k, raw.v + coalesce(dim.v, 0) as v from raw left join dim using (k)',
    of: all =>
      all.f.flatMap(row => orOne(all.dim.filter(d => d.k === row.k)).map(d => ({ k: row.k, v: row.v + (d?.v ?? 0) }))),
  },
  union: { sql: 'select k, v from raw union all select k, v from more', of: all => [...all.f, ...all.g] },
  sum: {
    sql: 'select k, sum(v)::integer as v from raw group by k',
    of: ({ f }) => keysOf(f).map(k => ({ k, v: f.filter(row => row.k === k).reduce((sum, row) => sum + row.v, 0) })),
  },
  pairs: {
    sql: 'select raw.k, raw.v + more.v as v from raw join more using (k)',
    of: ({ f, g }) => f.flatMap(a => g.filter(b => b.k === a.k).map(b => ({ k: a.k, v: a.v + b.v }))),
  },
} satisfies Record<string, { sql: string; of: (all: { f: Rows; g: Rows; dim: Rows }) => Rows }>

const orOne = (rows: Rows): readonly (Row | undefined)[] => (rows.length === 0 ? [undefined] : rows)
const keysOf = (rows: Rows): readonly number[] => [...new Set(rows.map(row => row.k))]
const isUnique = (rows: Rows): boolean => keysOf(rows).length === rows.length
const upsert = (before: Rows, rows: Rows): Rows => [...before.filter(b => !rows.some(row => row.k === b.k)), ...rows]
const greatest = (rows: Rows, mark: number | undefined): number | undefined =>
  rows.reduce<number | undefined>((max, row) => (max === undefined || row.v > max ? row.v : max), mark)

function answer(shape: keyof typeof shapes, files: Files, only: (name: string) => boolean = () => true): Rows {
  const of = (letter: string) =>
    Object.entries(files).flatMap(([name, rows]) => (name.startsWith(letter) && only(name) ? rows : []))
  return shapes[shape].of({ f: of('f'), g: of('g'), dim: files['dim'] ?? [] })
}

const rows = (max: number): Arbitrary<Rows> =>
  array(record({ k: integer({ min: 0, max: 3 }), v: integer({ min: 0, max: 9 }) }), { maxLength: max })
/** Between two runs a file may be written, written again, taken away, put back as it was, moved, or only touched. */
const change = record({
  name: constantFrom('f0', 'f1', 'f2', 'g0', 'g1', 'dim'),
  does: constantFrom<('write' | 'grow' | 'remove' | 'return' | 'move' | 'touch')[]>(
    'write',
    'grow',
    'remove',
    'return',
    'move',
    'touch',
  ),
  rows: rows(3),
})
type Change = typeof change extends Arbitrary<infer T> ? T : never

function changed(files: Files, first: Files, { name, does, rows: of }: Change): Files {
  const { [name]: old, ...others } = files
  const may = name !== 'dim' && !name.endsWith('0') // an input with no file at all is refused, which is another test
  switch (does) {
    case 'write':
      return { ...others, [name]: of }
    case 'grow':
      return { ...others, [name]: [...(old ?? []), ...of] }
    case 'remove':
      return may ? others : files
    case 'return':
      return first[name] === undefined ? files : { ...others, [name]: first[name] }
    case 'move':
      return may && old !== undefined ? { ...others, [`${name}-moved`]: old } : files
    case 'touch':
      return files
  }
}

const text = (of: Rows): string => `k,v\n${of.map(row => `${row.k},${row.v}\n`).join('')}`
const asFiles = (files: Files, letters: string) =>
  Object.keys(files)
    .filter(name => letters.includes(name[0]!))
    .map(name => ({ path: name, digest: text(files[name]!) }))

test('whatever comes, changes, goes and comes back, a table is what its mode says', { timeout: 240_000 }, async () => {
  await assert(
    asyncProperty(
      record({
        mode: constantFrom<Output['mode'][]>('full', 'append', 'append', 'merge', 'merge', 'partition'),
        shape: constantFrom(...(Object.keys(shapes) as (keyof typeof shapes)[])),
        marked: boolean(),
        fullFirst: boolean(),
        start: record({ f0: rows(4), f1: option(rows(4)), g0: rows(3), dim: rows(4) }),
        steps: array(array(change, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 4 }),
      }),
      async ({ mode, shape, marked, fullFirst, start, steps }) => {
        const world = await lawMesh()
        const watermark = marked && mode !== 'full' ? 'v' : undefined
        const letters = shape === 'union' ? 'fg' : 'f'
        const first: Files = Object.fromEntries(
          Object.entries(start).flatMap(([n, of]) => (of === null ? [] : [[n, of]])),
        )
        let files = first
        let before: Rows = []
        let mark: number | undefined
        let taken: ReturnType<typeof appendNews>['taken'] = []
        let last: Files | undefined
        try {
          if (fullFirst) {
            world.lay(files)
            world.build(shapes[shape].sql, 'full')
            expect((await world.run()).problem).toBeUndefined()
            before = answer(shape, files)
            taken = appendNews(asFiles(files, letters), []).taken
            if (mode === 'append' && watermark !== undefined) mark = greatest(before, undefined)
          }
          world.build(shapes[shape].sql, mode, watermark)
          for (const [i, changes] of [[], ...steps].entries()) {
            files = changes.reduce((now, each) => changed(now, first, each), files)
            world.lay(files)
            const run = await world.run()
            const whole = answer(shape, files)
            const isAfresh = last === undefined
            const above = mark
            let expected = before
            let fails: string | undefined
            if (mode === 'full' || (mode === 'partition' && (isAfresh || watermark === undefined))) {
              expected = whole
              mark = greatest(whole, undefined)
            } else if (mode === 'partition') {
              const touched = keysOf(whole.filter(row => row.v >= (above ?? 0)))
              const news = whole.filter(row => touched.includes(row.k))
              expected = [...before.filter(row => !touched.includes(row.k)), ...news]
              mark = greatest(news, mark)
            } else if (mode === 'merge') {
              const news = whole.filter(
                row => isAfresh || above === undefined || watermark === undefined || row.v >= above,
              )
              const isSame = (name: string) =>
                last?.[name] !== undefined && text(last[name]) === text(files[name] ?? [])
              const others = shape === 'lookup' && !isSame('dim')
              const mayskip = shape === 'rows' || shape === 'union' || (shape === 'lookup' && !others)
              // A file that was read says nothing new; what newer files say of its keys is newer.
              const unread = answer(shape, files, name => isAfresh || !mayskip || !isSame(name) || !(name in files))
              const newer = unread.filter(
                row => isAfresh || above === undefined || watermark === undefined || row.v >= above,
              )
              if (isUnique(news)) expected = isAfresh ? news : upsert(before, news)
              else if (isUnique(newer)) expected = isAfresh ? newer : upsert(before, newer)
              else fails = 'run.rejected'
              if (fails === undefined) mark = greatest(isUnique(news) ? news : newer, mark)
            } else if (watermark !== undefined) {
              const news = whole.filter(row => above === undefined || row.v > above)
              expected = [...before, ...news]
              mark = greatest(news, mark)
            } else if (shape === 'sum' || shape === 'pairs') {
              fails = 'run.failed'
            } else {
              const news = appendNews(asFiles(files, letters), taken)
              if (news.changed.length > 0) fails = 'source.unreadable'
              else {
                const fresh = new Set(news.fresh.map(file => file.path))
                expected = [...before, ...answer(shape, files, name => name === 'dim' || fresh.has(name))]
                taken = news.taken
              }
            }
            expect(run.problem?.code, `step ${i}: ${run.problem?.message}`).toBe(fails)
            expect(sorted(await world.rows()), `step ${i}`).toEqual(sorted(expected))
            before = expected
            if (run.steps.some(step => step.name === 'promote')) last = files
          }
        } finally {
          await world.close()
        }
      },
    ),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 20) },
  )
})

const sorted = (of: Rows): readonly string[] => of.map(row => `${row.k} ${row.v}`).sort()

/** A mesh whose product reads a folder of this machine, as it is at each run. */
async function lawMesh() {
  const folder = mkdtempSync(join(tmpdir(), 'law-'))
  const drop = join(folder, 'drop')
  const mesh = await smallMesh(folder, { start: [domain('flights')] })
  const options = { types: { k: 'INTEGER', v: 'INTEGER' } }
  const input = (name: string): Input => ({
    kind: 'file',
    path: join(drop, name),
    format: 'csv',
    options,
    files: name.includes('*') ? [] : [{ path: name, sizeBytes: 1, at: { absolute: join(drop, name), modifiedMs: 0 } }],
  })
  let times = 0
  return {
    /** Writes all files again: each is touched, whether it says something new or not. */
    lay(files: Files) {
      rmSync(drop, { recursive: true, force: true })
      mkdirSync(drop)
      times++
      for (const [name, of] of Object.entries(files)) {
        writeFileSync(join(drop, `${name}.csv`), text(of))
        // Some keep the time of their last change, whatever they say.
        if (name.endsWith('0')) utimesSync(join(drop, `${name}.csv`), 1_000_000, 1_000_000)
        else utimesSync(join(drop, `${name}.csv`), 1_000_000 + times, 1_000_000 + times)
      }
    },
    build(sql: string, mode: Output['mode'], watermark?: string) {
      mesh.publish(
        product('flights.p', {
          tables: [table('p', columns('k INTEGER', 'v INTEGER'))],
          inputs: { raw: input('f*.csv'), more: input('g*.csv'), dim: input('dim.csv') },
          outputs: {
            p: {
              sql,
              mode,
              key: mode === 'full' || mode === 'append' ? [] : ['k'],
              ...(watermark === undefined ? {} : { watermark }),
            },
          },
        }),
      )
    },
    run: () => mesh.run('flights.p'),
    rows: async () => (await mesh.rows('flights.p')) as unknown as Rows,
    async close() {
      await mesh.runs.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
