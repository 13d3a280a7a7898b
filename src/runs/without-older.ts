import { quoteName } from '../base/index.ts'
import { watermarkColumn } from './last-mark.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { hidden } from './session-names.ts'

/** SELECT with the contract's columns, and by what its rows are ordered. */
export interface OrderedRows {
  readonly select: string
  readonly order: string
}

/**
 * A merge goes forward only: a row that is older than the one which readers have of its key replaces nothing, whichever
 * way it came. Equal watermarks replace. `newer`: SELECT of what readers have; undefined where anything may be replaced.
 */
export async function withoutOlder(
  session: WorkshopSession,
  plan: OutputPlan,
  { select, order }: OrderedRows,
  newer: string | undefined,
): Promise<{ readonly select: string; readonly older: number }> {
  const names = plan.table.table.columns.map(({ name }) => `${here}.${quoteName(name)}`).join(', ')
  const all = `select ${names} from (${select}) as ${here}`
  if (newer === undefined) return { select: all + order, older: 0 }
  const older = await count(session, `${all} semi ${joinNewer(plan, newer)}`)
  // A key twice in one batch is refused, and not less so because one of its rows is old.
  if (older === 0 || (await repeats(session, plan, select))) return { select: all + order, older: 0 }
  return { select: `${all} anti ${joinNewer(plan, newer)}${order}`, older }
}

const [here, there] = [hidden('here'), hidden('there')]

function joinNewer(plan: OutputPlan, newer: string): string {
  const mark = quoteName(watermarkColumn(plan).column)
  const keys = plan.output.key.map(quoteName).map(name => `${there}.${name} is not distinct from ${here}.${name}`)
  return `join (${newer}) as ${there} on ${[...keys, `${there}.${mark} > ${here}.${mark}`].join(' and ')}`
}

async function repeats(session: WorkshopSession, { output }: OutputPlan, select: string): Promise<boolean> {
  const names = output.key.map(quoteName)
  const present = names.map(name => `${name} is not null`).join(' and ')
  const groups = `select 1 from (${select}) where ${present} group by ${names.join(', ')} having count(*) > 1 limit 1`
  return (await count(session, groups)) > 0
}

async function count(session: WorkshopSession, select: string): Promise<number> {
  const [row] = await session.execute(`select count(*) as n from (${select})`)
  return Number(row?.['n'] ?? 0)
}
