import { digestOf } from '../base/index.ts'
import type { RunLog } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'

/** What the last promoted run of a table left behind for the next. */
export interface Remembered {
  readonly consumed: ReadonlySet<string>
  readonly watermark?: string
  /** What makes the table is not what made its rows: they are replaced by what the sources give now. */
  readonly afresh: boolean
}

const nothing: Remembered = { consumed: new Set(), afresh: false }

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
  if (output.mode === 'full' || last === undefined) return nothing
  const run = await log.get(last.run)
  if (run === undefined) return nothing
  if (output.mode !== 'append' && run.made?.[table.name] !== madeBy(plan)) return { ...nothing, afresh: true }
  const watermark = run.watermarks[table.name]
  return {
    consumed: new Set(Object.values(run.consumed).flat()),
    afresh: false,
    ...(watermark === undefined ? {} : { watermark }),
  }
}

/** The greater of two marks as the engine's own texts of one type; numbers by value. */
export function laterMark(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const [x, y] = [Number(a), Number(b)]
  const later = Number.isFinite(x) && Number.isFinite(y) ? y > x : b > a
  return later ? b : a
}
