import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columns, csv, domain, product, smallMesh, table, type SmallMesh } from './support/small-mesh.ts'

let folder: string
let mesh: SmallMesh

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runs-'))
  mesh = await smallMesh(folder, { start: [domain('flights')] })
})
afterEach(async () => {
  await mesh.runs.close()
  rmSync(folder, { recursive: true, force: true })
})

const flights = columns('id BIGINT key', 'day DATE required', 'delay INTEGER')

async function publish(
  files: Readonly<Record<string, string>>,
  output: object,
  version = '1.0.0',
  sql = 'select * from raw',
) {
  const sources = await Promise.all(Object.entries(files).map(([path, text]) => mesh.source(path, text)))
  mesh.publish(
    product('flights.departures', {
      version,
      tables: [
        table('departures', flights),
        table('rejects', columns('id VARCHAR', 'day VARCHAR', 'delay VARCHAR', 'reason VARCHAR required')),
      ],
      inputs: { raw: csv('raw/*.csv', sources) },
      outputs: { departures: { sql, ...output } },
    }),
  )
}

const january = 'id,day,delay\n1,2001-01-01,5\n2,2001-01-02,\n'
const february = 'id,day,delay\n2,2001-02-02,7\n3,2001-02-03,8\n'

describe('mode full', () => {
  test('replaces the table', async () => {
    await publish({ 'raw/jan.csv': january }, { mode: 'full' })
    const run = await mesh.run('flights.departures')
    expect(run.problem).toBeUndefined()
    expect(run).toMatchObject({ state: 'promoted', rows: { departures: 2 } })
    expect(run.steps.map(step => [step.name, step.state])).toEqual([
      ['read', 'done'],
      ['transform', 'done'],
      ['check', 'done'],
      ['promote', 'done'],
    ])
    expect(await mesh.rows('flights.departures')).toEqual([
      { id: 1n, day: '2001-01-01', delay: 5 },
      { id: 2n, day: '2001-01-02', delay: null },
    ])
    await publish({ 'raw/feb.csv': february }, { mode: 'full' }, '1.0.1')
    expect(await mesh.run('flights.departures')).toMatchObject({ state: 'promoted' })
    expect((await mesh.rows('flights.departures')).map(row => row['id'])).toEqual([2n, 3n])
  })
})
