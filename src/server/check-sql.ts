import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDuckDB } from '../adapters/duckdb/index.ts'
import { MeshError, type Issue } from '../base/index.ts'
import type { Engine, TableReference, Walk } from '../query/index.ts'

/** A text with one SELECT, and the file that it stands in. */
export interface SqlText {
  readonly file: string
  readonly sql: string
}

export interface SqlCheck {
  /** Whether the engine parses each text and the gateway lets it through; names are looked up by `plan`. */
  readonly check: (texts: readonly SqlText[]) => Promise<readonly Issue[]>
  /** The tables that a text names, as written; undefined where it cannot be told. */
  readonly tablesOf: (sql: string) => Promise<readonly TableReference[] | undefined>
  readonly close: () => Promise<void>
}

/** Starts the engine's process, which takes a while: whoever needs it begins with this and does other things meanwhile. */
export async function openSqlCheck(): Promise<SqlCheck> {
  const scratch = await mkdtemp(join(tmpdir(), 'meshwright-check-'))
  const engine = await openDuckDB({ scratch, workers: 1 })
  const walks = new Map<string, Promise<Walk>>()
  const walk = (sql: string): Promise<Walk> => {
    const known = walks.get(sql) ?? walked(engine, sql)
    walks.set(sql, known)
    return known
  }
  return {
    async check(texts) {
      const found = await Promise.all(texts.map(text => issueOf(walk, text)))
      return found.filter(issue => issue !== undefined)
    },
    async tablesOf(sql) {
      try {
        return (await walk(sql)).tables
      } catch (thrown) {
        if (!isAboutSql(thrown)) throw thrown
        return undefined
      }
    },
    async close() {
      await engine.close()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** The engine starts while the gateway's rules are loaded. */
async function walked(engine: Engine, sql: string): Promise<Walk> {
  const { parseStatement, walkStatement } = await import('../query/index.ts')
  return walkStatement(await parseStatement(engine, sql))
}

const isAboutSql = (thrown: unknown): thrown is MeshError =>
  thrown instanceof MeshError && thrown.code.startsWith('sql.')

async function issueOf(walk: (sql: string) => Promise<Walk>, { sql, file }: SqlText): Promise<Issue | undefined> {
  try {
    await walk(sql)
    return undefined
  } catch (thrown) {
    if (!isAboutSql(thrown)) throw thrown
    const { placeInSql } = await import('../query/index.ts')
    const readsFiles = /the function (read_|parquet_|sniff_|glob\b)/.test(thrown.message)
    const { line, column, location } = thrown.details.context ?? {}
    const place =
      typeof line === 'number'
        ? { line, column: typeof column === 'number' ? column : 1 }
        : placeInSql(sql, typeof location === 'number' ? location : 0)
    return {
      code: thrown.code,
      severity: 'error',
      message: thrown.message,
      fix: readsFiles ? 'Make the file an input of build.yaml: {source: file, path: …}' : thrown.fix,
      file,
      ...place,
    }
  }
}
