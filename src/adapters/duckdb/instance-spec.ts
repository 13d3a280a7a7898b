import { createHash } from 'node:crypto'
import type { RunRequest } from '../../query/needs.ts'
import type { InstanceSpec } from './messages.ts'

/** What a worker builds an instance from; everything that makes it differ is in its key. */
export function instanceSpec(
  { relations, on, ordered, limits, instanceKey }: RunRequest,
  worker: { readonly threads: number; readonly memoryMb: number },
): InstanceSpec {
  const copies = on === 'copies' && relations.length > 0
  const spec = {
    relations: relations.map(({ schema, name, select, copyColumns }) => ({
      schema,
      name,
      select,
      ...(copies && copyColumns !== undefined ? { copyColumns } : {}),
    })),
    files: [...new Set(relations.flatMap(relation => relation.files))],
    copies,
    copyBytesMax: limits.copyBytesMax,
    threads: ordered === true ? 1 : worker.threads,
    memoryMb: Math.min(limits.memoryMb, worker.memoryMb),
  }
  // Statements without tables share one instance; a key that the caller forgot to change must not share views.
  const name = relations.length === 0 ? '' : instanceKey
  return {
    ...spec,
    key: createHash('sha256')
      .update(JSON.stringify([name, spec]))
      .digest('base64'),
  }
}
