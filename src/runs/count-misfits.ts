import { countOf, quoteName } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { shownValue, type FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import { own } from './session-names.ts'

/** Values of `own.batch` that are none of the contract's types. One scan for all columns; each with a misfit is a failed check. */
export async function countMisfits(
  session: WorkshopSession,
  table: string,
  fitted: readonly FittedColumn[],
  file: string,
): Promise<readonly CheckVerdict[]> {
  const doubtful = fitted.filter(column => column.misfit !== undefined)
  if (doubtful.length === 0) return []
  const measures = doubtful.flatMap(({ from, misfit }, i) => [
    `count_if(${misfit!}) as n${i}`,
    `min("meshwright row") filter (where ${misfit!}) as r${i}`,
    `arg_min(${shownValue(quoteName(from.name))}, "meshwright row") filter (where ${misfit!}) as v${i}`,
  ])
  const [row] = await session.execute(`select ${measures.join(', ')} from ${own.batch}`)
  return doubtful.flatMap(({ column, from }, i) => {
    const count = Number(row?.[`n${i}`] ?? 0)
    if (count === 0) return []
    const value = row?.[`v${i}`]
    const shown = typeof value === 'string' ? `: '${value}'` : ''
    const first = `the first in row ${Number(row?.[`r${i}`] ?? 0)} of the SELECT${shown}`
    return [
      {
        table,
        check: `${column.name}.type`,
        severity: 'error' as const,
        passed: false,
        measured: String(count),
        expected: `every ${from.type} of the SELECT is a ${column.type}`,
        failedRows: count,
        description:
          `The cast of ${column.name} from ${from.type} to ${column.type} would change ${countOf(count, 'value')}, ${first}. ` +
          `Write in ${file} what is meant, such as ${examples(from.name, column.type)}.`,
      },
    ]
  })
}

/** A cast in the SELECT is the owner's own word; a type that keeps the value is the other way. */
function examples(name: string, type: string): string {
  const word = /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name)
  const keeps = (other: string) => `promise ${other}, which keeps it`
  if (type === 'TIMESTAMP') {
    return `${word}::TIMESTAMPTZ AT TIME ZONE 'UTC' for times with an offset, or ${keeps('TIMESTAMP WITH TIME ZONE or, beyond microseconds, VARCHAR')}`
  }
  if (type === 'DATE') return `${word}::TIMESTAMPTZ::DATE to drop the time, or ${keeps('TIMESTAMP WITH TIME ZONE')}`
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|FLOAT|DECIMAL\(.*\))$/.test(type)) {
    return `${word}::${type} to round it, or ${keeps('a DECIMAL of enough digits or VARCHAR')}`
  }
  return `${word}::${type} to cut it, or ${keeps('VARCHAR')}`
}
