import { readTable } from '../lake/index.ts'
import type { TableVersion } from '../mesh/index.ts'
import type { CurrentTable } from './current-table.ts'
import type { RunsWorld } from './world.ts'

/** The folder that holds one major version of a table: `flights/departures/v1`. */
export const tableFolder = ({ domain, name, major }: Pick<TableVersion, 'domain' | 'name' | 'major'>): string =>
  `${domain}/${name}/v${major}`

/** Kept with the snapshot itself, so that it stands and falls with the rows: not even a lost log can part them. */
export const expectationsKey = 'meshwright.expectations'

/** A table as its last promoted snapshot left it. */
export async function readCurrent(
  world: Pick<RunsWorld, 'lakeFiles' | 'lakePaths'>,
  version: TableVersion,
): Promise<CurrentTable> {
  const folder = tableFolder(version)
  const promoted = version.snapshots.at(-1)
  if (promoted === undefined) return { folder, schemas: [], lastColumnId: 0, files: [], rows: 0n }
  const table = await readTable(world.lakeFiles, promoted.to, promoted.snapshot)
  const expectations = table.summary[expectationsKey]
  return {
    folder,
    pointer: promoted.to,
    schema: table.schema,
    schemas: [...table.schemas.values()],
    lastColumnId: table.lastColumnId,
    files: table.files.map(file => ({ file, absolute: world.lakePaths.absolute(file.path), schemaId: file.schemaId })),
    rows: table.rows,
    ...(expectations === undefined ? {} : { expectations }),
  }
}
