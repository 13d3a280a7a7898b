import {
  foldAscii,
  type Column,
  type MeshSettings,
  type SnapshotRecord,
  type TableState,
  type TableVersion,
} from '../../mesh/index.ts'

/**
 * The columns of a snapshot as they are governed **now**: names and types are the snapshot's, what they are classed as is
 * the strictest of what any current release says of that name. So data that was classed late is not open in its past.
 */
export function readColumns(
  settings: MeshSettings,
  table: TableState,
  version: TableVersion,
  snapshot: SnapshotRecord | undefined,
): readonly Column[] {
  let kept = known.get(table)
  if (kept?.settings !== settings) known.set(table, (kept = { settings, columns: new Map() }))
  // A version and its snapshots are objects of one state of the table: equal ones are the same.
  const of = snapshot ?? version
  const columns = kept.columns.get(of) ?? columnsNow(settings, table, version, snapshot)
  kept.columns.set(of, columns)
  return columns
}

/** The very same columns for the same question: what was decided about them is found by them. */
const known = new WeakMap<TableState, KnownColumns>()

interface KnownColumns {
  readonly settings: MeshSettings
  readonly columns: Map<SnapshotRecord | TableVersion, readonly Column[]>
}

function columnsNow(
  settings: MeshSettings,
  table: TableState,
  version: TableVersion,
  snapshot: SnapshotRecord | undefined,
): readonly Column[] {
  const written = snapshot?.columns ?? version.table.columns
  const today = [version, ...table.majors.values()].map(each => each.table.columns)
  return written.map(column => governed(settings, column, today))
}

function governed(settings: MeshSettings, column: Column, today: readonly (readonly Column[])[]): Column {
  const named = today.flatMap(columns => columns.filter(other => foldAscii(other.name) === foldAscii(column.name)))
  const [current] = named
  const strictest = strictestClass(settings, named.length === 0 ? [column] : named)
  const identifier = current?.identifier ?? column.identifier ?? named.find(other => other.identifier)?.identifier
  const { class: _class, identifier: _identifier, ...rest } = column
  return {
    ...rest,
    tags: [...new Set([...column.tags, ...named.flatMap(other => other.tags)])],
    ...(current?.description === undefined ? {} : { description: current.description }),
    ...(strictest === undefined ? {} : { class: strictest }),
    ...(identifier === undefined ? {} : { identifier }),
    ...(column.fields === undefined
      ? {}
      : {
          fields: column.fields.map(field =>
            governed(
              settings,
              field,
              named.map(other => other.fields ?? []),
            ),
          ),
        }),
    ...(column.element === undefined
      ? {}
      : {
          element: governed(
            settings,
            column.element,
            named.map(other => (other.element === undefined ? [] : [{ ...other.element, name: column.element!.name }])),
          ),
        }),
  }
}

/** Of the classes written; a column without one counts as the mesh's default class, and an unknown one as strictest. */
function strictestClass(settings: MeshSettings, columns: readonly Column[]): string | undefined {
  const rank = (column: Column): number => {
    const at = settings.classes.findIndex(known => known.id === (column.class ?? settings.defaultClass))
    return at < 0 ? settings.classes.length : at
  }
  return columns.reduce((strictest, column) => (rank(column) > rank(strictest) ? column : strictest)).class
}
