import type { TableShape } from '../api/index.ts'
import { nameInSql } from '../base/index.ts'
import {
  columnsNow,
  foldAscii,
  newestMajor,
  type Column,
  type ContractTable,
  type MeshState,
  type Principal,
  type TableState,
  type TableVersion,
} from '../mesh/index.ts'
import { checkText } from './check-text.ts'
import { decideQuery, type QueryDecision } from '../policy/index.ts'

/** How a table looks to an asker: metadata is for every member, what may be read is decided as for a query. */
export function showTable(
  state: MeshState,
  table: TableState,
  major: number | undefined,
  asker: Principal,
  purpose: string | undefined,
  now: Date,
): TableShape {
  const version = (major === undefined ? undefined : table.majors.get(major)) ?? newestMajor(table)
  const purposes = purposesOf(state, asker, version, now)
  const wanted = purpose ?? (purposes.length === 1 ? purposes[0] : undefined)
  const decision = decideFor(state, asker, version, wanted, now)
  const last = version.snapshots.at(-1)
  const counts = seesAllRows(decision)
  return {
    id: version.id,
    product: version.product,
    ...(version.table.description === undefined ? {} : { description: version.table.description }),
    major: version.major,
    majors: [...table.majors.keys()].sort((a, b) => a - b),
    release: version.release,
    columns: columnsNow(version).map(column => columnShape(state, column, decision)),
    checks: checksOf(version.table),
    access: accessOf(decision, purposes),
    snapshots: version.snapshots.slice(-20).map(s => ({
      id: s.snapshot,
      at: s.at,
      ...(counts ? { rows: s.rows } : {}),
      release: s.release,
    })),
    ...(last === undefined || !counts ? {} : { rows: last.rows }),
    query: `select * from ${tableInSql(version.id)} limit 10`,
  }
}

/** `domain.table` as a statement names it. */
export const tableInSql = (id: string): string => id.split('.').map(nameInSql).join('.')

/** How many rows there are is for those who may read every one: to others it would count what is hidden from them. */
function seesAllRows(decision: QueryDecision): boolean {
  const [table] = decision.verdict === 'allow' ? decision.tables : []
  return table !== undefined && table.filters.length === 0 && table.minimumGroup === undefined
}

export function decideFor(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  purpose: string | undefined,
  now: Date,
): QueryDecision {
  return decideQuery({
    state,
    principal,
    ...(purpose === undefined ? {} : { purpose }),
    door: 'http',
    now,
    tables: [{ version, columns: columnsNow(version) }],
  })
}

/** Purposes for which the asker may read the table now. Empty for a table that needs none, or that may not be read. */
export function purposesOf(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  now: Date,
): readonly string[] {
  const names = [...Object.keys(state.settings.purposes), 'upkeep']
  return names.filter(purpose => {
    const decision = decideFor(state, principal, version, purpose, now)
    return decision.verdict === 'allow' && decision.determinedBy.some(d => d.effect === 'grant')
  })
}

function accessOf(decision: QueryDecision, purposes: readonly string[]): TableShape['access'] {
  if (decision.verdict === 'allow') {
    const open = decision.determinedBy.find(d => d.effect === 'open')
    return {
      readable: true,
      purposes: [...purposes],
      why: open === undefined ? `granted for ${purposes.join(', ')}` : `open by ${open.rule} of ${open.team}`,
    }
  }
  const next = decision.error.details.next?.command
  if (purposes.length > 1)
    return { readable: true, purposes: [...purposes], why: `granted for ${purposes.join(', ')}: say which` }
  return {
    readable: false,
    purposes: [...purposes],
    why: decision.error.message,
    ...(next === undefined ? {} : { next }),
  }
}

function columnShape(state: MeshState, column: Column, decision: QueryDecision): TableShape['columns'][number] {
  const seen =
    decision.verdict === 'allow'
      ? decision.tables[0]?.columns.find(c => foldAscii(c.name) === foldAscii(column.name))
      : undefined
  return {
    name: column.name,
    type: column.type,
    class: column.class ?? state.settings.defaultClass,
    ...(column.identifier === undefined ? {} : { identifier: column.identifier }),
    ...(column.description === undefined ? {} : { description: column.description }),
    required: column.required,
    key: column.keyPosition !== undefined,
    tags: [...column.tags],
    ...(seen?.mask === undefined ? {} : { mask: seen.mask }),
    ...(seen === undefined || seen.nested.length === 0
      ? {}
      : { nested: seen.nested.map(inner => ({ path: inner.path.join('.'), mask: inner.mask })) }),
    ...(decision.verdict === 'allow' ? { readable: seen !== undefined } : {}),
  }
}

function checksOf(table: ContractTable): TableShape['checks'] {
  const key = table.columns.filter(c => c.keyPosition !== undefined).sort((a, b) => a.keyPosition! - b.keyPosition!)
  const built = [
    ...(key.length > 0
      ? [{ id: 'primary-key', description: `(${key.map(c => c.name).join(', ')}) is unique`, severity: 'error' }]
      : []),
    ...table.columns
      .filter(c => c.required)
      .map(c => ({ id: `${c.name}.required`, description: `${c.name} is never empty`, severity: 'error' })),
    ...table.columns
      .filter(c => c.unique)
      .map(c => ({ id: `${c.name}.unique`, description: `${c.name} is unique`, severity: 'error' })),
  ]
  const written = table.expectations.map(e => ({
    id: e.id,
    description: checkText(e),
    severity: e.severity,
  }))
  return [...built, ...written]
}
