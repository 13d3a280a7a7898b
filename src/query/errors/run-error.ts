import { MeshError } from '../../base/index.ts'
import type { EngineError } from '../needs.ts'
import { cleaned } from './bind-error.ts'
import { damagedFile, isDamagedFile, type StoredRelation } from './damaged-file.ts'

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
  'Syntax Error',
  'Not implemented Error',
])

export interface RunCircumstances {
  /** Every row that the statement could have looked at is one that its asker may see: the engine's words may be shown. */
  readonly seesOnlyAuthorised: boolean
  /** Texts of the statement that it reads as another type. */
  readonly textCasts?: readonly string[]
  /** What it read. */
  readonly relations?: readonly StoredRelation[]
  /** Rules whose filters stand in what it read. */
  readonly filters?: readonly FilterRule[]
}

export interface FilterRule {
  readonly rule: string
  readonly team: string
  readonly table: string
}

/**
 * What a person is told when a statement failed while it ran. The code follows from the engine's class of the error and
 * never from a value: where a message is looked at, see `isDamagedFile`.
 */
export function runError(error: EngineError, circumstances: RunCircumstances): MeshError {
  const { seesOnlyAuthorised, textCasts = [], relations = [], filters = [] } = circumstances
  switch (error.kind) {
    case 'parse':
    case 'bind':
    case 'runtime':
      if (isDamagedFile(error, relations)) return damagedFile(error, relations)
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
    case 'format':
      return new MeshError('sql.type', error.message, { cause: error })
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
    case 'internal':
      // Views over a file that is gone cannot even be made.
      if (isDamagedFile(error, relations)) return damagedFile(error, relations)
      // Nor can those whose filter does not fit their columns: a fault of a rule, and not of any row.
      if (filters.length > 0 && (error.engineClass === 'Binder Error' || aboutValues.has(error.engineClass))) {
        return unenforceable(filters, error)
      }
      return new MeshError('internal', 'The statement could not be run.', { cause: error })
  }
}

/** Names every rule that it may be, and no value. */
function unenforceable(filters: readonly FilterRule[], cause: EngineError): MeshError {
  const [{ rule, team, table }] = filters as readonly [FilterRule]
  const rules = [...new Set(filters.map(filter => filter.rule))]
  const which = rules.length === 1 ? `The rule ${rule} of ${team}` : `One of the rules ${rules.join(', ')}`
  return new MeshError(
    'policy.unenforceable',
    `${which} cannot be put in force on ${table}: its filter does not fit the columns.`,
    { rule, team, fix: `Ask ${team} to mend the rule ${rule}; until then ${table} stays closed.`, cause },
  )
}
