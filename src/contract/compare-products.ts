import { foldAscii, majorOf, type ContractTable, type Product, type ServiceLevel } from '../mesh/index.ts'
import { compareBuilds } from './compare-builds.ts'
import { compareColumns } from './compare-columns.ts'
import { compareDocuments, otherDifference } from './compare-documents.ts'
import { compareExpectations } from './compare-expectations.ts'
import type { Change, Weight } from './change.ts'
import { withRowsOfBefore } from './rows-of-before.ts'

/**
 * What consumers of `before` meet in `after`, the heaviest first. Direction counts: a promise that gets stronger is safe,
 * one that gets weaker is not. A first release changes nothing for anybody.
 */
export function compareProducts(before: Product | undefined, after: Product): readonly Change[] {
  if (before === undefined) return []
  const [old, now] = [tablesOf(before), tablesOf(after)]
  const changes: Change[] = []
  for (const [key, versions] of old) if (!now.has(key)) changes.push(tableRemoved(newest(versions).table))
  for (const [key, versions] of now) changes.push(...compareVersions(old.get(key), versions))
  changes.push(...comparePromises(before, after), ...compareBuilds(before, after), ...compareDocuments(before, after))
  const other = changes.length === 0 ? otherDifference(before, after) : undefined
  if (other !== undefined) changes.push(other)
  const order = { breaking: 0, risky: 1, safe: 2 }
  return withRowsOfBefore(changes, after).toSorted((a, b) => order[a.weight] - order[b.weight])
}

/** A table as one contract promises it, in the contract's major. */
interface Version {
  readonly major: number
  readonly table: ContractTable
}

function tablesOf(product: Product): ReadonlyMap<string, readonly Version[]> {
  const tables = new Map<string, Version[]>()
  for (const { contract } of product.ports) {
    for (const table of contract.tables) {
      const key = foldAscii(table.name)
      tables.set(key, [...(tables.get(key) ?? []), { major: majorOf(contract.version), table }])
    }
  }
  return tables
}

const newest = (versions: readonly Version[]): Version => versions.reduce((a, b) => (b.major > a.major ? b : a))

/** Each major against itself; a new one against the newest before it, which those who follow the newest came from. */
function compareVersions(old: readonly Version[] | undefined, now: readonly Version[]): readonly Change[] {
  if (old === undefined) return [tableAdded(newest(now).table)]
  const isPlain = old.length === 1 && now.length === 1 && old[0]!.major === now[0]!.major
  const changes: Change[] = []
  for (const { major, table } of now) {
    const same = old.find(version => version.major === major)
    const found = compareTables((same ?? newest(old)).table, table)
    changes.push(...(isPlain ? found : found.map(change => ({ ...change, major }))))
  }
  const isReplaced = now.some(({ major }) => !old.some(version => version.major === major))
  for (const { major, table } of old) {
    if (isReplaced || now.some(version => version.major === major)) continue
    const message = `No contract promises v${major} of ${table.name} any more: it stays as it is, without new data.`
    changes.push({ table: table.name, major, kind: 'version-removed', weight: 'risky', message })
  }
  return changes
}

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
