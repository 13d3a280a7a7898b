import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { beforeAll, expect, test } from 'vitest'
import {
  checksOf,
  judge,
  planChecks,
  rowCondition,
  type BatchFacts,
  type CheckStatement,
  type CheckVerdict,
} from '../../src/contract/index.ts'
import type { Column, Expectation } from '../../src/mesh/index.ts'
import { columns, table } from '../runs/support/nouns.ts'

/**
 * One folder a case: `table.json` (columns as text, with more where needed, and expectations), `batch.sql`, and where
 * wanted `before.sql` (rows that the table had) and `references.json`. Delete `expected.*` to renew it.
 */
const root = fileURLToPath(new URL('../golden/contract', import.meta.url))

interface Case {
  readonly columns: readonly (string | ({ readonly is: string } & Partial<Column>))[]
  readonly expectations?: readonly Expectation[]
}

let connection: DuckDBConnection
beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
})

const names = readdirSync(root)
const only = names.filter(name => name.startsWith('only.'))

test.each((only.length > 0 ? only : names).filter(name => !name.startsWith('skip.')))('%s', async name => {
  const folder = `${root}/${name}`
  const text = (file: string) => readFileSync(`${folder}/${file}`, 'utf8')
  const said = JSON.parse(text('table.json')) as Case
  const of = said.columns.map(column =>
    typeof column === 'string' ? columns(column)[0]! : { ...columns(column.is)[0]!, ...column },
  )
  const contractTable = table('t', of, said.expectations ?? [])
  const references = existsSync(`${folder}/references.json`)
    ? (JSON.parse(text('references.json')) as Record<string, string>)
    : {}
  const before = existsSync(`${folder}/before.sql`) ? text('before.sql') : undefined

  await connection.run(`create or replace table batch as ${text('batch.sql')}`)
  await connection.run(
    `create or replace view object as from batch ${before === undefined ? '' : `union all by name (${before})`}`,
  )
  for (const [reference, select] of Object.entries(references)) {
    await connection.run(`create or replace table "ref_${reference.replace('.', '_')}" as ${select}`)
  }
  const relations = { object: 'object', batch: 'batch', table: (to: string) => `"ref_${to.replace('.', '_')}"` }
  const plan = planChecks(checksOf(contractTable), relations, { ...(await factsOf(of)), whole: before === undefined })

  const verdicts: CheckVerdict[] = [...plan.settled]
  const statements: string[] = []
  const open: CheckStatement[] = [...plan.statements]
  for (let statement = open.shift(); statement !== undefined; statement = open.shift()) {
    statements.push(statement.sql)
    const judgement = judge(statement, await measured(statement))
    verdicts.push(...judgement.verdicts)
    open.push(...judgement.open)
  }
  const { reason } = rowCondition(contractTable, { misfit: () => undefined, table: relations.table })
  const reader = await connection.runAndReadAll(`select ${reason} as reason from batch as "row" order by all`)
  const reasons = reader.getRows().map(([value]) => value)

  expectFile(`${folder}/expected.statements.sql`, `${statements.join(';\n')};\n`)
  expectFile(`${folder}/expected.verdicts.json`, `${JSON.stringify({ verdicts, reasons }, null, 2)}\n`)
})

async function factsOf(of: readonly Column[]): Promise<Omit<BatchFacts, 'whole'>> {
  const counts = of.map((column, i) => `count(*) filter ("${column.name}" is null) as n${i}`)
  const reader = await connection.runAndReadAll(`select count(*) as "rows", ${counts.join(', ')} from batch`)
  const [row] = reader.getRowObjects() as unknown as [Record<string, bigint>]
  return { rows: row['rows']!, nulls: new Map(of.map((column, i) => [column.name, row[`n${i}`]!])) }
}

async function measured({ sql }: CheckStatement): Promise<Parameters<typeof judge>[1]> {
  try {
    const [row] = (await connection.runAndReadAll(sql)).getRowObjects()
    return row === undefined ? {} : { row }
  } catch (thrown) {
    return { error: (thrown as Error).message.split('\n')[0]! }
  }
}

function expectFile(path: string, actual: string): void {
  if (!existsSync(path)) writeFileSync(path, actual)
  expect(actual).toBe(readFileSync(path, 'utf8'))
}
