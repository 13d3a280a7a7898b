import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { ContractTable, Expectation, Output } from '../../src/mesh/index.ts'
import { columns, csv, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

/**
 * One folder a story: `story.json` publishes and runs one product step by step, `*.csv` are its sources, `*.sql` its
 * SELECTs. `expected.json` tells after each step how the run ended and what readers see. Delete it to renew it.
 */
interface Story {
  readonly tables: Readonly<Record<string, readonly string[]>>
  readonly expectations?: Readonly<Record<string, readonly Expectation[]>>
  readonly steps: readonly {
    readonly version: string
    readonly files: readonly string[]
    readonly outputs: Readonly<Record<string, Partial<Output> & { readonly file: string }>>
    readonly run?: { readonly from?: string; readonly to?: string; readonly sample?: number }
    /** Replaces the story's own. */
    readonly expectations?: Story['expectations']
  }[]
}

const root = fileURLToPath(new URL('../golden/runs', import.meta.url))
const mesh = inFolder()
const names = readdirSync(root)
const only = names.filter(name => name.startsWith('only.'))

test.each((only.length > 0 ? only : names).filter(name => !name.startsWith('skip.')))('%s', async name => {
  const text = (file: string) => readFileSync(`${root}/${name}/${file}`, 'utf8')
  const story = JSON.parse(text('story.json')) as Story
  const told: unknown[] = []
  for (const step of story.steps) {
    const files = await Promise.all(step.files.map(file => mesh().source(file, text(file))))
    const expectations = { ...story.expectations, ...step.expectations }
    const tables = Object.entries(story.tables).map(([id, of]): ContractTable =>
      table(id, columns(...of), expectations[id] ?? []),
    )
    const outputs = Object.fromEntries(
      Object.entries(step.outputs).map(([id, output]) => [id, { ...output, sql: text(output.file) }]),
    )
    mesh().publish(
      product('flights.story', { version: step.version, tables, outputs, inputs: { raw: csv('*.csv', files) } }),
    )
    const run = await mesh().run('flights.story', step.run)
    const seen: Record<string, unknown> = {}
    for (const id of Object.keys(story.tables))
      seen[id] = (await mesh().rows(`flights.${id}`)).map(row => line(Object.values(row)))
    const failed = run.checks
      .filter(check => !check.passed)
      .map(check => `${check.check}: ${check.measured ?? check.error}, expected ${check.expected}`)
    const kept =
      run.state === 'rejected' ? (await mesh().runs.rejected(run.id, { limit: 5 })).rows.map(line) : undefined
    told.push({
      state: run.state,
      rows: run.rows,
      failed,
      problem: run.problem?.message.replace(run.id, 'RUN'),
      kept,
      readers: seen,
    })
  }
  const path = `${root}/${name}/expected.json`
  const actual = `${JSON.stringify(told, null, 2)}\n`
  if (!existsSync(path)) writeFileSync(path, actual)
  expect(JSON.parse(actual)).toEqual(JSON.parse(readFileSync(path, 'utf8')))
})

const line = (values: readonly unknown[]): string =>
  values.map(value => (value === null ? '-' : (value as bigint | number | string).toString())).join(' | ')
