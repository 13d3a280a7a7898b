import { MeshError, quoteName } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { foldAscii, type TableVersion } from '../mesh/index.ts'
import type { BuildOrder, DescribedOutput } from './build-order.ts'
import { fileStamp } from './digest-file.ts'
import type { Described } from './fit-columns.ts'
import { castProblem } from './cast-problem.ts'
import { sourceProblem } from './find-sources.ts'
import { ownOutput, type Gathered, type SourceContent } from './gather.ts'
import { growthOfOutput } from './growth-of-output.ts'
import { keepMisfits } from './keep-batch.ts'
import { makeBatch } from './make-batch.ts'
import { greatest, lastMark, watermarkColumn } from './last-mark.ts'
import type { RunRecord, WorkshopSession } from './needs.ts'
import { makeOwnView, makeSourceView, relationSql } from './open-session.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import { leftOutNote, olderNote } from './left-out-note.ts'
import { newsOf, seenOf, type News } from './news-of.ts'
import { madeBy, remembered, type Remembered } from './remembered.ts'
import { isBackfill, refuseNoRange, type RunBounds } from './run-bounds.ts'
import { own } from './session-names.ts'
import { readable, stageTable, type StagedTable } from './stage-table.ts'
import { touchedKeys, touchPartitions, type Touched } from './touch-partitions.ts'
import type { TouchedRows } from './touched-rows.ts'
import type { RunsWorld } from './world.ts'

export interface Work {
  readonly world: RunsWorld
  readonly plan: RunPlan
  readonly order: BuildOrder
  readonly gathered: Gathered
  readonly session: WorkshopSession
  readonly types: ReadonlyMap<string, readonly Described[]>
  readonly folder: string
}

/** What the SQL of all outputs came to, written and not yet checked. */
export interface Made {
  readonly staged: readonly StagedTable[]
  readonly misfits: readonly CheckVerdict[]
  /** Table → columns of its inputs as the SQL saw them, and those of its SELECT. */
  readonly described: ReadonlyMap<string, DescribedOutput>
  readonly rows: Readonly<Record<string, number>>
  /** What the next run starts after. */
  readonly memory: Required<Pick<RunRecord, 'consumed' | 'watermarks' | 'marked' | 'taken' | 'made'>>
  /** Files were taken, if without any row. */
  readonly hasTaken: boolean
  /** What a person should know of it though nothing failed. */
  readonly notes: readonly string[]
}

/** Runs the SQL of each output, those first that others read, and stages what it gives. */
export async function transform(work: Work): Promise<Made> {
  const { world, plan, order, gathered } = work
  const staged: StagedTable[] = []
  const misfits: CheckVerdict[] = []
  const described = new Map<string, DescribedOutput>()
  const rows: Record<string, number> = {}
  const memory = { watermarks: {}, marked: {}, taken: {}, made: {} } as Mutable<Omit<Made['memory'], 'consumed'>>
  const notes: string[] = []
  const runs = new Set<string | undefined>()
  let hasTaken = false
  for (const output of inOrder(plan)) {
    const { table } = output
    const past = await remembered(world.log, output)
    runs.add(past.run)
    try {
      const isPart = isBackfill(order) || order.sample !== undefined
      const growth = (growing: readonly string[]) => growthOfOutput(work, output, growing)
      const news = await newsOf({ gathered, output, past, isPart, growth })
      const bounds = await boundsOf(work, output, past)
      const seen = await makeInputs(work, output, news, staged)
      const touched = await touch(work, output, { bounds, past, news })
      const held = publishedOf(gathered, table)
      const batch = await makeBatch(work.session, output, {
        ...bounds,
        touched: touched !== undefined,
        ...(held !== undefined && goesForward(work, output, past) ? { newer: held } : {}),
        ...(held === undefined ? {} : { held, ...(staysPublished(output, bounds) ? { published: held } : {}) }),
        reference: name => referenceSql(gathered, name),
      })
      described.set(table.name, { inputs: seen, outputs: await work.session.describe(`select * from ${own.result}`) })
      misfits.push(...batch.misfits)
      notes.push(...news.notes, ...(touched?.notes ?? []))
      notes.push(...leftOutNote(plan, output, bounds, touched?.leftOut ?? batch.leftOut))
      notes.push(...olderNote(output, batch.older))
      hasTaken ||= output.output.mode === 'append' && hasMore(news, past)
      Object.assign(memory.taken, news.taken === undefined ? {} : { [table.name]: news.taken })
      if (output.output.watermark !== undefined) {
        const marked = watermarkColumn(output)
        const mark = await greatest(work.session, marked.type, [bounds.watermark, batch.watermark])
        if (mark !== undefined) memory.watermarks[table.name] = mark
        if (mark !== undefined) memory.marked[table.name] = marked
      }
      // A part of a build that changed leaves the rest of the table as another build made it.
      const made = past.afresh && isPart ? past.made : madeBy(output)
      if (made !== undefined) memory.made[table.name] = made
      if (batch.misfits.length > 0) {
        await keepMisfits(work.session, keptPath(work.folder, table.name), batch.why ?? 'null')
        break // nothing that reads this table would be right
      }
      const { key, watermark } = output.output
      // A sample is looked at by itself: what is published already is no part of it.
      const alone = order.sample !== undefined || (past.afresh && !isPart)
      const mode = alone ? 'full' : output.output.mode
      const common = { mode, key, order, staging: work.folder, run: order.run }
      const marked = watermark === undefined ? common : { ...common, watermark }
      const main = await stageTable(work.session, {
        ...marked,
        touched:
          output.output.mode === 'merge' ? writtenRows : touched === undefined ? batch.touched : touchedKeys(output),
        table,
        current: currentOf(gathered, table.name),
        select: batch.select,
        checks: output.checks,
      })
      staged.push(main)
      rows[table.name] = Number(main.batch.file.rows)
      if (output.rejects !== undefined && batch.rejects !== undefined) {
        const { rejects } = output
        const aside = await stageTable(work.session, {
          ...marked,
          ...(areAllRejects(output, news, bounds) ? { mode: 'full' as const } : {}),
          table: rejects,
          current: currentOf(gathered, rejects.name),
          ...batch.rejects,
          checks: output.rejectChecks,
        })
        staged.push(aside)
        rows[rejects.name] = Number(aside.batch.file.rows)
      }
      if (output.output.mode === 'append' && watermark === undefined) await requireUnchanged(news)
    } catch (thrown) {
      // What is our own word already needs no better one.
      const said = thrown instanceof MeshError ? thrown.cause : thrown
      throw sourceProblem(said, filesOf(gathered)) ?? (await castProblem(work, output, thrown)) ?? thrown
    }
  }
  const consumed = await consumedBy(work, runs)
  return { staged, misfits, described, rows, notes, memory: { ...memory, consumed }, hasTaken }
}

type Mutable<T> = { -readonly [K in keyof T]: { -readonly [L in keyof T[K]]: T[K][L] } }

/** Which partitions are built again, where the table has some already and is not made afresh. */
async function touch(
  { session, gathered, order }: Work,
  output: OutputPlan,
  { bounds, past, news }: { readonly bounds: RunBounds; readonly past: Remembered; readonly news: News },
): Promise<Touched | undefined> {
  const published = publishedOf(gathered, output.table)
  if (output.output.mode !== 'partition' || order.sample !== undefined || published === undefined) return undefined
  if (past.afresh && !isBackfill(order)) return undefined
  return touchPartitions(session, output, { ...bounds, published, isSame: news.isSame })
}

/** What is replaced is told by the rows that are written, and not by those that are rejected. */
const writtenRows: TouchedRows = { from: '', column: quoteName }

/** Rejects of a whole answer are all that there are; those without the key could not be found again. */
function areAllRejects({ output, rejects }: OutputPlan, { fresh, isSame }: News, bounds: RunBounds): boolean {
  const isWhole = fresh.size === 0 && !isSame && bounds.watermark === undefined && !isBackfill(bounds)
  if (!isWhole || output.mode === 'append') return false
  const names = new Set(rejects?.table.columns.map(column => foldAscii(column.name)))
  return output.mode === 'partition' || !output.key.every(name => names.has(foldAscii(name)))
}

const hasMore = ({ taken }: News, past: Remembered): boolean =>
  taken !== undefined && JSON.stringify(taken) !== JSON.stringify(past.taken)

/** What was read is only what was hashed where nobody wrote meanwhile. */
async function requireUnchanged({ fresh }: News): Promise<void> {
  for (const { path, absolute, stamp } of [...fresh.values()].flat()) {
    if (stamp === undefined || (await fileStamp(absolute)) === stamp) continue
    throw new MeshError('source.unreadable', `${path} changed while it was read, so nothing was added.`, {
      fix: 'Run it again when the file is whole; write it under another name and rename it when it is done.',
    })
  }
}

/** Where the batch of a table is kept that is not promoted. */
export const keptPath = (folder: string, table: string): string => `${folder}/kept/${table}.parquet`

const filesOf = (gathered: Gathered): readonly SourceContent[] =>
  [...gathered.sources.values()].flatMap(source => source.files)

async function boundsOf({ session, order, gathered }: Work, output: OutputPlan, past: Remembered): Promise<RunBounds> {
  const { from, to, sample } = order
  const mark = await lastMark(session, output, past, publishedOf(gathered, output.table))
  const bounds = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(sample === undefined ? {} : { sample }),
    ...(mark === undefined ? {} : { watermark: mark }),
  }
  await refuseNoRange(session, output, bounds)
  return bounds
}

const currentOf = (gathered: Gathered, table: string) => gathered.current.get(foldAscii(table))!

/** Relation of a reference that may be read; the row-level ones of rejects need it before the checks do. */
export function referenceSql(gathered: Gathered, name: string): string {
  const found = gathered.references.get(foldAscii(name))
  if (found instanceof MeshError) throw found
  return relationSql(foldAscii(name))
}

/** Makes the inputs of one output under their names; gives what the SQL sees of them. */
async function makeInputs(
  { plan, order, gathered, session, types }: Work,
  output: OutputPlan,
  news: News,
  staged: readonly StagedTable[],
): Promise<ReadonlyMap<string, readonly Described[]>> {
  const seen = new Map<string, readonly Described[]>()
  for (const name of output.inputs.keys()) {
    const source = gathered.sources.get(name)
    if (source !== undefined) {
      const fresh = news.fresh.get(name) ?? source.files
      await makeSourceView(session, output, { name, ...source, fresh, types: types.get(name) ?? [] }, order.sample)
    } else if (gathered.tables.get(name) === 'own') {
      const input = output.inputs.get(name)
      const other = input?.kind === 'table' ? ownOutput(plan, input.table) : undefined
      await makeOwnView(session, name, ownTable(gathered, other!, staged))
    }
    seen.set(name, await session.describe(`select * from ${relationSql(name)}`))
  }
  for (const name of gathered.references.keys()) {
    if (gathered.references.get(name) !== 'own' || seen.has(name)) continue
    const other = ownOutput(plan, name)
    await makeOwnView(session, name, ownTable(gathered, other!, staged))
  }
  return seen
}

/** An append leaves every published row where it is, but for a backfill. */
const staysPublished = ({ output }: OutputPlan, bounds: RunBounds): boolean =>
  output.mode === 'append' && !isBackfill(bounds) && bounds.sample === undefined

/** A merge by a watermark, over rows that stay unless they are replaced. */
const goesForward = ({ order }: Work, { output }: OutputPlan, { afresh }: Remembered): boolean =>
  output.mode === 'merge' &&
  output.watermark !== undefined &&
  order.sample === undefined &&
  (!afresh || isBackfill(order))

/** SELECT of the rows of a table as it was promoted last; undefined where there are none. */
function publishedOf(gathered: Gathered, table: TableVersion): string | undefined {
  const { schema, schemas, files } = currentOf(gathered, table.name)
  return schema === undefined || files.length === 0 ? undefined : readable(table, schema, files, [], schemas)
}

/** As this run has staged it; what is not staged yet, itself included, as it was promoted last. */
function ownTable(
  gathered: Gathered,
  { table }: OutputPlan,
  staged: readonly StagedTable[],
): string | { select: string } {
  if (staged.some(done => done.table.id === table.id)) return table.name
  const current = currentOf(gathered, table.name)
  const schema = current.schema ?? { schemaId: 0, fields: [] }
  return { select: readable(table, schema, current.files, [], current.schemas) }
}

/** Outputs that others of the product read come first. */
function inOrder(plan: RunPlan): readonly OutputPlan[] {
  const done: OutputPlan[] = []
  const visit = (output: OutputPlan, path: readonly OutputPlan[]) => {
    if (done.includes(output) || path.includes(output)) return
    for (const input of output.inputs.values()) {
      const other = input.kind === 'table' ? ownOutput(plan, input.table) : undefined
      if (other !== undefined && other !== output) visit(other, [...path, output])
    }
    done.push(output)
  }
  for (const output of plan.outputs) visit(output, [])
  return done
}

/** A backfill says nothing about what comes next: what was read before it stays so, where all tables agree on it. */
async function consumedBy(
  { world, order, gathered, plan }: Work,
  runs: ReadonlySet<string | undefined>,
): Promise<RunRecord['consumed']> {
  if (isBackfill(order)) {
    const [last] = runs
    return runs.size === 1 && last !== undefined ? ((await world.log.get(last))?.consumed ?? {}) : {}
  }
  const seen = plan.outputs.flatMap(output => [...seenOf(gathered, output)])
  return Object.fromEntries(seen.flatMap(([name, marks]) => (marks === undefined ? [] : [[name, marks]])))
}
