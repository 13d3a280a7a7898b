import { MeshError, nearest } from '../base/index.ts'
import { builtInPurposes, type MeshSettings, type Purpose } from '../mesh/index.ts'

/** A purpose of the mesh's list, or one of the built-in ones that the caller accepts here. */
export function requirePurpose(settings: MeshSettings, id: string, builtIn: readonly string[] = []): Purpose {
  if (Object.hasOwn(settings.purposes, id)) return settings.purposes[id]!
  if (builtIn.includes(id) && Object.hasOwn(builtInPurposes, id)) return builtInPurposes[id]!
  const known = [...Object.keys(settings.purposes), ...builtIn]
  const near = nearest(id, known)
  throw new MeshError('purpose.unknown', `There is no purpose ${JSON.stringify(id)} that can be used here.`, {
    fix: near === undefined ? `The purposes are: ${known.join(', ') || 'none yet'}.` : `Did you mean ${near}?`,
  })
}
