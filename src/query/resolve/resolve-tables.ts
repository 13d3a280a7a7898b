import { MeshError, nearest } from '../../base/index.ts'
import {
  foldAscii,
  resolveTableName,
  type Column,
  type MeshState,
  type Principal,
  type SnapshotRecord,
  type TableState,
  type TableVersion,
} from '../../mesh/index.ts'
import { mayDiscover, versionFor } from '../../policy/index.ts'
import { constantOf, type TableReference } from '../walk/walk-statement.ts'
import { unsupported } from '../walk/unsupported.ts'
import type { Rename } from './pinned-text.ts'
import { readColumns } from './read-columns.ts'

/** A relation that the statement needs: one table in one version and snapshot, under one name. */
export interface ResolvedTable {
  readonly schema: string
  readonly name: string
  readonly table: TableState
  readonly version: TableVersion
  readonly columns: readonly Column[]
  readonly snapshot?: SnapshotRecord
  /** Why there is no snapshot; said only to those who may see the table. */
  readonly problem?: MeshError
  readonly references: readonly TableReference[]
}

export interface Question {
  readonly state: MeshState
  readonly principal: Principal
  readonly purpose?: string
  readonly door: string
  readonly now: Date
  /** All tables as they were then. */
  readonly at?: string
}

/**
 * What each table of a statement is: all pointers are taken from one state, so that the statement sees one consistent
 * cut. A table that the person may not discover is missing exactly as one that does not exist.
 */
export function resolveTables(
  references: readonly TableReference[],
  question: Question,
): { readonly tables: readonly ResolvedTable[]; readonly renames: readonly Rename[] } {
  const renames: Rename[] = []
  const tables = [...grouped(references, keyOf).values()].flatMap(named => {
    const found = find(named[0]!, question)
    const byPin = grouped(named, pinOf)
    return [...byPin].map(([pin, same]) => {
      const first = same[0]!
      const name = byPin.size === 1 || pin === '' ? first.name : `${first.name} at ${pin}`
      if (pin !== '') {
        for (const { location } of same) {
          if (location === undefined) throw unsupported('AT at this place')
          renames.push(name === first.name ? { location } : { location, name })
        }
      }
      return { ...found, schema: first.schema, name, references: same, ...snapshotOf(found, pin, question) }
    })
  })
  return { tables, renames }
}

const keyOf = (reference: TableReference): string => foldAscii(`${reference.schema}.${reference.name}`)

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}

function find(reference: TableReference, question: Question): { table: TableState; version: TableVersion } {
  const { state, principal, purpose, door, now } = question
  const named =
    reference.catalog === '' && reference.schema !== ''
      ? resolveTableName(state, reference.schema, reference.name)
      : undefined
  if (named === undefined || !mayDiscover(state, principal, named.table.id, now)) throw notFound(reference, question)
  const version = versionFor(state, principal, named.table, {
    now,
    door,
    ...(named.major === undefined ? {} : { major: named.major }),
    ...(purpose === undefined ? {} : { purpose }),
  })
  if (version === undefined) throw notFound(reference, question)
  return { table: named.table, version }
}

function notFound(reference: TableReference, { state, principal, now }: Question): MeshError {
  const name = [reference.catalog, reference.schema, reference.name].filter(part => part !== '').join('.')
  const visible = [...state.tables.values()].filter(table => mayDiscover(state, principal, table.id, now))
  const guess =
    visible.find(table => reference.schema === '' && foldAscii(table.name) === foldAscii(reference.name))?.id ??
    nearest(
      name,
      visible.map(table => table.id),
    )
  const isUnqualified = reference.schema === ''
  return new MeshError(
    'sql.table-not-found',
    `There is no table ${name}.${isUnqualified ? ' Tables are named domain.table.' : ''}`,
    {
      fix:
        guess === undefined
          ? `Look for it with: meshwright find ${/[\p{L}\p{N}_]+/u.exec(reference.name)?.[0] ?? 'WORDS'}`
          : `Did you mean ${guess}?`,
      context: { table: name, ...(reference.location === undefined ? {} : { location: reference.location }) },
    },
  )
}

/** `''` for the current snapshot, else the unit and the constant. */
function pinOf(reference: TableReference): string {
  const { pin } = reference
  if (pin === undefined) return ''
  const constant = constantOf(pin.expression)
  if (constant === undefined) throw unsupported('AT with anything but a constant')
  return `${pin.unit === 'VERSION' ? 'version' : 'time'} ${constant}`
}

function snapshotOf(
  { table, version }: { readonly table: TableState; readonly version: TableVersion },
  pin: string,
  { state, at }: Question,
): Pick<ResolvedTable, 'columns' | 'snapshot' | 'problem'> {
  const { snapshots } = version
  const [unit, ...rest] = pin.split(' ')
  const constant = rest.join(' ')
  const wanted = unit === 'time' ? constant : at
  const snapshot =
    unit === 'version'
      ? snapshots.find(each => each.snapshot === constant)
      : wanted === undefined
        ? snapshots.at(-1)
        : lastAt(snapshots, instantOf(wanted))
  const columns = readColumns(state.settings, table, version, snapshot)
  // The newest metadata knows every snapshot that is kept; older metadata files may be gone.
  if (snapshot !== undefined) return { columns, snapshot: { ...snapshot, to: snapshots.at(-1)!.to } }
  const isPinned = pin !== '' || at !== undefined
  const problem =
    isPinned && snapshots.length > 0
      ? new MeshError(
          'sql.snapshot-not-found',
          unit === 'version'
            ? `The table ${version.id} has no snapshot ${constant}.`
            : `The table ${version.id} had no snapshot yet at ${wanted}.`,
          { fix: `See the snapshots with: meshwright show ${version.id}` },
        )
      : new MeshError('table.no-data', `No data of ${version.id} was promoted yet.`, {
          fix: `Wait for its first run, or start it: meshwright run ${version.product}`,
        })
  return { columns, problem }
}

const lastAt = (snapshots: readonly SnapshotRecord[], instant: number): SnapshotRecord | undefined =>
  snapshots.findLast(each => Date.parse(each.at) <= instant)

/** An ISO date or timestamp; without a zone it is UTC. */
function instantOf(text: string): number {
  const iso = text.trim().replace(' ', 'T')
  const hasZone = /(Z|[+-]\d\d(:?\d\d)?)$/i.test(iso.slice(10))
  const full = iso.length <= 10 ? `${iso}T00:00:00Z` : hasZone ? iso.replace(/([+-]\d\d)$/, '$1:00') : `${iso}Z`
  const instant = Date.parse(full)
  if (Number.isNaN(instant)) {
    throw new MeshError('sql.type', `"${text}" is no time.`, { fix: 'Write it as 2026-11-22T10:00:00Z.' })
  }
  return instant
}
