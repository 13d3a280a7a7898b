import { MeshError, quoteName, quoteText } from '../base/index.ts'
import { foldAscii } from '../mesh/index.ts'
import { EngineError, placeInSql } from '../query/index.ts'
import type { Described } from './fit-columns.ts'
import type { Gathered } from './gather.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { readerSql } from './reader-sql.ts'
import { own } from './session-names.ts'

export interface CastScene {
  readonly session: WorkshopSession
  readonly gathered: Pick<Gathered, 'sources'>
  /** Columns of each file input. */
  readonly types: ReadonlyMap<string, readonly Described[]>
}

/**
 * A value that the SELECT's own cast could not take, with the place of the cast and, where it came from a file, its row
 * there; undefined where the error is about something else. The inputs must still be laid out as they were.
 */
export async function castProblem(
  scene: CastScene,
  output: OutputPlan,
  thrown: unknown,
): Promise<MeshError | undefined> {
  const error = thrown instanceof MeshError ? thrown.cause : thrown
  if (!(error instanceof EngineError) || !isCast(error)) return undefined
  const said = error.message.replace(/\n+LINE \d+:[\s\S]*$/, '').trim()
  const column = / when casting from source column (.+)$/s.exec(said)?.[1]
  const reason = said.replace(/ when casting from source column .+$/s, '')
  const { sql, file } = output.output
  const place = await placeOfCast(scene.session, sql)
  const found = column === undefined ? undefined : await rowOf(scene, output, column, valueIn(reason))
  const from = column === undefined ? '' : `, in column ${column}${found === undefined ? '' : ` of ${found}`}`
  const message = `${file}${place}: ${reason.replace(/\.$/, '')}${from}.`
  return new MeshError('run.failed', message, {
    fix: `Mend the value, or write try_cast in ${file}, which makes it null.`,
    cause: thrown,
  })
}

/** The engine tells places in the statement that it runs, and that is ours: the text is run once more by itself. */
async function placeOfCast(session: WorkshopSession, sql: string): Promise<string> {
  const before = `create or replace temp table ${own.doubt} as `
  try {
    await session.execute(before + sql)
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown
    const at = (thrown.position ?? 0) - Buffer.byteLength(before)
    if (!isCast(thrown) || at < 0) return ''
    const { line, column } = placeInSql(sql, at)
    return `:${line}:${column}`
  }
  await session.execute(`drop table ${own.doubt}`)
  return ''
}

const isCast = (error: EngineError): boolean => error.kind === 'runtime' && error.engineClass === 'Conversion Error'

/** The value as the message quotes it. */
const valueIn = (reason: string): string | undefined =>
  (/string '(.*)' to /s.exec(reason) ??
    /string "(.*)" to /s.exec(reason) ??
    /field format: "(.*?)", /s.exec(reason) ??
    /Input: "(.*)"$/s.exec(reason) ??
    /with value (\S+) can't/.exec(reason))?.[1]

/** `raw/a.csv, row 7` of the first file whose column holds the value. */
async function rowOf(
  { session, gathered, types }: CastScene,
  { inputs }: OutputPlan,
  column: string,
  value: string | undefined,
): Promise<string | undefined> {
  if (value === undefined) return undefined
  for (const name of inputs.keys()) {
    const source = gathered.sources.get(name)
    const given = types.get(name)?.find(each => foldAscii(each.name) === foldAscii(column))
    if (source === undefined || given === undefined) continue
    const rows = readerSql(source.input, source.files, { file: true, row: true, types: types.get(name) ?? [] })
    const [row] = await session.execute(
      `select _file, _row from (${rows}) as rows where cast(${quoteName(given.name)} as varchar) = ${quoteText(value)} limit 1`,
    )
    if (typeof row?.['_file'] === 'string') return `${row['_file']}, row ${Number(row['_row'])}`
  }
  return undefined
}
