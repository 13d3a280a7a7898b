import { MeshError } from '../../base/index.ts'
import type { EngineError } from '../needs.ts'
import { cleaned } from './bind-error.ts'

/** Classes of the engine's errors that speak of values, and not of files or of the engine itself. */
const aboutValues: ReadonlySet<string> = new Set([
  'Conversion Error',
  'Out of Range Error',
  'Invalid Input Error',
  'Invalid Error',
  'Mismatch Type Error',
  'Constraint Error',
  'Parameter Not Resolved Error',
  'Sequence Error',
  'Divide by Zero Error',
])

/**
 * What a person is told when a statement failed while it ran. The engine's own words are shown only where every row that
 * it could have looked at is one that the person may see.
 */
export function runError(
  error: EngineError,
  seesOnlyAuthorised: boolean,
  textCasts: readonly string[] = [],
): MeshError {
  switch (error.kind) {
    case 'runtime':
      if (
        /magic bytes|Parquet|IO Error|Serialization|snappy|Snappy|zstd/.test(`${error.engineClass}: ${error.message}`)
      ) {
        return new MeshError('storage.damaged', 'A data file of one of these tables is missing or damaged.', {
          cause: error,
        })
      }
      if (
        seesOnlyAuthorised &&
        error.engineClass === 'Conversion Error' &&
        textCasts.some(text => error.message.includes(`'${text}'`))
      ) {
        return new MeshError('sql.type', cleaned(error.message), { cause: error })
      }
      return seesOnlyAuthorised && aboutValues.has(error.engineClass)
        ? new MeshError('sql.runtime', `The statement failed while it ran: ${cleaned(error.message)}`, { cause: error })
        : new MeshError('sql.runtime', 'The statement failed while it ran.', { cause: error })
    case 'memory':
      return new MeshError('limit.memory', 'The statement needed more memory than it may use.', { cause: error })
    case 'time':
      return new MeshError('limit.time', 'The statement took longer than it may.', { cause: error })
    case 'rows':
      return new MeshError('limit.rows', 'The answer has more rows than the system gives at once.', { cause: error })
    case 'copy':
      return new MeshError('limit.copy', 'The copy of the rows that you may see would be too large.', { cause: error })
    case 'cancelled':
      return new MeshError('sql.cancelled', 'The statement was cancelled.', { cause: error })
    case 'crashed':
      return new MeshError('engine.crashed', 'The engine process that ran the statement ended.', { cause: error })
    case 'busy':
      return new MeshError('busy.queue', 'All engine processes are busy.', { cause: error })
    case 'disk':
      return new MeshError('storage.full', 'The disk is full.', { cause: error })
    case 'parse':
    case 'bind':
    case 'internal':
      return new MeshError('internal', 'The statement could not be run.', { cause: error })
  }
}
