import { EngineError, type Engine, type RunRequest } from '../../../src/query/needs.ts'

export const limits: RunRequest['limits'] = {
  timeMs: 20_000,
  memoryMb: 512,
  rowsMax: 100_000_000,
  copyBytesMax: 100_000_000,
}

/** A statement without tables, in JSON, unless said otherwise. */
export const request = (sql: string, more: Partial<RunRequest> = {}): RunRequest => ({
  relations: [],
  on: 'views',
  sql,
  params: [],
  format: 'json',
  limits,
  owner: 'anna',
  instanceKey: 'none',
  ...more,
})

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

/** The whole answer as bytes. */
export async function ask(engine: Engine, sql: string, more: Partial<RunRequest> = {}) {
  const { columns, body, totals } = await engine.run(request(sql, more))
  const bytes = await bytesOf(body)
  return { columns, bytes, text: bytes.toString('utf8'), totals: await totals }
}

/** The values of a statement's only row, as JSON text. */
export const row = async (engine: Engine, sql: string, more: Partial<RunRequest> = {}): Promise<string> =>
  (await ask(engine, sql, more)).text

/** The `EngineError` that something ends with. */
export async function problemOf(work: Promise<unknown>): Promise<EngineError> {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof EngineError) return thrown
    throw thrown
  }
  throw new Error('It was expected to fail and did not.')
}
