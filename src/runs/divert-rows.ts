import { MeshError, quoteName, quoteText } from '../base/index.ts'
import { rowCondition } from '../contract/index.ts'
import { foldAscii, type TableVersion } from '../mesh/index.ts'
import { fittedSql, misfitSays, storedType, type FittedColumn } from './fit-columns.ts'
import { watermarkColumn } from './last-mark.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { replaceTable } from './replace-table.ts'
import { hidden, own } from './session-names.ts'
import type { TouchedRows } from './touched-rows.ts'

/**
 * Each row with the reason why it is rejected, or null: first by itself, then as a repetition of a row that is not.
 * `published`: a SELECT of the rows that stay beside the batch, whose keys it may not repeat.
 */
export async function divertRows(
  session: WorkshopSession,
  plan: OutputPlan,
  fitted: readonly FittedColumn[],
  reference: (name: string) => string,
  published?: string,
): Promise<void> {
  const {
    table: { table },
    output,
  } = plan
  const flag = (name: string) => hidden(`misfit ${name}`)
  const doubtful = new Set(fitted.filter(f => f.misfit !== undefined).map(f => f.column.name))
  const flags = fitted.flatMap(({ column, misfit }) =>
    misfit === undefined ? [] : [`${misfit} as ${flag(column.name)}`],
  )
  const said = (name: string) => hidden(`said ${name}`)
  const says = fitted.flatMap(column =>
    column.misfit === undefined
      ? []
      : [`case when ${column.misfit} then ${misfitSays(column, '')} end as ${said(column.column.name)}`],
  )
  const condition = rowCondition(table, {
    misfit: name => (doubtful.has(name) ? `"row".${flag(name)}` : undefined),
    misfitSays: name => (doubtful.has(name) ? `"row".${said(name)}` : undefined),
    table: reference,
  })
  const rows = `select ${[fittedSql(fitted), ...flags, ...says, rowNumber].join(', ')} from ${own.batch}`
  const columns = table.columns.map(column => quoteName(column.name)).join(', ')
  const select = `select ${columns}, ${rowNumber}, ${condition.reason} as ${whyNot} from (${rows}) as "row"`
  await replaceTable(session, own.classified, select, output.file)
  const keys = output.mode === 'merge' ? [...condition.keys, output.key] : condition.keys
  const isMarked = output.mode === 'merge' && output.watermark !== undefined
  const newest = isMarked ? quoteName(watermarkColumn(plan).column) : undefined
  for (const key of distinctKeys(keys)) {
    if (!(await mayRepeat(session, key))) continue
    const marked = withoutRepetitions(`select * from ${own.classified}`, columns, key, newest)
    await replaceTable(session, own.classified, marked, output.file)
  }
  if (published === undefined) return
  for (const key of distinctKeys(condition.keys)) {
    await replaceTable(session, own.classified, withoutPublished(columns, key, published), output.file)
  }
}

const [rowNumber, whyNot] = [hidden('row'), hidden('why')]
const [given, classified] = [hidden('given'), hidden('classified')]

/** What is appended may not repeat the key of a row that stays. */
function withoutPublished(columns: string, key: readonly string[], published: string): string {
  const names = key.map(quoteName)
  const [here, there] = [hidden('here'), hidden('there')]
  const keys = names.map((name, i) => `${name} as ${hidden(`key ${i}`)}`).join(', ')
  const equal = names.map((name, i) => `${there}.${hidden(`key ${i}`)} = ${here}.${name}`).join(' and ')
  const says = quoteText(`${key.join(', ')} is published already`)
  const isThere = `exists (select 1 from (select ${keys} from (${published})) as ${there} where ${equal})`
  const why = `coalesce(${whyNot}, case when ${isThere} then ${says} end)`
  return `select ${columns}, ${rowNumber}, ${why} as ${whyNot} from ${own.classified} as ${here}`
}

/** Different hashes prove different keys, and counting them is far cheaper than to number the rows of each. */
async function mayRepeat(session: WorkshopSession, key: readonly string[]): Promise<boolean> {
  const names = key.map(quoteName)
  const present = `${whyNot} is null and ${names.map(name => `${name} is not null`).join(' and ')}`
  const [row] = await session.execute(
    `select count(*) > count(distinct hash(${names.join(', ')})) as repeats from ${own.classified} where ${present}`,
  )
  return row?.['repeats'] !== false
}

/** Of each key the newest row stays, by the watermark of a merge, else the first; keys with a null never repeat. */
function withoutRepetitions(
  select: string,
  columns: string,
  key: readonly string[],
  newest: string | undefined,
): string {
  const names = key.map(quoteName)
  const order = newest === undefined ? rowNumber : `${newest} desc nulls last, ${rowNumber}`
  const place = `row_number() over (partition by ${whyNot} is null, ${names.join(', ')} order by ${order})`
  const present = names.map(name => `${name} is not null`).join(' and ')
  const repeated = `${whyNot} is null and ${hidden('place')} > 1 and ${present}`
  const why = `case when ${repeated} then ${quoteText(`${key.join(', ')} repeats ${newest === undefined ? 'an earlier' : 'another'} row`)} else ${whyNot} end`
  return `select ${columns}, ${rowNumber}, ${why} as ${whyNot} from (select *, ${place} as ${hidden('place')} from (${select}))`
}

function distinctKeys(keys: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const seen = new Map(keys.map(key => [[...key].map(foldAscii).sort().join('\u0000'), key]))
  return [...seen.values()]
}

/** The rejects table's own columns: by name what the SELECT gave, `reason` why. What cannot be cast is null there. */
export function rejectsSelect({ rejects, output }: OutputPlan, fitted: readonly FittedColumn[]): string {
  const columns = rejects!.table.columns.map(column => {
    const type = storedType(column.type)
    if (foldAscii(column.name) === 'reason')
      return `cast(${classified}.${whyNot} as ${type}) as ${quoteName(column.name)}`
    const from = fitted.find(f => foldAscii(f.column.name) === foldAscii(column.name))
    if (from === undefined) {
      throw new MeshError(
        'run.failed',
        `The rejects table ${rejects!.id} has a column ${column.name}, which ${output.file} does not give.`,
        {
          fix: `A rejects table has columns of ${output.file} and \`reason\`.`,
        },
      )
    }
    return `${asRejected(from, type, `${given}.`)} as ${quoteName(column.name)}`
  })
  return (
    `select ${columns.join(', ')} from ${own.batch} as ${given} join ${own.classified} as ${classified} using (${rowNumber}) ` +
    `where ${classified}.${whyNot} is not null order by ${rowNumber}`
  )
}

const asRejected = ({ from }: FittedColumn, type: string, relation: string): string =>
  `try_cast(${relation}${quoteName(from.name)} as ${type})`

/** A key that is no value of the contract's type is one of the rejects all the same: it is compared as they hold it. */
export const touchedRejects = ({ table }: TableVersion, fitted: readonly FittedColumn[]): TouchedRows => ({
  from: own.batch,
  column(name) {
    const column = table.columns.find(each => foldAscii(each.name) === foldAscii(name))
    const from = fitted.find(each => foldAscii(each.column.name) === foldAscii(name))
    return column === undefined || from === undefined ? 'null' : asRejected(from, storedType(column.type), '')
  },
})
