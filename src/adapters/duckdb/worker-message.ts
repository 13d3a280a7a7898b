import { EngineError } from '../../query/needs.ts'
import type { FromWorker } from './messages.ts'

/** Reads what a worker sent. It runs what people wrote, so it is believed as little as they are: throws on what is none. */
export function workerMessage(value: unknown): FromWorker {
  const message = record(value)
  switch (message['t']) {
    case 'ready':
      return { t: 'ready' }
    case 'confined':
      return { t: 'confined', landlock: number(message['landlock']), addressSpace: message['addressSpace'] === true }
    case 'head':
      return { t: 'head', id: number(message['id']), columns: columnList(message['columns']) }
    case 'end':
      return { t: 'end', id: number(message['id']), value: message['value'] }
    case 'failed': {
      const { id, kind, message: said, engineClass, position } = message
      return {
        t: 'failed',
        id: number(id),
        kind: isKind(kind) ? kind : 'internal',
        message: text(said),
        engineClass: text(engineClass),
        ...(position === undefined ? {} : { position: number(position) }),
      }
    }
    default:
      throw new EngineError('internal', 'A worker sent a message that is none.')
  }
}

export function columnList(value: unknown): readonly { readonly name: string; readonly type: string }[] {
  if (!Array.isArray(value)) throw new EngineError('internal', 'A worker sent columns that are none.')
  return value.map(column => {
    const { name, type } = record(column)
    return { name: text(name), type: text(type) }
  })
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null)
    throw new EngineError('internal', 'A worker sent something else than an object.')
  return value as Record<string, unknown>
}

export function number(value: unknown): number {
  if (typeof value !== 'number') throw new EngineError('internal', 'A worker sent something else than a number.')
  return value
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new EngineError('internal', 'A worker sent something else than a text.')
  return value
}

const kinds: ReadonlySet<string> = new Set<EngineError['kind']>([
  'parse',
  'bind',
  'runtime',
  'memory',
  'time',
  'rows',
  'format',
  'copy',
  'cancelled',
  'crashed',
  'busy',
  'disk',
  'internal',
])

const isKind = (value: unknown): value is EngineError['kind'] => typeof value === 'string' && kinds.has(value)
