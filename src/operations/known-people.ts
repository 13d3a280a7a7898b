import { MeshError, nearest } from '../base/index.ts'
import { knownPrincipals, resolvePrincipal, type MeshState } from '../mesh/index.ts'

/** Somebody whom the mesh knows; else the text itself with the name that was likely meant, if there is one. */
export function personNamed(
  state: MeshState,
  text: string,
): { readonly id: string; readonly known: boolean; readonly near?: string } {
  const id = resolvePrincipal(state, text)
  const all = knownPrincipals(state)
  if (all.includes(id)) return { id, known: true }
  const near = nearPerson(id, all)
  return { id, known: false, ...(near === undefined ? {} : { near }) }
}

/** A token for somebody who is almost called like another is refused: a slip of the hand would make a person. */
export function refuseNearMiss({ id, near }: ReturnType<typeof personNamed>): void {
  if (near === undefined) return
  throw new MeshError('request.invalid', `Nobody of the name ${id} is known here. Did you mean ${near}?`, {
    fix: `If ${id} is somebody else, say so with --new: meshwright token create --for ${id} --new`,
  })
}

/** By the part before the @, where the rest is the same or left out. Numbered names are near to no others. */
function nearPerson(id: string, all: readonly string[]): string | undefined {
  const [local = '', host] = id.split('@')
  if (local.length < 2) return undefined
  const wordsOf = (name: string) => name.replaceAll(/\d+/g, '')
  const beside = all.filter(other => {
    const [otherLocal = '', otherHost] = other.split('@')
    return (host === undefined || host === otherHost) && wordsOf(otherLocal) !== wordsOf(local)
  })
  const locals = beside.map(other => other.split('@')[0]!)
  // Any other name of two letters is a letter away: near is what goes on, as mi does in mia.
  const near = nearest(local, local.length > 2 ? locals : locals.filter(other => other.startsWith(local)))
  return beside.find(other => other.split('@')[0] === near)
}
