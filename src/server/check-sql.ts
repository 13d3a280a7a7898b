import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDuckDB } from '../adapters/duckdb/index.ts'
import { MeshError, type Issue } from '../base/index.ts'
import { parseStatement, placeInSql, walkStatement, type Engine } from '../query/index.ts'

/** A text with one SELECT, and the file that it stands in. */
export interface SqlText {
  readonly file: string
  readonly sql: string
}

/** Whether the engine parses each text and the gateway lets it through; names are looked up by `plan`. */
export async function checkSql(texts: readonly SqlText[]): Promise<readonly Issue[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'meshwright-check-'))
  const engine = await openDuckDB({ scratch, workers: 1 })
  try {
    const found = await Promise.all(texts.map(text => issueOf(engine, text)))
    return found.filter(issue => issue !== undefined)
  } finally {
    await engine.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

async function issueOf(engine: Engine, { sql, file }: SqlText): Promise<Issue | undefined> {
  try {
    walkStatement(await parseStatement(engine, sql))
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof MeshError) || !thrown.code.startsWith('sql.')) throw thrown
    const readsFiles = /the function (read_|parquet_|sniff_|glob\b)/.test(thrown.message)
    return {
      code: thrown.code,
      severity: 'error',
      message: thrown.message,
      fix: readsFiles ? 'Make the file an input of build.yaml: {source: file, path: …}' : thrown.fix,
      file,
      ...placeOf(thrown, sql),
    }
  }
}

function placeOf({ details }: MeshError, sql: string): { readonly line: number; readonly column: number } {
  const { line, column, location } = details.context ?? {}
  if (typeof line === 'number') return { line, column: typeof column === 'number' ? column : 1 }
  return placeInSql(sql, typeof location === 'number' ? location : 0)
}
