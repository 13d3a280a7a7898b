import { nearest } from '../base/index.ts'
import { foldAscii, type Contract, type Expectation } from '../mesh/index.ts'
import { folderOf, joinPath, stemOf } from './document-path.ts'
import type { Path } from './document-place.ts'
import type { ContractDraft } from './parse-contract.ts'
import { listOf, textOf, type Plain } from './plain.ts'
import { withUniqueIds } from './quality.ts'
import { isCalled, qualifiedParts } from './relationships.ts'
import { suggestion } from './shape-findings.ts'

/** A contract with the domain that its tables belong to. */
export interface PlacedContract {
  readonly draft: ContractDraft
  readonly domain: string
}

/** The tables that are in force beside those of the documents; without `hasTable` nobody knows. */
export interface MeshTables {
  readonly hasTable?: (id: string) => boolean
}

interface Target {
  readonly table: string
  readonly column: string
}

/** The contract with its relationships as expectations: each a reference to `domain.table`. */
export function linkReferences(
  placed: PlacedContract,
  all: readonly PlacedContract[],
  mesh: MeshTables = {},
): Contract {
  const { draft } = placed
  const byTable = new Map<string, Expectation[]>()
  for (const reference of draft.references) {
    const targets = reference.to.flatMap(to => targetOf(to, reference.path, placed, all) ?? [])
    if (targets.length !== reference.to.length) continue
    const tables = [...new Set(targets.map(target => target.table))]
    if (tables.length !== 1) {
      const message = `The relationship leads to several tables: ${tables.join(', ')}.`
      draft.report.error('relationship.tables', [...reference.path, 'to'], message, 'Write one relationship for each.')
      continue
    }
    checkTarget(tables[0]!, targets, reference.path, placed, all, mesh)
    const rule = {
      kind: 'reference',
      columns: reference.columns,
      table: tables[0]!,
      toColumns: targets.map(target => target.column),
    } as const
    const [single] = reference.columns
    const column = reference.columns.length === 1 && single !== undefined ? { column: single } : {}
    const id = reference.id ?? `${reference.columns.join(',')}.reference`
    byTable.set(reference.table, [...(byTable.get(reference.table) ?? []), { id, severity: 'error', ...column, rule }])
  }
  const tables = draft.contract.tables.map(table => {
    const more = byTable.get(table.name)
    return more === undefined ? table : { ...table, expectations: withUniqueIds([...table.expectations, ...more]) }
  })
  return { ...draft.contract, tables }
}

/** A table that no document promises may be in the mesh: where that is not known, it is said. */
function checkTarget(
  table: string,
  targets: readonly Target[],
  path: Path,
  { draft: { report } }: PlacedContract,
  all: readonly PlacedContract[],
  { hasTable }: MeshTables,
): void {
  const tables = all.flatMap(other =>
    other.draft.contract.tables.map(({ name, columns }) => ({ id: `${other.domain}.${name}`, columns })),
  )
  const found = tables.filter(({ id }) => foldAscii(id) === foldAscii(table))
  if (found.length > 0) {
    const names = found.flatMap(({ columns }) => columns.map(column => column.name))
    for (const { column } of targets) {
      if (names.some(name => foldAscii(name) === foldAscii(column))) continue
      const message = `The table ${table} has no column ${column}.`
      report.error('relationship.not-found', [...path, 'to'], message, suggestion(column, names))
    }
    return
  }
  if (hasTable?.(table) === true) return
  const near = nearest(
    table,
    tables.map(({ id }) => id),
  )
  const fix = near === undefined ? 'Mend the name, or publish that product first.' : `Did you mean ${near}?`
  const place = [...path, 'to']
  if (hasTable !== undefined)
    report.error('relationship.table-unknown', place, `The relationship leads to ${table}, which does not exist.`, fix)
  else
    report.warning(
      'relationship.table-unknown',
      place,
      `The relationship leads to ${table}, which none of the documents promises: plan says whether the mesh has it.`,
      fix,
    )
}

function targetOf(
  reference: string,
  path: Path,
  placed: PlacedContract,
  all: readonly PlacedContract[],
): Target | undefined {
  const qualified = qualifiedParts(reference)
  if (qualified === undefined) return shorthandTarget(reference, path, placed)
  if (qualified.file === undefined) return within(placed, qualified.object, qualified.property, path)
  const other = contractOfFile(qualified.file, placed, all)
  if (other !== undefined) return within(other, qualified.object, qualified.property, path, placed)
  const [domain, ...rest] = stemOf(qualified.file).split('.')
  if (domain !== undefined && rest.length > 0)
    return { table: `${domain}.${qualified.object}`, column: qualified.property }
  const message = `${qualified.file} is none of the documents.`
  const fix = 'Mend the path, which is relative to this file, or write DOMAIN.TABLE.COLUMN.'
  placed.draft.report.error('relationship.not-found', [...path, 'to'], message, fix)
  return undefined
}

/** A path relative to the contract, or the id of a contract as the file's name. */
function contractOfFile(
  file: string,
  placed: PlacedContract,
  all: readonly PlacedContract[],
): PlacedContract | undefined {
  const path = joinPath(folderOf(placed.draft.file), file)
  return all.find(({ draft }) => draft.file === path) ?? all.find(({ draft }) => draft.contract.id === stemOf(file))
}

/** `table.column` of this contract or domain, `domain.table.column` of any other. */
function shorthandTarget(reference: string, path: Path, placed: PlacedContract): Target | undefined {
  const [first = '', second = '', third, ...deeper] = reference.split('.')
  const own = objectsOf(placed).some(object => isCalled(object, first))
  if (third === undefined)
    return own ? within(placed, first, second, path) : { table: `${placed.domain}.${first}`, column: second }
  if (!own && deeper.length === 0) return { table: `${first}.${second}`, column: third }
  const message = `${reference} leads into a nested value, which cannot be looked up.`
  placed.draft.report.error('relationship.nested', [...path, 'to'], message, 'Refer to a column: DOMAIN.TABLE.COLUMN.')
  return undefined
}

function within(
  target: PlacedContract,
  object: string,
  property: string,
  path: Path,
  from: PlacedContract = target,
): Target | undefined {
  const table = objectsOf(target).find(candidate => isCalled(candidate, object))
  const column = table === undefined ? undefined : propertiesOf(table).find(candidate => isCalled(candidate, property))
  const [tableName, columnName] = [textOf(table?.name), textOf(column?.name)]
  if (tableName !== undefined && columnName !== undefined)
    return { table: `${target.domain}.${tableName}`, column: columnName }
  const known = table === undefined ? objectsOf(target) : propertiesOf(table)
  const names = known.flatMap(({ name }) => textOf(name) ?? [])
  const message =
    table === undefined
      ? `The contract ${target.draft.contract.id} has no table ${object}.`
      : `The table ${tableName} has no column ${property}.`
  const wrong = table === undefined ? object : property
  const folded = names.find(name => foldAscii(name) === foldAscii(wrong))
  const fix = folded === undefined ? suggestion(wrong, names) : `Names are compared with their case: ${folded}.`
  from.draft.report.error('relationship.not-found', [...path, 'to'], message, fix)
  return undefined
}

const objectsOf = (placed: PlacedContract): readonly Plain[] => listOf(placed.draft.value.schema)
const propertiesOf = (object: Plain): readonly Plain[] => listOf(object.properties)
