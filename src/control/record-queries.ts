import { MeshError } from '../base/index.ts'
import type { Command } from './command.ts'
import type { Decided } from './decided.ts'

/** Ties the query log's chain to the ledger's. */
export function recordQueries({ count, head }: Command & { kind: 'record-queries' }): Decided {
  if (!Number.isSafeInteger(count) || count < 0 || !/^[0-9a-f]{64}$/.test(head))
    throw new MeshError('request.invalid', 'That is not the head of a query log.')
  return { events: [{ kind: 'queries.recorded', count, head }], result: undefined }
}
