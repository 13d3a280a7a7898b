import { createHash } from 'node:crypto'
import type { RunRequest } from '../../query/needs.ts'
import type { InstanceSpec } from './messages.ts'

/** What a worker builds an instance from; everything that makes it differ is in its key. */
export function instanceSpec(request: RunRequest, worker: WorkerSize): InstanceSpec {
  const variants = known.get(request.relations) ?? new Map<string, InstanceSpec>()
  known.set(request.relations, variants)
  const { on, ordered, limits, instanceKey } = request
  const variant = JSON.stringify([on, ordered, limits.copyBytesMax, limits.memoryMb, worker, instanceKey])
  const spec = variants.get(variant) ?? specOf(request, worker)
  variants.set(variant, spec)
  return spec
}

interface WorkerSize {
  readonly threads: number
  readonly memoryMb: number
}

/** A statement that comes again brings the very same relations. */
const known = new WeakMap<RunRequest['relations'], Map<string, InstanceSpec>>()

function specOf({ relations, on, ordered, limits, instanceKey }: RunRequest, worker: WorkerSize): InstanceSpec {
  const copies = on === 'copies' && relations.length > 0
  const spec = {
    relations: relations.map(({ schema, name, select, copyColumns, whole }) => ({
      schema,
      name,
      select,
      // No row of it is hidden, so that an error over it betrays nothing: it needs no copy.
      copied: copies && whole !== true,
      ...(copies && copyColumns !== undefined ? { copyColumns } : {}),
    })),
    files: filesOf(copies ? relations.filter(relation => relation.whole === true) : relations),
    hides: relations.some(({ plain }) => plain !== true),
    copyBytesMax: limits.copyBytesMax,
    // Without tables there is little to share, and waking others takes longer than a short statement does.
    threads: ordered === true || relations.length === 0 ? 1 : worker.threads,
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

const filesOf = (relations: RunRequest['relations']): readonly string[] => [
  ...new Set(relations.flatMap(relation => relation.files)),
]
