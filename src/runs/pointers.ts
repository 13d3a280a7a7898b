import { MeshError } from '../base/index.ts'
import type { Control } from '../control/index.ts'
import type { PointerMove, Pointers } from '../lake/index.ts'
import { foldAscii, type LineageEdge, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'

/** On whose behalf pointers are moved. */
export interface PromotionOrder {
  readonly product: string
  readonly release: string
  readonly run: string
  readonly lineage: readonly LineageEdge[]
  readonly actor: Principal
  /** Folder → metadata file that was built on and checked; a pointer that is elsewhere by now is a lost race. */
  readonly expected?: ReadonlyMap<string, string | undefined>
}

/**
 * The mesh's own record as the authority over pointers: a pointer is where the last promotion of that version of the table
 * put it, and one `snapshot.promoted` event moves all tables of a run.
 */
export function pointersOf(control: Pick<Control, 'state' | 'execute'>, order: PromotionOrder): Pointers {
  return {
    get: table => Promise.resolve(versionOf(control.state(), table)?.snapshots.at(-1)?.to),
    async swap(moves) {
      if (
        moves.some(move => order.expected?.has(move.table) === true && order.expected.get(move.table) !== move.from)
      ) {
        return false
      }
      const { product, release, run, lineage, actor } = order
      const tables = moves.map(move => promotionOf(control.state(), move))
      try {
        await control.execute({ kind: 'promote', product, release, run, tables, lineage }, actor)
        return true
      } catch (thrown) {
        if (thrown instanceof MeshError && thrown.code === 'request.conflict') return false
        throw thrown
      }
    },
  }
}

/** `domain/table/v1` in the state. */
function versionOf(state: MeshState, folder: string): TableVersion | undefined {
  const [domain, name, major, ...rest] = folder.split('/')
  if (rest.length > 0 || !/^v\d+$/.test(major ?? '')) return undefined
  return state.tables.get(foldAscii(`${domain}.${name}`))?.majors.get(Number(major!.slice(1)))
}

function promotionOf(state: MeshState, { table, from, to, snapshot, rows, sizeBytes }: PointerMove) {
  const version = versionOf(state, table)
  if (version === undefined)
    throw new MeshError('request.conflict', `The table ${table} is no longer part of the mesh.`)
  return {
    table: version.id,
    major: version.major,
    ...(from === undefined ? {} : { from }),
    to,
    snapshot,
    rows,
    sizeBytes,
  }
}
