import { MeshError } from '../../base/index.ts'
import { foldAscii } from '../../mesh/index.ts'
import { peopleColumn } from '../govern/governed-relation.ts'
import { unsupported } from './unsupported.ts'
import type { Walk } from './walk-statement.ts'

/** Each parameter has its value. */
export function checkParameters(walk: Walk, given: number): void {
  const wanted = new Set(Array.from({ length: given }, (_, i) => String(i + 1)))
  const fits = walk.parameters.size === given && [...walk.parameters].every(each => wanted.has(each))
  if (fits) return
  const named = [...walk.parameters].find(each => !/^\d+$/.test(each))
  if (named !== undefined) {
    throw new MeshError('sql.parameters', `The parameter $${named} has a name, and values are given by number.`, {
      fix: 'Number parameters from $1, or write ?, and give one value for each.',
    })
  }
  throw new MeshError(
    'sql.parameters',
    `The statement has ${walk.parameters.size} parameters and ${given} values were given.`,
    { fix: 'Number parameters from $1, or write ?, and give one value for each.' },
  )
}

/** To the parser these are columns, to the engine its own state, which is none of the mesh's. */
const engineState = ['user', 'current_user', 'session_user', 'current_role', 'current_schema', 'current_catalog']

/** `columns`: of all tables that the statement reads. */
export function checkReserved(walk: Walk, columnNames: readonly string[]): void {
  if (walk.names.has(foldAscii(peopleColumn))) throw unsupported('this name')
  const columns = new Set(columnNames.map(foldAscii))
  const stray = engineState.find(name => walk.names.has(name) && !columns.has(name) && !walk.aliases.has(name))
  if (stray !== undefined)
    throw unsupported(stray, undefined, 'It would show the state of the engine and not of the mesh.')
}
