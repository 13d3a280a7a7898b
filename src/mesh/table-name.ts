import type { Column } from './contract.ts'
import type { MeshState, TableState, TableVersion } from './state.ts'

/** ASCII letters only: other scripts are compared as they are. */
export const foldAscii = (text: string): string => text.replace(/[A-Z]/g, letter => letter.toLowerCase())

/**
 * What `domain.table` or `domain.table_v2` names: the table, and the major where the name pins one. Aliases of domains
 * are followed. Undefined where nothing has that name; whether somebody may know of it is not decided here.
 */
export function resolveTableName(
  state: MeshState,
  schema: string,
  name: string,
): { readonly table: TableState; readonly major?: number } | undefined {
  const wanted = foldAscii(`${schema}.${name}`)
  const exact = state.tables.get(wanted) ?? aliased(state, wanted)
  if (exact !== undefined) return { table: exact }
  const pinned = /^(.*)_v(\d{1,9})$/.exec(wanted)
  if (pinned === null) return undefined
  const table = state.tables.get(pinned[1]!) ?? aliased(state, pinned[1]!)
  const major = Number(pinned[2])
  return table?.majors.has(major) ? { table, major } : undefined
}

function aliased(state: MeshState, wanted: string): TableState | undefined {
  for (const domain of state.domains.values()) {
    for (const [old, table] of Object.entries(domain.aliases)) {
      if (foldAscii(old) === wanted)
        return state.tables.get(foldAscii(table.includes('.') ? table : `${domain.id}.${table}`))
    }
  }
  return undefined
}

/** Newest major of a table's active releases. */
export function newestMajor(table: TableState): TableVersion {
  return [...table.majors.values()].reduce((newest, version) => (version.major > newest.major ? version : newest))
}

/** What readers see now: the columns of the last promoted snapshot, else those that the release promises. */
export const columnsNow = (version: TableVersion): readonly Column[] =>
  version.snapshots.at(-1)?.columns ?? version.table.columns
