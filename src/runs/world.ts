import type { Clock } from '../base/index.ts'
import type { Bundles, Control } from '../control/index.ts'
import type { LakeFiles } from '../lake/index.ts'
import type { MeshState, SourceFile } from '../mesh/index.ts'
import type { LakePaths, Relation, Tree } from '../query/index.ts'
import type { RunLog, Workshop } from './needs.ts'

/** What runs are made of; put together by the server. */
export interface RunsWorld {
  readonly workshop: Workshop
  readonly log: RunLog
  readonly control: Pick<Control, 'state' | 'execute'>
  readonly lakeFiles: LakeFiles
  readonly lakePaths: LakePaths
  readonly bundles: Pick<Bundles, 'pathOf' | 'has'>
  /** Folders of this machine whose files builds may read by absolute path. */
  readonly sourceFolders: readonly string[]
  /** What lies in these folders now; without it a pattern over them means what it meant when it was published. */
  readonly visibleSources?: () => Promise<readonly SourceFile[]>
  /** The tree of one SELECT, by the engine's own parser: `gateway.parse`. */
  readonly parse: (sql: string) => Promise<Tree>
  readonly inputRelation: InputRelation
  readonly clock: Clock
  readonly newId: () => string
  /** Absolute path of a folder of ours, on the disk of the lake: what runs write before it is promoted, and what was rejected. */
  readonly staging: string
  /** Runs under way at once. */
  readonly concurrency?: number
}

/**
 * A table as the build of a product may see it, under the product's own decision for the purpose `product`, masks and
 * filters included. Throws the MeshError that says why not.
 */
export type InputRelation = (
  state: MeshState,
  product: string,
  table: { readonly schema: string; readonly name: string; readonly major?: number },
  /** `shape`: only its columns are asked for, and whether it has data does not matter; nothing of it can be read. */
  want?: 'rows' | 'shape',
) => Promise<GovernedInput>

export interface GovernedInput extends Pick<Relation, 'select' | 'files' | 'columns'> {
  /** `domain.table` as the contract spells it. */
  readonly table: string
  /** A mask or filter holds: the build gets a copy of what it may see, so that no error can show the rest. */
  readonly restricted: boolean
  readonly snapshot: string
}
