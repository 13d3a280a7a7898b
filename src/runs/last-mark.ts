import { MeshError, quoteName, quoteText } from '../base/index.ts'
import { foldAscii } from '../mesh/index.ts'
import { storedType } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import type { Remembered } from './remembered.ts'

/** Name and type of an output's watermark column as its table keeps it. */
export function watermarkColumn({ table, output }: OutputPlan): { readonly column: string; readonly type: string } {
  const found = table.table.columns.find(({ name }) => foldAscii(name) === foldAscii(output.watermark ?? ''))
  if (found === undefined) throw new MeshError('run.failed', `${table.id} has no watermark column ${output.watermark}.`)
  return { column: found.name, type: storedType(found.type) }
}

/**
 * The mark above which rows are new. Where none of this column and type is remembered, the table itself knows: a build that
 * was given a watermark later, or whose record is of an older form or gone, adds nothing twice. `published`: its rows.
 */
export async function lastMark(
  session: WorkshopSession,
  plan: OutputPlan,
  past: Remembered,
  published: string | undefined,
): Promise<string | undefined> {
  if (plan.output.watermark === undefined || past.afresh) return undefined
  const { column, type } = watermarkColumn(plan)
  const { watermark: last } = past
  const watermark = last === undefined || (canBeInfinite(type) && isEndless(last.value)) ? undefined : last
  const isTyped = watermark?.column !== undefined
  if (isTyped && foldAscii(watermark.column) === foldAscii(column) && watermark.type === type) return watermark.value
  const old = isTyped ? undefined : watermark?.value
  // What is merged or replaced may be taken twice, and nothing is lost by a mark that is too low.
  if (plan.output.mode !== 'append' && past.run !== undefined) return old
  if (published === undefined) return old
  const name = quoteName(column)
  const [row] = await session.execute(
    `select cast(max(${name}) filter (where ${isMark(name, type)}) as varchar) as mark, count(*) - count(${name}) as without from (${published})`,
  )
  if (Number(row?.['without'] ?? 0) > 0) {
    throw new MeshError(
      'run.failed',
      `Rows of ${plan.table.id} have no ${column}, by which this build tells what is new, so nobody can say what it has taken.`,
      { fix: 'Build it once with mode: full, which gives every row its watermark, and append from then on.' },
    )
  }
  const mark = row?.['mark']
  return greatest(session, type, [old, typeof mark === 'string' ? mark : undefined])
}

/** SQL that is true for a value after which another can come: null and NaN are none, nor is what is infinite. */
export const isMark = (value: string, type: string): string =>
  canBeInfinite(type) ? `coalesce(isfinite(${value}), false)` : `${value} is not null`

export const canBeInfinite = (type: string): boolean => /^(DOUBLE|FLOAT|DATE|TIMESTAMP.*)$/i.test(type)

/** Marks of runs that took such a value would leave out whatever comes. */
const isEndless = (mark: string): boolean => /^[+-]?(nan|inf|infinity)$/i.test(mark)

/** The greatest of marks by the order of their type, as the engine has it. */
export async function greatest(
  session: WorkshopSession,
  type: string,
  marks: readonly (string | undefined)[],
): Promise<string | undefined> {
  const known = marks.filter(mark => mark !== undefined)
  if (known.length < 2) return known[0]
  const values = known.map(mark => `(cast(${quoteText(mark)} as ${type}))`).join(', ')
  const [row] = await session.execute(
    `select cast(max(mark) as varchar) as mark from (values ${values}) as marks(mark)`,
  )
  const mark = row?.['mark']
  return typeof mark === 'string' ? mark : undefined
}
