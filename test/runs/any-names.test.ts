import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quoteName } from '../../src/base/index.ts'
import type { Output } from '../../src/mesh/index.ts'
import { columns, csv, domain, product, smallMesh, table } from './support/small-mesh.ts'

/** Words that builds and checks use, used to use or might: a column may be called by any of them. */
const strange =
  `n k0 k1 old sides touched compared raw t row object batch _row _file reason _reason rowid key file rows mark here there f0 m0 i1 p element gone kept one more less`
    .split(' ')
    .concat(['meshwright misfit', 'meshwright row', 'meshwright why'])
const harmless = strange.map((_, i) => `c${i}`)

interface Line {
  readonly key: number
  readonly mark: number
  readonly text: string
}

const first: readonly Line[] = [
  { key: 1, mark: 1, text: 'a' },
  { key: 2, mark: 4, text: 'b' },
  { key: 3, mark: 5, text: 'c' },
]
const changed: readonly Line[] = [
  { key: 1, mark: 1, text: 'CHANGED' },
  { key: 2, mark: 2, text: 'late' },
  { key: 4, mark: 0, text: 'NEW' },
  { key: 3, mark: 6, text: 'c' },
]
const more: readonly Line[] = [
  { key: 5, mark: 7, text: 'd' },
  { key: 6, mark: 8, text: '' },
]

/** Key, watermark and text are the columns at `at`; the others tell nothing apart, and some of them are null. */
function textOf(names: readonly string[], at: number, lines: readonly Line[]): string {
  const cells = (line: Line) =>
    names.map((_, i) => {
      const role = (i - at + names.length) % names.length
      return [String(line.key), String(line.mark), line.text][role] ?? (i % 3 === 1 ? '' : String(i % 3))
    })
  return [names, ...lines.map(cells)].map(row => `${row.join(',')}\n`).join('')
}

async function build(
  names: readonly string[],
  at: number,
  { mode, marked, rejects }: { mode: Output['mode']; marked: boolean; rejects: boolean },
) {
  const folder = mkdtempSync(join(tmpdir(), 'names-'))
  const mesh = await smallMesh(folder, { start: [domain('flights')] })
  const [key, mark, text] = [0, 1, 2].map(i => names[(at + i) % names.length]!) as [string, string, string]
  const typeOf = (name: string) => (name === text ? 'VARCHAR' : 'INTEGER')
  const of = names.map(name => ({ ...columns(`x ${typeOf(name)}`)[0]!, name, required: rejects && name === text }))
  const aside = ['key', 'text'].map((_, i) => of[(at + 2 * i) % names.length]!).map(c => ({ ...c, required: false }))
  const types = Object.fromEntries(names.map(name => [name, 'VARCHAR']))
  const list = names.map(quoteName).join(', ')
  const publish = async (files: Readonly<Record<string, readonly Line[]>>) => {
    const sources = Object.entries(files).map(([name, lines]) => mesh.source(name, textOf(names, at, lines)))
    mesh.publish(
      product('flights.p', {
        tables: [table('p', of), ...(rejects ? [table('bad', [...aside, ...columns('reason VARCHAR')])] : [])],
        inputs: { source: csv('*.csv', await Promise.all(sources), { types }) },
        outputs: {
          p: {
            sql: `select ${list} from source`,
            mode,
            key: mode === 'merge' || mode === 'partition' ? [key] : [],
            ...(marked ? { watermark: mark } : {}),
            ...(rejects ? { rejects: 'bad' } : {}),
          },
        },
      }),
    )
  }
  const seen: unknown[] = []
  const look = async (options = {}) => {
    const run = await mesh.run('flights.p', options)
    const rows = await mesh.rows('flights.p')
    const bad = rejects ? await mesh.rows('flights.bad') : []
    const inOrder = rows.map(row => names.map(name => String(row[name])).join()).sort()
    const notes = (run.notes ?? []).map(note => /^\d+/.exec(note)?.[0] ?? 'a note')
    seen.push({ state: run.state, code: run.problem?.code, rows: inOrder, bad: bad.length, notes })
  }
  try {
    const last = more.filter(({ text }) => rejects || text !== '')
    await publish({ 'a.csv': first })
    await look()
    await publish(
      mode === 'append' && !marked ? { 'a.csv': first, 'b.csv': last } : { 'a.csv': changed, 'b.csv': last },
    )
    await look()
    if (marked && mode !== 'full') await look({ from: '1', to: '5' })
    // What does not come through is kept for its owners, whatever the columns are called.
    await publish({
      'a.csv': first,
      'c.csv': [...more, { key: 9, mark: 9, text: '' }].map(line => ({ ...line, key: 7 })),
    })
    await look()
    return seen
  } finally {
    await mesh.runs.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where the three columns that matter are, so that words of each way of building are among them. */
const places = ['n', 'k0', '_file', 'mark'].map(name => strange.indexOf(name))

const ways = (['full', 'append', 'merge', 'partition'] as const).flatMap(mode =>
  [false, true].flatMap(marked => [false, true].map(rejects => ({ mode, marked, rejects }))),
)

test.each(ways.filter(({ mode, marked }) => mode !== 'full' || !marked))(
  'columns may have any name: %o',
  { timeout: 60_000 },
  async way => {
    const at = places[ways.indexOf(way) % places.length]!
    const plain = await build(harmless, at, way)
    expect(await build(strange, at, way), strange.slice(at, at + 3).join()).toEqual(plain)
    expect(plain[0]).toMatchObject({ state: 'promoted' })
    expect(plain[1]).toMatchObject({ state: 'promoted' })
  },
)

test('a partition whose counted column sums to nothing is built again', async () => {
  const seen = (await build(strange, strange.indexOf('k0'), { mode: 'partition', marked: false, rejects: false })) as {
    rows: string[]
  }[]
  expect(seen[1]?.rows.some(row => row.includes('CHANGED'))).toBe(true)
})
