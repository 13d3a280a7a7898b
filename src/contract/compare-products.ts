import { foldAscii, type ContractTable, type Product, type ServiceLevel } from '../mesh/index.ts'
import { compareColumns } from './compare-columns.ts'
import { compareExpectations } from './compare-expectations.ts'
import type { Change, Weight } from './change.ts'

/**
 * What consumers of `before` meet in `after`, the heaviest first. Direction counts: a promise that gets stronger is safe,
 * one that gets weaker is not. A first release changes nothing for anybody.
 */
export function compareProducts(before: Product | undefined, after: Product): readonly Change[] {
  if (before === undefined) return []
  const [old, now] = [tablesOf(before), tablesOf(after)]
  const changes: Change[] = []
  for (const [key, table] of old) {
    const next = now.get(key)
    if (next === undefined) changes.push(tableRemoved(table))
    else changes.push(...compareTables(table, next))
  }
  for (const [key, table] of now) if (!old.has(key)) changes.push(tableAdded(table))
  changes.push(...comparePromises(before, after), ...compareBuilds(before, after))
  const order = { breaking: 0, risky: 1, safe: 2 }
  return changes.sort((a, b) => order[a.weight] - order[b.weight])
}

const tablesOf = (product: Product): ReadonlyMap<string, ContractTable> =>
  new Map(product.ports.flatMap(port => port.contract.tables.map(table => [foldAscii(table.name), table])))

const tableRemoved = ({ name }: ContractTable): Change => ({
  table: name,
  kind: 'table-removed',
  weight: 'breaking',
  message: `The table ${name} is gone.`,
})

const tableAdded = ({ name }: ContractTable): Change => ({
  table: name,
  kind: 'table-added',
  weight: 'safe',
  message: `The table ${name} is new.`,
})

function compareTables(before: ContractTable, after: ContractTable): readonly Change[] {
  const changes = [...compareColumns(before, after), ...compareExpectations(before, after)]
  if (before.description !== after.description) {
    changes.push({
      table: after.name,
      kind: 'description-changed',
      weight: 'safe',
      message: `The description of ${after.name} changed.`,
    })
  }
  return changes
}

/** Service levels by property and element. */
function comparePromises(before: Product, after: Product): readonly Change[] {
  const [old, now] = [promisesOf(before), promisesOf(after)]
  const changes: Change[] = []
  for (const [key, level] of old) {
    const next = now.get(key)
    if (next === undefined) changes.push(promise('removed', 'risky', `The promise "${key}" is no longer given.`))
    else if (valueOf(next) !== valueOf(level)) {
      const message = `The promise "${key}" changed from ${valueOf(level)} to ${valueOf(next)}.`
      changes.push(promise('changed', 'risky', message))
    }
  }
  for (const [key, level] of now) {
    if (!old.has(key)) changes.push(promise('added', 'safe', `The promise "${key}" is new: ${valueOf(level)}.`))
  }
  return changes
}

const promisesOf = (product: Product): ReadonlyMap<string, ServiceLevel> =>
  new Map(product.ports.flatMap(p => p.contract.serviceLevels).map(s => [nameOf(s), s]))
const nameOf = ({ property, element }: ServiceLevel) => (element === undefined ? property : `${property} of ${element}`)
const valueOf = ({ value, unit }: ServiceLevel) => (unit === undefined ? value : `${value} ${unit}`)
const promise = (what: string, weight: Weight, message: string): Change => ({
  table: '*',
  kind: `promise-${what}`,
  weight,
  message,
})

/** How a table is made is the owner's business; that it is made differently is worth a line. */
function compareBuilds(before: Product, after: Product): readonly Change[] {
  return Object.entries(after.build.outputs).flatMap(([table, output]) => {
    const old = before.build.outputs[table]
    if (old === undefined || (old.sql === output.sql && old.mode === output.mode)) return []
    return [
      { table, kind: 'build-changed', weight: 'safe' as const, message: `The table ${table} is built differently.` },
    ]
  })
}
