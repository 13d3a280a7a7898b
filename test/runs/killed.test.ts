import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { durableMesh } from './support/run-for-ever.ts'
import { columns, domain, product, table } from './support/small-mesh.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The child as JavaScript: Node 20 runs no TypeScript. */
function compiledChild(): string {
  const out = join(root, '.cache', 'compiled-runs')
  const options = ['--target', 'es2023', '--module', 'nodenext', '--rewriteRelativeImportExtensions', '--skipLibCheck']
  const folders = ['--rootDir', root, '--outDir', out, '--types', 'node', '--ignoreConfig']
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const source = 'test/runs/support/run-for-ever.ts'
  execFileSync(process.execPath, [tsc, ...options, ...folders, join(root, source)], { cwd: root, stdio: 'pipe' })
  return join(out, source.replace(/\.ts$/, '.js'))
}

/** The two tables of a run always agree: `one` grows by a row a run, `two` holds how many there are. */
const pair = product('flights.p', {
  tables: [table('one', columns('n BIGINT key', 'filler VARCHAR')), table('two', columns('n BIGINT'))],
  inputs: { one: { kind: 'table', table: 'flights.one' } },
  outputs: {
    one: {
      sql: `select coalesce(max(n), 0) + 1 as n, repeat('x', 100000) as filler from one`,
      mode: 'append',
      watermark: 'n',
    },
    two: { sql: 'select max(n) as n from one' },
  },
})

test(
  'a server that is killed at any moment leaves whole promotions and nothing else',
  { timeout: 120_000 },
  async () => {
    const child = compiledChild()
    const folder = mkdtempSync(join(tmpdir(), 'killed-'))
    try {
      const first = await durableMesh(folder)
      first.apply(domain('flights'))
      first.publish(pair)
      await first.runs.close()
      let promoted = 0
      for (let round = 0; round < 8; round++) {
        const server = spawn(process.execPath, [child, 'run-for-ever', folder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const ended = once(server, 'exit')
        await once(server.stdout, 'data')
        await new Promise(resolve => setTimeout(resolve, 40 + Math.random() * 500))
        server.kill('SIGKILL')
        await ended

        const mesh = await durableMesh(folder)
        await mesh.runs.recover()
        const one = mesh.state().tables.get('flights.one')!.majors.get(1)!
        const [rows] = await mesh.rows('flights.one', 'select count(*) as n, max(n) as last from t')
        const two = await mesh.rows('flights.two')
        promoted = one.snapshots.length
        if (promoted === 0) continue
        expect(rows).toEqual({ n: BigInt(one.snapshots.length), last: BigInt(one.snapshots.length) })
        expect(two).toEqual([{ n: BigInt(one.snapshots.length) }])
        expect(readdirSync(mesh.world.staging)).toEqual([])
        const data = (await mesh.world.lakeFiles.list('flights')).filter(file => file.path.endsWith('.parquet'))
        expect(data).toHaveLength(2 * one.snapshots.length)
        const log = await mesh.runs.list({ limit: 10_000 })
        expect(log.filter(run => run.state === 'promoted')).toHaveLength(one.snapshots.length)
        expect(log.every(run => run.state === 'promoted' || run.state === 'failed')).toBe(true)
        await mesh.runs.close()
      }
      expect(promoted).toBeGreaterThan(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
