import { mkdir, rm } from 'node:fs/promises'
import { MeshError } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { foldAscii, type LineageEdge } from '../mesh/index.ts'
import type { BuildOrder, DescribedOutput } from './build-order.ts'
import { checkTables } from './check-tables.ts'
import type { Described } from './fit-columns.ts'
import { sourceProblem } from './find-sources.ts'
import { gather, ownOutput, type Gathered } from './gather.ts'
import { keepBatch } from './keep-batch.ts'
import { makeBatch } from './make-batch.ts'
import type { RunRecord, WorkshopSession } from './needs.ts'
import { describeSources, makeOwnView, makeSourceView, prepareSession, relationSql } from './open-session.ts'
import type { OutputPlan, RunPlan } from './plan-run.ts'
import { laterMark, madeBy, remembered } from './remembered.ts'
import type { RunJournal } from './run-journal.ts'
import { runLineage } from './run-lineage.ts'
import { own } from './session-names.ts'
import { readable, stageTable, type StagedTable } from './stage-table.ts'
import type { RunsWorld } from './world.ts'

/** What a build came to: staged tables with the verdicts on them, nothing of it visible. */
export interface Built {
  readonly staged: readonly StagedTable[]
  readonly checks: readonly CheckVerdict[]
  readonly passed: boolean
  readonly lineage: readonly LineageEdge[]
  readonly facts: Pick<RunRecord, 'rows' | 'kept' | 'consumed' | 'watermarks' | 'made'>
}

/** The folder of one run; it holds everything that is not promoted. */
export const runFolder = (world: Pick<RunsWorld, 'staging'>, run: string): string => `${world.staging}/${run}`

/** Reads, transforms, writes and checks. Throws what went wrong; what fails a check is an answer and no error. */
export async function buildRun(
  world: RunsWorld,
  plan: RunPlan,
  order: BuildOrder,
  journal: RunJournal,
): Promise<Built> {
  const folder = runFolder(world, order.run)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await journal.begin('read', 'running')
  const gathered = await gather(world, plan)
  const session = await world.workshop.open({
    read: gathered.files,
    write: folder,
    memoryMb: plan.limits.memoryMb,
    timeoutMs: plan.limits.timeoutS * 1000,
    signal: order.signal,
  })
  try {
    await prepareSession(session, gathered, order.sample)
    const types = await describeSources(session, gathered.sources)
    await session.lock()
    await journal.begin('transform')
    const made = await transform({ world, plan, order, gathered, session, types, folder })
    const total = Object.values(made.rows).reduce((sum, n) => sum + n, 0)
    await journal.end('done', total)
    await journal.change({ rows: made.rows })
    await journal.begin('check', 'checking')
    const measuring = made.misfits.length > 0 ? [] : checkTables(world, plan, order, gathered, session, made.staged)
    const tracing = mayPromote(order, made) ? runLineage(world, plan, gathered, made.described, order) : []
    const [measured, lineage] = await both(measuring, tracing)
    const checks = [...made.misfits, ...measured]
    const passed = checks.every(check => check.passed || check.severity === 'warning')
    const kept = passed && order.sample === undefined ? {} : await keepAll(session, plan, gathered, made, folder)
    const { rows, consumed, watermarks, digests } = made
    return { staged: made.staged, checks, passed, lineage, facts: { rows, kept, consumed, watermarks, made: digests } }
  } finally {
    await session.close()
  }
}

const mayPromote = (order: BuildOrder, made: Made): boolean => order.sample === undefined && made.misfits.length === 0

/** Waits for both even where one fails: neither may write into the run's folder after its end. */
async function both<A, B>(a: A | Promise<A>, b: B | Promise<B>): Promise<readonly [A, B]> {
  const [first, second] = await Promise.allSettled([a, b])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return [first.value, second.value]
}

interface Work {
  readonly world: RunsWorld
  readonly plan: RunPlan
  readonly order: BuildOrder
  readonly gathered: Gathered
  readonly session: WorkshopSession
  readonly types: ReadonlyMap<string, readonly Described[]>
  readonly folder: string
}

interface Made {
  readonly staged: readonly StagedTable[]
  readonly misfits: readonly CheckVerdict[]
  /** Table → columns of its inputs as the SQL saw them, and those of its SELECT. */
  readonly described: ReadonlyMap<string, DescribedOutput>
  readonly rows: Readonly<Record<string, number>>
  readonly consumed: Readonly<Record<string, readonly string[]>>
  readonly watermarks: Readonly<Record<string, string>>
  readonly digests: Readonly<Record<string, string>>
}

async function transform(work: Work): Promise<Made> {
  const { world, plan, order, gathered } = work
  const staged: StagedTable[] = []
  const misfits: CheckVerdict[] = []
  const described = new Map<string, DescribedOutput>()
  const rows: Record<string, number> = {}
  const watermarks: Record<string, string> = {}
  const digests: Record<string, string> = {}
  for (const output of inOrder(plan)) {
    const { table } = output
    const past = await remembered(world.log, output)
    try {
      const seen = await makeInputs(work, output, past.consumed, staged)
      const bounds = { ...boundsOf(order), ...(past.watermark === undefined ? {} : { watermark: past.watermark }) }
      const batch = await makeBatch(work.session, output, {
        ...bounds,
        reference: name => referenceSql(gathered, name),
      })
      described.set(table.name, { inputs: seen, outputs: await work.session.describe(`select * from ${own.result}`) })
      misfits.push(...batch.misfits)
      const mark = laterMark(past.watermark, batch.watermark)
      if (mark !== undefined) watermarks[table.name] = mark
      digests[table.name] = madeBy(output)
      if (batch.misfits.length > 0) {
        const to = `${work.folder}/kept/${table.name}.parquet`
        await keepBatch(work.session, output, { to, written: false, reference: () => undefined })
        break // nothing that reads this table would be right
      }
      const { key, watermark } = output.output
      const part = order.from !== undefined || order.to !== undefined
      const mode = past.afresh && !part ? 'full' : output.output.mode
      const common = { mode, key, touched: batch.touched, order, staging: work.folder, run: order.run }
      const marked = watermark === undefined ? common : { ...common, watermark }
      const main = await stageTable(work.session, {
        ...marked,
        table,
        current: currentOf(gathered, table.name),
        select: batch.select,
      })
      staged.push(main)
      rows[table.name] = Number(main.batch.file.rows)
      if (output.rejects !== undefined && batch.rejects !== undefined) {
        const { rejects } = output
        const aside = await stageTable(work.session, {
          ...marked,
          table: rejects,
          current: currentOf(gathered, rejects.name),
          select: batch.rejects,
        })
        staged.push(aside)
        rows[rejects.name] = Number(aside.batch.file.rows)
      }
    } catch (thrown) {
      throw sourceProblem(thrown instanceof MeshError ? (thrown.cause ?? thrown) : thrown, filesOf(gathered)) ?? thrown
    }
  }
  return { staged, misfits, described, rows, watermarks, digests, consumed: await consumedBy(work) }
}

const filesOf = (gathered: Gathered) => [...gathered.sources.values()].flatMap(source => source.files)

const boundsOf = ({ from, to }: BuildOrder) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
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
  const backfill = order.from !== undefined || order.to !== undefined
  for (const name of output.inputs.keys()) {
    const source = gathered.sources.get(name)
    if (source !== undefined) {
      const fresh = backfill ? source.files : source.files.filter(file => !consumed.has(file.mark))
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
  if (order.from !== undefined || order.to !== undefined) {
    const last = plan.outputs.map(output => output.table.snapshots.at(-1)).find(snapshot => snapshot !== undefined)
    return (last === undefined ? undefined : await world.log.get(last.run))?.consumed ?? {}
  }
  return Object.fromEntries([...gathered.sources].map(([name, { files }]) => [name, files.map(file => file.mark)]))
}

async function keepAll(
  session: WorkshopSession,
  plan: RunPlan,
  gathered: Gathered,
  made: Made,
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const kept: Record<string, string> = {}
  for (const misfit of made.misfits) kept[misfit.table] = `${folder}/kept/${misfit.table}.parquet`
  for (const { table } of made.staged) {
    if (kept[table.name] !== undefined) continue
    const to = `${folder}/kept/${table.name}.parquet`
    const reference = (name: string) =>
      gathered.references.get(foldAscii(name)) instanceof MeshError ? undefined : referenceSql(gathered, name)
    await keepBatch(session, { table }, { to, written: true, reference })
    kept[table.name] = to
  }
  return kept
}
