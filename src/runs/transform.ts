import { MeshError, quoteName } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { foldAscii, type Input } from '../mesh/index.ts'
import type { BuildOrder, DescribedOutput } from './build-order.ts'
import type { Described } from './fit-columns.ts'
import { sourceProblem } from './find-sources.ts'
import { ownOutput, type Gathered } from './gather.ts'
import { keepMisfits } from './keep-batch.ts'
import { makeBatch } from './make-batch.ts'
import type { WorkshopSession } from './needs.ts'
import { makeOwnView, makeSourceView, relationSql } from './open-session.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import { leftOutNote } from './left-out-note.ts'
import { newsRounds } from './news-rounds.ts'
import { laterMark, madeBy, remembered } from './remembered.ts'
import { isBackfill, type RunBounds } from './run-bounds.ts'
import { own } from './session-names.ts'
import { readable, stageTable, type StagedTable } from './stage-table.ts'
import { touchPartitions } from './touch-partitions.ts'
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
  readonly consumed: Readonly<Record<string, readonly string[]>>
  readonly watermarks: Readonly<Record<string, string>>
  readonly digests: Readonly<Record<string, string>>
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
  const watermarks: Record<string, string> = {}
  const digests: Record<string, string> = {}
  const notes: string[] = []
  for (const output of inOrder(plan)) {
    const { table } = output
    const past = await remembered(world.log, output)
    try {
      const bounds = { ...boundsOf(order), ...(past.watermark === undefined ? {} : { watermark: past.watermark }) }
      const rounds = newsRounds(gathered, output, past, bounds)
      const touched =
        rounds === undefined
          ? undefined
          : await touchPartitions(
              work.session,
              output,
              bounds,
              rounds.map(consumed => () => makeInputs(work, output, consumed, staged)),
            )
      const seen = await makeInputs(work, output, touched === undefined ? past.consumed : new Set(), staged)
      const batch = await makeBatch(work.session, output, {
        ...bounds,
        touched: touched !== undefined,
        ...publishedOf(gathered, output, bounds),
        reference: name => referenceSql(gathered, name),
      })
      described.set(table.name, { inputs: seen, outputs: await work.session.describe(`select * from ${own.result}`) })
      misfits.push(...batch.misfits)
      notes.push(...leftOutNote(plan, output, past, touched?.leftOut ?? batch.leftOut))
      const mark = laterMark(past.watermark, batch.watermark)
      if (mark !== undefined) watermarks[table.name] = mark
      // A range that is built anew leaves the rest as another build made it.
      if (!(past.afresh && isBackfill(order))) digests[table.name] = madeBy(output)
      if (batch.misfits.length > 0) {
        await keepMisfits(work.session, keptPath(work.folder, table.name), batch.why ?? 'null')
        break // nothing that reads this table would be right
      }
      const { key, watermark } = output.output
      const part = isBackfill(order)
      // A sample is looked at by itself: what is published already is no part of it.
      const alone = order.sample !== undefined || (past.afresh && !part)
      const mode = alone ? 'full' : output.output.mode
      const common = { mode, key, touched: batch.touched, order, staging: work.folder, run: order.run }
      const marked = watermark === undefined ? common : { ...common, watermark }
      const main = await stageTable(work.session, {
        ...marked,
        touched: output.output.mode === 'merge' ? writtenRows : batch.touched,
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
          table: rejects,
          current: currentOf(gathered, rejects.name),
          ...batch.rejects,
          checks: output.rejectChecks,
        })
        staged.push(aside)
        rows[rejects.name] = Number(aside.batch.file.rows)
      }
    } catch (thrown) {
      throw sourceProblem(thrown instanceof MeshError ? (thrown.cause ?? thrown) : thrown, filesOf(gathered)) ?? thrown
    }
  }
  return { staged, misfits, described, rows, watermarks, digests, notes, consumed: await consumedBy(work) }
}

/** What is replaced is told by the rows that are written, and not by those that are rejected. */
const writtenRows: TouchedRows = { from: '', column: quoteName }

/** Where the batch of a table is kept that is not promoted. */
export const keptPath = (folder: string, table: string): string => `${folder}/kept/${table}.parquet`

const filesOf = (gathered: Gathered) => [...gathered.sources.values()].flatMap(source => source.files)

const boundsOf = ({ from, to, sample }: BuildOrder): RunBounds => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(sample === undefined ? {} : { sample }),
})

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
  consumed: ReadonlySet<string>,
  staged: readonly StagedTable[],
): Promise<ReadonlyMap<string, readonly Described[]>> {
  const seen = new Map<string, readonly Described[]>()
  const all = isBackfill(order) || order.sample !== undefined
  const growing = [...output.inputs.values()].some(isGrowing)
  for (const name of output.inputs.keys()) {
    const source = gathered.sources.get(name)
    if (source !== undefined) {
      const again = all || (growing && !isGrowing(source.input))
      const fresh = again ? source.files : source.files.filter(file => !consumed.has(file.mark))
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

/**
 * A path with a pattern brings one file after another. Beside such an input, a single file is what its rows are looked up
 * in, and is whole in every run.
 */
const isGrowing = (input: Input): boolean => input.kind === 'file' && /[*?[{]/.test(input.path)

/** An append leaves every published row where it is, but for a backfill. */
function publishedOf(
  gathered: Gathered,
  { table, output }: OutputPlan,
  bounds: RunBounds,
): { readonly published?: string } {
  const { schema, schemas, files } = currentOf(gathered, table.name)
  const stays = output.mode === 'append' && !isBackfill(bounds) && bounds.sample === undefined
  if (!stays || schema === undefined || files.length === 0) return {}
  return { published: readable(table, schema, files, [], schemas) }
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

/** After a whole run every file is consumed; a backfill says nothing about what comes next. */
async function consumedBy({
  world,
  plan,
  order,
  gathered,
}: Work): Promise<Readonly<Record<string, readonly string[]>>> {
  if (isBackfill(order)) {
    const last = plan.outputs.map(output => output.table.snapshots.at(-1)).find(snapshot => snapshot !== undefined)
    return (last === undefined ? undefined : await world.log.get(last.run))?.consumed ?? {}
  }
  return Object.fromEntries([...gathered.sources].map(([name, { files }]) => [name, files.map(file => file.mark)]))
}
