import type { Column } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import type { Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'

/** What columns are checked against: the mesh's words. Undefined where the mesh's own document is broken. */
export interface MeshWords {
  readonly classes: ReadonlySet<string>
  readonly identifiers: ReadonlySet<string>
  /** They are the defaults of a mesh that is not known: others may exist. */
  readonly guessed: boolean
}

export interface ColumnContext {
  readonly report: Reporter
  readonly words: MeshWords | undefined
}

/** Reads what is nested in a property: its members, items, a map's key and value. */
export type ReadNested = (property: Plain, path: Path) => Column
