import type { Issue } from '../base/index.ts'
import type { Domain, MeshSettings, Policy, Product } from '../mesh/index.ts'

/** A text file of a publication: a document, an SQL text or a README. Paths are relative, with `/`. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** What is already in force, for references to things that the files do not hold. */
export interface Surroundings {
  readonly settings: MeshSettings
  readonly domains: readonly Domain[]
  /** The settings are only the defaults: the mesh's own classes and identifiers are not known here. */
  readonly guessed?: true
  /** Whether the mesh has a table `domain.table`; absent where that is not known here. */
  readonly hasTable?: (id: string) => boolean
}

/** Everything that a folder says, with every issue at its place. Things with errors are left out. */
export interface Workspace {
  readonly mesh?: MeshSettings
  readonly domains: readonly Domain[]
  readonly policies: readonly Policy[]
  /** Builds without a `build.yaml` are `derived`: their inputs are found later, by the engine's parser. */
  readonly products: readonly Product[]
  readonly issues: readonly Issue[]
  /** What was derived because no document says it, by the id of the product or domain. */
  readonly assumptions: readonly { readonly product: string; readonly text: string }[]
  /** Paths, as given, of the data files that the builds read: what has to be uploaded besides the documents. */
  readonly reads: readonly string[]
  /** Where a path of one of the policies stands, or a character of the text at that path. */
  readonly placeInPolicy?: (
    policy: Policy,
    path: string,
    at?: number,
  ) => Pick<Issue, 'file' | 'line' | 'column' | 'path'>
  /** Where a path of the build of one of the products stands, as `inputs.raw`; undefined for a product of others. */
  readonly placeInBuild?: (
    product: string,
    path: string,
  ) => Pick<Issue, 'file' | 'line' | 'column' | 'path'> | undefined
}
