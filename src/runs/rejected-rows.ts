import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshError, quoteText } from '../base/index.ts'
import type { Runs } from './face.ts'
import type { RunRecord } from './needs.ts'
import { asMeshError } from './run-problem.ts'
import type { RunsWorld } from './world.ts'

/** Rows of a kept batch, those that break an expectation first. */
export async function rejectedRows(
  world: RunsWorld,
  run: RunRecord,
  { table, limit }: Parameters<Runs['rejected']>[1],
): ReturnType<Runs['rejected']> {
  const failed = run.checks.find(
    check => !check.passed && check.severity === 'error' && run.kept[check.table] !== undefined,
  )
  const wanted = table ?? failed?.table ?? Object.keys(run.kept)[0]
  const path = wanted === undefined ? undefined : run.kept[wanted]
  if (wanted === undefined || path === undefined) {
    const has = Object.keys(run.kept)
    throw new MeshError(
      'thing.not-found',
      has.length === 0
        ? `Run ${run.id} kept no rows: it is ${run.state}.`
        : `Run ${run.id} kept no rows of ${wanted}; it kept ${has.join(', ')}.`,
    )
  }
  const scratch = await mkdtemp(join(world.staging, 'look-'))
  try {
    const session = await world.workshop.open({ read: [path], write: scratch, memoryMb: 512, timeoutMs: 30_000 })
    try {
      const select = `select * from read_parquet(${quoteText(path)}) limit ${Math.max(0, Math.floor(limit))}`
      const columns = (await session.describe(select)).map(column => column.name)
      const rows = await session.execute(select)
      return { table: wanted, columns, rows: rows.map(row => columns.map(name => row[name] ?? null)) }
    } finally {
      await session.close()
    }
  } catch (thrown) {
    throw asMeshError(thrown, `The rejected rows of ${wanted}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
