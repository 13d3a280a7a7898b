import { digestOf } from '../base/index.ts'
import type { RunLog, RunRecord, TakenFile } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'

/** What the last promoted run of a table left behind for the next. */
export interface Remembered {
  /** What was read, by input of the build; undefined where nothing is known of it. */
  readonly consumed?: Readonly<Record<string, readonly string[]>>
  /** The files whose rows the table has; undefined where nobody can tell. */
  readonly taken?: readonly TakenFile[]
  readonly watermark?: { readonly value: string; readonly column?: string; readonly type?: string }
  /** What makes the table is not what made its rows: they are replaced by what the sources give now. */
  readonly afresh: boolean
  /** Digest of what made its rows. */
  readonly made?: string
  /** The run is that of the record, and its end. */
  readonly run?: string
}

/** Digest of what makes a table: where it differs from the last run's, everything is read again. */
export const madeBy = ({ output, table, inputs }: OutputPlan): string =>
  digestOf({
    output: { ...output, file: '' },
    columns: table.table.columns.map(({ name, type, required, unique, keyPosition, options }) => ({
      name,
      type,
      required,
      unique,
      keyPosition,
      options,
    })),
    expectations: table.table.expectations.map(expectation => expectation.rule),
    inputs: [...inputs].map(([name, input]) => [name, input.kind === 'file' ? { ...input, files: [] } : input]),
  })

/**
 * What an incremental build need not read again. The run is the one that the table's last snapshot names, so that the
 * ledger and not the log says what was promoted. Appended rows stay whatever made them; a merged or partitioned table is
 * made afresh where what makes it changed: old rows that the new build would not give must not survive it.
 */
export async function remembered(log: RunLog, plan: OutputPlan): Promise<Remembered> {
  const { output, table } = plan
  const last = table.snapshots.at(-1)
  if (last === undefined) return { afresh: false, taken: [] }
  const run = await log.get(last.run)
  if (run === undefined) return { afresh: false }
  const made = run.made?.[table.name]
  const isSame = made === madeBy(plan)
  const value = run.watermarks[table.name]
  const marked = run.marked?.[table.name]
  // A mark of before its column was kept belongs to this one only where nothing changed.
  const isKnown = value !== undefined && (marked !== undefined || isSame)
  const taken = run.taken === undefined ? await takenBefore(log, plan, run) : run.taken[table.name]
  return {
    run: run.id,
    ...(made === undefined ? {} : { made }),
    ...(taken === undefined ? {} : { taken }),
    ...(isSame ? { consumed: run.consumed } : {}),
    afresh: output.mode !== 'append' && output.mode !== 'full' && !isSame,
    ...(isKnown ? { watermark: { value, ...marked } } : {}),
  }
}

/**
 * Records of an older form name the files of one run each, and files outside the bundle by the time of their last
 * change. All of one build are taken together.
 */
async function takenBefore(log: RunLog, { table }: OutputPlan, last: RunRecord): Promise<readonly TakenFile[]> {
  const made = last.made?.[table.name]
  const found = new Map<string, TakenFile>()
  for (const snapshot of table.snapshots.toReversed()) {
    const run = await log.get(snapshot.run)
    if (run === undefined || run.made?.[table.name] !== made) break
    for (const mark of Object.values(run.consumed).flat()) found.set(mark, fileOf(mark))
  }
  return [...found.values()]
}

function fileOf(mark: string): TakenFile {
  const at = mark.lastIndexOf('@')
  return { path: mark.slice(0, at), digest: mark.slice(at + 1) }
}

/** The mark of a file in `consumed`. */
export const markOf = ({ path, digest }: TakenFile): string => `${path}@${digest}`
