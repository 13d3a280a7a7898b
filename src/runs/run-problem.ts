import { MeshError, messageOf } from '../base/index.ts'
import { EngineError } from '../query/index.ts'
import type { RunRecord } from './needs.ts'

/** What was thrown as the world's no: engine errors by kind, a full disk by its number, everything else as `run.failed`. */
export function asMeshError(thrown: unknown, what = ''): MeshError {
  if (thrown instanceof MeshError) return thrown
  const said = what === '' ? engineSays(thrown) : `${what}: ${engineSays(thrown)}`
  if (thrown instanceof EngineError) return fromEngine(thrown, said)
  if (codeOf(thrown) === 'ENOSPC' || codeOf(thrown) === 'EDQUOT') {
    return new MeshError('storage.full', 'The disk is full; nothing of the run was published.', { cause: thrown })
  }
  const fromOutside = thrown instanceof Error && typeof codeOf(thrown) === 'string'
  return new MeshError(fromOutside ? 'run.failed' : 'internal', said, { cause: thrown })
}

export function problemOf(thrown: unknown): NonNullable<RunRecord['problem']> {
  const { code, message, fix } = asMeshError(thrown)
  return { code, message, fix }
}

function fromEngine(error: EngineError, said: string): MeshError {
  const cause = { cause: error }
  switch (error.kind) {
    case 'memory':
      return new MeshError('limit.memory', `The build needs more memory than its domain allows. ${said}`, {
        ...cause,
        fix: 'Raise infrastructure.limits.memoryMb in domain.yaml, or make the build in smaller batches.',
      })
    case 'time':
      return new MeshError('limit.time', 'The run took longer than its domain allows; nothing of it was published.', {
        ...cause,
        fix: 'Raise infrastructure.limits.timeoutS in domain.yaml, or make the build in smaller batches.',
      })
    case 'disk':
      return new MeshError('storage.full', 'The disk is full; nothing of the run was published.', cause)
    case 'cancelled':
      return new MeshError('run.cancelled', 'The run was stopped; nothing of it was published.', cause)
    case 'crashed':
      return new MeshError('engine.crashed', `The engine process of the run ended. ${said}`, cause)
    default:
      return /No space left on device|ENOSPC/i.test(error.message)
        ? new MeshError('storage.full', 'The disk is full; nothing of the run was published.', cause)
        : new MeshError('run.failed', said, cause)
  }
}

/** The engine's message without its copy of the statement, which is ours in part and names files of the server. */
const engineSays = (thrown: unknown): string => messageOf(thrown).replace(/\n+LINE \d+:[\s\S]*$/, '')

const codeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
