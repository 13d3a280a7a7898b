import type { Failure } from '../messages.ts'

/** What went wrong in a worker, on its way to the server. */
export class WorkerFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'WorkerFailure'
    this.failure = failure
  }
}

export type Phase = 'parse' | 'bind' | 'set-up' | 'run'

/** The engine's error text (JSON, since `errors_as_json` is set) as a failure. */
export function failureOf(text: string | null, phase: Phase): WorkerFailure {
  const { type, message, position } = readError(text ?? 'Unknown error')
  const kind = kindOf(type, message, phase)
  return new WorkerFailure({
    kind,
    message,
    engineClass: type === '' ? '' : `${type} Error`,
    ...(position === undefined ? {} : { position }),
  })
}

function readError(text: string): { type: string; message: string; position?: number } {
  if (text.startsWith('{')) {
    try {
      const json = JSON.parse(text) as Record<string, unknown>
      const position = Number(json['position'])
      return {
        type: String(json['exception_type'] ?? ''),
        message: String(json['exception_message'] ?? text),
        ...(json['position'] !== undefined && Number.isInteger(position) ? { position } : {}),
      }
    } catch {
      return { type: '', message: text }
    }
  }
  const [, type = '', message = text] = /^([A-Za-z ]{3,40}?)(?: Error)?: ([^]*)$/.exec(text) ?? []
  return { type, message }
}

function kindOf(type: string, message: string, phase: Phase): Failure['kind'] {
  if (type === 'Parser' || type === 'Syntax') return phase === 'set-up' ? 'internal' : 'parse'
  if (type === 'Interrupt' || type === 'INTERRUPT') return 'cancelled'
  if (type === 'Out of Memory' || message.includes('bad_alloc')) return 'memory'
  if (type === 'IO' && /no space left|disk full|max_temp_directory_size/i.test(message)) return 'disk'
  if (type === 'INTERNAL' || type === 'FATAL' || phase === 'set-up') return 'internal'
  return phase === 'run' ? 'runtime' : phase
}
