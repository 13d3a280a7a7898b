import { open } from 'node:fs/promises'
import { MeshError } from '../base/index.ts'
import { readTable, type LakeFiles } from '../lake/index.ts'
import type { MeshState } from '../mesh/index.ts'
import type { Finding } from '../operations/index.ts'
import type { LakePaths } from '../query/index.ts'

/** Files looked at together: enough to be quick, few enough for any limit of the system. */
const atOnce = 16

/**
 * Whether the files of all tables as they are now are there, as long as their manifests say, and end as Parquet does.
 * It reads twelve bytes of each; what is damaged within, a query of the table finds.
 */
export async function lakeFinding(state: MeshState, files: LakeFiles, paths: LakePaths): Promise<Finding> {
  const found: { readonly table: string; readonly what: string }[] = []
  let looked = 0
  for (const table of state.tables.values()) {
    for (const version of table.majors.values()) {
      const to = version.snapshots.at(-1)?.to
      if (to === undefined) continue
      try {
        const { files: current } = await readTable(files, to)
        looked += current.length
        for (let i = 0; i < current.length; i += atOnce) {
          const part = current.slice(i, i + atOnce)
          const faults = await Promise.all(part.map(each => faultOf(paths.absolute(each.path), each.sizeBytes)))
          for (const what of faults) if (what !== undefined) found.push({ table: version.id, what })
        }
      } catch (thrown) {
        if (!(thrown instanceof MeshError)) throw thrown
        found.push({ table: version.id, what: thrown.message })
      }
    }
  }
  const name = 'lake'
  if (found.length === 0) return { name, ok: true, detail: `all ${looked} files of current tables are whole` }
  const told = found.slice(0, 10).map(({ table, what }) => `A stored file of ${table} is damaged: ${what}.`)
  const more = found.length > told.length ? [`And ${found.length - told.length} more.`] : []
  return {
    name,
    ok: false,
    detail: [...told, ...more].join(' '),
    fix: 'Restore it from a backup, or run its product again if its sources are still there.',
  }
}

async function faultOf(path: string, sizeBytes: number): Promise<string | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return 'it cannot be opened'
  try {
    const { size } = await file.stat()
    if (size !== sizeBytes) return `it has ${size} bytes, and its manifest says ${sizeBytes}`
    const head = Buffer.alloc(4)
    const tail = Buffer.alloc(8)
    await file.read(head, 0, 4, 0)
    await file.read(tail, 0, 8, Math.max(0, size - 8))
    const isParquet = head.toString('latin1') === 'PAR1' && tail.toString('latin1', 4) === 'PAR1'
    return isParquet && tail.readUInt32LE(0) + 12 <= size ? undefined : 'it does not begin and end as Parquet does'
  } finally {
    await file.close()
  }
}
