import { MeshError, nearest } from '../base/index.ts'
import { builtInPurposes, noPurposesYet, type MeshSettings, type Purpose } from '../mesh/index.ts'

/** A purpose of the mesh's list, or one of the built-in ones that the caller accepts here. */
export function requirePurpose(settings: MeshSettings, id: string, builtIn: readonly string[] = []): Purpose {
  if (Object.hasOwn(settings.purposes, id)) return settings.purposes[id]!
  if (builtIn.includes(id) && Object.hasOwn(builtInPurposes, id)) return builtInPurposes[id]!
  const listed = Object.keys(settings.purposes)
  const known = [...listed, ...builtIn]
  const near = nearest(id, known)
  const all = listed.length === 0 ? noPurposesYet : `The purposes are: ${known.join(', ')}.`
  throw new MeshError('purpose.unknown', `There is no purpose ${JSON.stringify(id)} that can be used here.`, {
    fix: near === undefined ? all : `Did you mean ${near}?`,
  })
}
