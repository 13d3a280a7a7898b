import { MeshError } from '../../base/index.ts'
import { locationOf, type Node } from '../tree-access.ts'

/** A refusal that names the construct; `context.location` is turned into line and column where the text is known. */
export function unsupported(what: string, at?: Node, reason?: string): MeshError {
  const location = at === undefined ? undefined : locationOf(at)
  return new MeshError(
    'sql.unsupported',
    `The gateway does not let ${what} through.${reason === undefined ? '' : ` ${reason}`}`,
    location === undefined ? {} : { context: { location } },
  )
}
