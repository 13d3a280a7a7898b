import { aggregateFunctions, windowFunctions } from './aggregate-functions.ts'
import { operatorFunctions, scalarFunctions } from './scalar-functions.ts'
import { tableFunctions } from './table-functions.ts'

export { aggregateFunctions, windowFunctions } from './aggregate-functions.ts'
export { denialOf, denials, type Denial } from './denied-functions.ts'
export { callsByName, needsLambda, operatorFunctions, scalarFunctions } from './scalar-functions.ts'
export { functionsPage } from './functions-page.ts'
export { tableFunctions } from './table-functions.ts'

const aggregates = new Set(Object.values(aggregateFunctions).flat())
const windows = new Set([...windowFunctions, ...aggregates])
const calls = new Set([...Object.values(scalarFunctions).flat(), ...operatorFunctions, ...aggregates])
const tables = new Set(tableFunctions)

/** Whether a function may be called there, by its name in lower case and whatever its qualifier. */
export const isAllowed = {
  call: (name: string): boolean => calls.has(name),
  aggregate: (name: string): boolean => aggregates.has(name),
  window: (name: string): boolean => windows.has(name),
  table: (name: string): boolean => tables.has(name),
} as const
