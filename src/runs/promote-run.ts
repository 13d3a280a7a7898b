import { MeshError } from '../base/index.ts'
import { commit, type Change, type CommitTable, type PointerMove } from '../lake/index.ts'
import type { LineageEdge, MeshState, Principal } from '../mesh/index.ts'
import { expectationsKey } from './lake-tables.ts'
import { pointersOf } from './pointers.ts'
import type { StagedTable } from './stage-table.ts'
import type { RunsWorld } from './world.ts'

export interface PromoteOrder {
  readonly product: string
  readonly release: string
  readonly run: string
  readonly actor: Principal
  readonly staged: readonly StagedTable[]
  readonly lineage: readonly LineageEdge[]
}

/**
 * Takes the staged files into the lake and moves the pointers of all tables in one event. Throws `request.conflict`
 * where a pointer or the release moved meanwhile; then, and after any other no, nothing of the run is left.
 */
export async function promoteRun(world: RunsWorld, order: PromoteOrder): Promise<readonly PointerMove[]> {
  const { control, lakeFiles } = world
  const { product, release, run, actor, lineage } = order
  requireRelease(control.state(), product, release)
  const adopted: string[] = []
  try {
    for (const staged of order.staged) {
      for (const { absolute, file } of addedFiles(staged)) {
        await lakeFiles.adopt(absolute, file.path)
        adopted.push(file.path)
      }
    }
    const expected = new Map(order.staged.map(({ current }) => [current.folder, current.pointer]))
    const pointers = pointersOf(control, { product, release, run, lineage, actor, expected })
    const tables = order.staged.map(staged => commitOf(staged, { run, release, now: world.clock() }))
    return await commit({ files: lakeFiles, pointers, tables, attemptsMax: 1 })
  } catch (thrown) {
    // An answer can be lost after the ledger took the event: only what the ledger says is believed.
    const moves = promotedBy(control.state(), run)
    if (moves.length > 0) return moves
    if (thrown instanceof MeshError) await Promise.allSettled(adopted.map(path => lakeFiles.remove(path)))
    throw thrown
  }
}

function requireRelease(state: MeshState, product: string, release: string): void {
  const active = state.products.get(product)?.product.version
  if (active === release) return
  throw new MeshError(
    'request.conflict',
    `Release ${active ?? '(none)'} of ${product} came while its release ${release} was built.`,
    {
      fix: `Run it again: meshwright run ${product}`,
    },
  )
}

const addedFiles = ({ batch, rewritten }: StagedTable) =>
  [batch, ...(rewritten === undefined ? [] : [rewritten])].filter(({ file }) => file.rows > 0n)

function commitOf(staged: StagedTable, facts: { run: string; release: string; now: Date }): CommitTable {
  const { current, evolved } = staged
  return {
    table: current.folder,
    ...(current.pointer === undefined ? {} : { parent: current.pointer }),
    schema: evolved.schema,
    lastColumnId: evolved.lastColumnId,
    change: changeOf(staged),
    summary: {
      'meshwright.run': facts.run,
      'meshwright.release': facts.release,
      [expectationsKey]: staged.expectations,
    },
    now: facts.now,
  }
}

function changeOf(staged: StagedTable): Change {
  const added = addedFiles(staged).map(({ file }) => file)
  const { removed, kept, current } = staged
  if (kept.length === 0) return { kind: 'replace', files: added }
  if (removed.length === 0 && current.files.length > 0) return { kind: 'append', files: added }
  return { kind: 'overwrite', removed: { paths: removed.map(({ file }) => file.path) }, added }
}

/** What the ledger says that a run promoted. */
export function promotedBy(state: MeshState, run: string): readonly PointerMove[] {
  return [...state.tables.values()].flatMap(table =>
    [...table.majors.values()].flatMap(version =>
      version.snapshots
        .filter(snapshot => snapshot.run === run)
        .map(({ from, to, snapshot, rows, sizeBytes }) => ({
          table: version.id,
          ...(from === undefined ? {} : { from }),
          to,
          snapshot,
          rows,
          sizeBytes,
        })),
    ),
  )
}
