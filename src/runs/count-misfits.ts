import { countOf, quoteName } from '../base/index.ts'
import type { CheckVerdict } from '../contract/index.ts'
import { shownValue, type FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import { hidden, own } from './session-names.ts'

/** Values of `own.batch` that are none of the contract's types. One scan for all columns; each with a misfit is a failed check. */
export async function countMisfits(
  session: WorkshopSession,
  table: string,
  fitted: readonly FittedColumn[],
  file: string,
): Promise<readonly CheckVerdict[]> {
  const doubtful = fitted.filter(column => column.misfit !== undefined)
  if (doubtful.length === 0) return []
  const measures = doubtful.flatMap(({ from, value, misfit }, i) => [
    `count_if(${misfit!}) as n${i}`,
    `min(${hidden('row')}) filter (where ${misfit!}) as r${i}`,
    `arg_min(${shownValue(quoteName(from.name))}, ${hidden('row')}) filter (where ${misfit!}) as v${i}`,
    `arg_min(${value} is null, ${hidden('row')}) filter (where ${misfit!}) as b${i}`,
  ])
  const [row] = await session.execute(`select ${measures.join(', ')} from ${own.batch}`)
  return doubtful.flatMap((misfit, i) => {
    const { column, from } = misfit
    const count = Number(row?.[`n${i}`] ?? 0)
    if (count === 0) return []
    const value = row?.[`v${i}`]
    const text = typeof value === 'string' ? value : ''
    const way = row?.[`b${i}`] === true ? wayOfNone(misfit) : wayToKeep(misfit, text)
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
          `The cast of ${column.name} from ${from.type} to ${column.type} would change ${countOf(count, 'value')}, ` +
          `the first in row ${Number(row?.[`r${i}`] ?? 0)} of the SELECT: '${text}'; in ${file}, ${way}`,
      },
    ]
  })
}

const wordOf = ({ from: { name } }: FittedColumn): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name))

/** It is no value of the type at all. */
const wayOfNone = (misfit: FittedColumn): string =>
  `write try_cast(${wordOf(misfit)} as ${misfit.column.type}) to have null instead, or promise ${misfit.from.type === 'VARCHAR' ? 'VARCHAR' : 'another type'}`

/** A cast in the SELECT is the owner's own word; a type that keeps the value is the other way. */
function wayToKeep(misfit: FittedColumn, value: string): string {
  const { type } = misfit.column
  const word = wordOf(misfit)
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|FLOAT|DECIMAL\(.*\))$/.test(type)) {
    return `write ${word}::${type} to round it, or promise a DECIMAL of enough digits, or VARCHAR`
  }
  if (type === 'DATE') return `write left(${word}::VARCHAR, 10)::DATE to drop what follows the day, or promise VARCHAR`
  if (type === 'TIMESTAMP' && !isFiner(value)) {
    return `write ${word}::TIMESTAMPTZ AT TIME ZONE 'UTC', or promise TIMESTAMP WITH TIME ZONE`
  }
  return `write ${word}::${type} to cut it, or promise VARCHAR`
}

/** Of text and of `TIMESTAMP_NS`: with more than microseconds. */
const isFiner = (value: string): boolean => /\.\d{6}\d*[1-9]/.test(value)
