import { MeshError } from '../base/index.ts'
import type { AccessRequest, MeshState } from '../mesh/index.ts'

/** A request that still waits for its answers. */
export function requireOpen(state: MeshState, id: string): AccessRequest {
  const request = state.requests.get(id)
  if (request === undefined) throw new MeshError('thing.not-found', `There is no request ${id}.`)
  if (request.state === 'requested') return request
  const isRevoked = request.grant !== undefined && state.grants.get(request.grant)?.revoked !== undefined
  const was = isRevoked ? 'was granted and revoked' : `is ${request.state} already`
  throw new MeshError('request.conflict', `The request ${id} ${was}.`, {
    fix: 'See it with: meshwright access list',
  })
}

export const domainOf = (table: string): string => table.slice(0, table.indexOf('.'))
