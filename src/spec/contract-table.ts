import { limits } from '../base/index.ts'
import type { Column, ContractTable, Expectation } from '../mesh/index.ts'
import type { ColumnContext } from './column-context.ts'
import { columnExpectations } from './column-expectations.ts'
import { checkDistinct, columnOf } from './column.ts'
import type { Path } from './document-place.ts'
import { listOf, textOf, textsOf, type Plain } from './plain.ts'
import { expectationsOf, withUniqueIds } from './quality.ts'
import type { Reporter } from './reporter.ts'

/** A schema object of a contract as a table. */
export function tableOf(object: Plain, path: Path, context: ColumnContext): ContractTable {
  const { report } = context
  const name = textOf(object.name) ?? ''
  const properties = listOf(object.properties)
  checkTableName(name, [...path, 'name'], report)
  if (properties.length === 0) {
    report.error('table.no-columns', path, `The table ${name} has no properties.`, 'Add them: properties: [{name: …}]')
  }
  if (properties.length > limits.columnsMax) {
    const message = `The table ${name} has ${properties.length} columns; at most ${limits.columnsMax} are allowed.`
    report.error('table.too-wide', [...path, 'properties'], message, 'Split it into several tables.')
    return { name, tags: [], columns: [], expectations: [] }
  }
  const columns = properties.map((property, i) => columnOf(property, [...path, 'properties', i], context))
  checkDistinct(columns, [...path, 'properties'], report)
  const own = listOf(object.quality).flatMap((rule, i) =>
    expectationsOf(rule, { path: [...path, 'quality', i], report }),
  )
  const ofColumns: readonly Expectation[] = properties.flatMap((property, i) =>
    columnExpectations(property, [...path, 'properties', i], report),
  )
  const [title, description] = [textOf(object.businessName), textOf(object.description)]
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    tags: textsOf(object.tags),
    columns: withKey(columns, properties, path, report),
    expectations: withUniqueIds([...ofColumns, ...own]),
  }
}

function checkTableName(name: string, path: Path, report: Reporter): void {
  if (!limits.namePattern.test(name)) {
    const message = `${JSON.stringify(name)} cannot be the name of a table.`
    report.error('table.name', path, message, 'Use letters, digits, _ and -, starting with a letter: at most 128.')
  } else if (/_v\d+$/i.test(name)) {
    const message = `The table name ${name} ends in _v and a number, which pins a major version in SQL.`
    report.error('table.name', path, message, `Call it ${name.replace(/_v\d+$/i, '')}; the version is the contract's.`)
  }
}

/** Positions as written; where no part of the key has one, the order of the columns. */
function withKey(
  columns: readonly Column[],
  properties: readonly Plain[],
  path: Path,
  report: Reporter,
): readonly Column[] {
  const parts = properties.flatMap((property, i) => {
    if (property.primaryKey !== true) return []
    const position = property.primaryKeyPosition
    return [{ i, position: typeof position === 'number' && position > 0 ? position : undefined }]
  })
  const positions = new Map<number, number>()
  const anyWritten = parts.some(part => part.position !== undefined)
  parts.forEach(({ i, position }, order) => {
    const at = anyWritten ? position : order + 1
    const clash = at === undefined ? undefined : [...positions].find(([, other]) => other === at)
    if (at === undefined || clash !== undefined) {
      const message =
        at === undefined
          ? 'This part of the primary key has no position.'
          : `Two columns have position ${at} in the primary key.`
      report.error(
        'table.key-position',
        [...path, 'properties', i],
        message,
        'Number all parts: primaryKeyPosition: 1, 2, …',
      )
    } else positions.set(i, at)
  })
  return columns.map((column, i) => {
    const keyPosition = positions.get(i)
    return keyPosition === undefined ? column : { ...column, keyPosition }
  })
}
