import { MeshError, type ErrorCode } from '../base/index.ts'
import type { MeshState, Product } from '../mesh/index.ts'
import { EngineError } from '../query/index.ts'
import type { BuildFault } from './build-fault.ts'
import type { WorkshopSession } from './needs.ts'
import type { RunsWorld } from './world.ts'

/** One product on the table: the state is the mesh with it, the session is locked and holds nothing. */
export interface Examination {
  readonly world: Pick<RunsWorld, 'parse' | 'inputRelation' | 'bundles' | 'sourceFolders' | 'visibleSources'>
  readonly session: WorkshopSession
  readonly state: MeshState
  readonly product: Product
}

/** A refusal of the run as an issue of the documents that it would come from. */
export function faultOf(
  product: Product,
  thrown: unknown,
  place: Pick<BuildFault, 'file' | 'line' | 'column' | 'text' | 'contract'>,
): BuildFault {
  if (!(thrown instanceof MeshError)) throw thrown
  const code: ErrorCode = thrown.code === 'run.failed' ? 'document.invalid' : thrown.code
  return { product: product.id, code, severity: 'error', message: thrown.message, fix: thrown.fix, ...place }
}

/** Everything else is the engine's own trouble. */
export const isAboutText = (thrown: unknown): thrown is EngineError =>
  thrown instanceof EngineError && ['parse', 'bind', 'runtime'].includes(thrown.kind)
