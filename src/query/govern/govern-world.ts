import { readTable, type LakeFiles } from '../../lake/index.ts'
import type { SnapshotRecord } from '../../mesh/index.ts'
import type { LakePaths, MaskKey } from '../needs.ts'
import { lru } from '../lru.ts'
import type { ReadableSnapshot } from './scan-sql.ts'

/** What it takes to make governed relations of tables. */
export interface GovernWorld {
  readonly maskKey: MaskKey
  /** The files of one promoted snapshot and the schemas that they were written with. */
  readonly readSnapshot: (record: Pick<SnapshotRecord, 'to' | 'snapshot'>) => Promise<ReadableSnapshot>
}

/** Snapshots never change, so what was read of one is kept. */
export function governWorld(parts: {
  readonly maskKey: MaskKey
  readonly lakeFiles: LakeFiles
  readonly lakePaths: LakePaths
}): GovernWorld {
  const known = lru<Promise<ReadableSnapshot>>(1_000)
  return {
    maskKey: parts.maskKey,
    readSnapshot({ to, snapshot }) {
      return known.get(`${to} ${snapshot}`, () => read(to, snapshot))
    },
  }

  async function read(metadata: string, snapshot: string): Promise<ReadableSnapshot> {
    const table = await readTable(parts.lakeFiles, metadata, snapshot)
    return {
      schema: table.schema,
      schemas: [...table.schemas.values()],
      files: table.files.map(file => ({ path: parts.lakePaths.absolute(file.path), schemaId: file.schemaId })),
    }
  }
}
