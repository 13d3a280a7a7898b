import { MeshError, nearest } from '../../base/index.ts'
import { aggregateFunctions, scalarFunctions } from '../functions/index.ts'

const known = [...Object.values(scalarFunctions), ...Object.values(aggregateFunctions)].flat()

export function functionNotFound(name: string, context: Readonly<Record<string, unknown>>): MeshError {
  const guess = nearest(name, known)
  return new MeshError('sql.function-not-found', `There is no function ${name}.`, {
    ...(guess === undefined || guess === name.toLowerCase() ? {} : { fix: `Did you mean ${guess}?` }),
    context: { ...context, name },
  })
}
