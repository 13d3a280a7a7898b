import { MeshError } from '../base/index.ts'
import type { Command } from './command.ts'
import type { Decided, Situation } from './decided.ts'
import { requirePrincipalId } from './principal-id.ts'

/** The first command of every mesh, and never again. */
export function found({ state }: Situation, { platformEngineer }: Command & { kind: 'found' }): Decided {
  if (state.founded) throw new MeshError('request.conflict', 'This installation was founded already.')
  requirePrincipalId(platformEngineer)
  return { events: [{ kind: 'installation.founded', platformEngineer }], result: undefined }
}
