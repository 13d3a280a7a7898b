import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openDuckDB, type DuckDBOptions } from '../../../src/adapters/duckdb/index.ts'
import type { Engine } from '../../../src/query/needs.ts'

export interface SuiteEngine {
  readonly engine: Engine
  readonly scratch: string
  /** The only folder that workers may read, where the kernel keeps that. */
  readonly lake: string
}

/** One engine for all tests of a file, closed after them. */
export function suiteEngine(options: Partial<DuckDBOptions> = {}): () => SuiteEngine {
  let suite: SuiteEngine | undefined
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'meshwright-engine-')))
  beforeAll(async () => {
    const [scratch, lake] = [mkdtempSync(join(root, 'scratch-')), mkdtempSync(join(root, 'lake-'))]
    suite = { scratch, lake, engine: await openDuckDB({ scratch, readable: [lake], ...options }) }
  })
  afterAll(async () => {
    await suite?.engine.close()
    rmSync(root, { recursive: true, force: true })
  })
  return () => suite!
}
