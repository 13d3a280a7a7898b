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

/** Where the parser fails it counts characters; everywhere else the engine counts bytes. */
export function byteOffset(sql: string, characters: number): number {
  let index = 0
  for (let i = 0; i < characters && index < sql.length; i++) index += sql.codePointAt(index)! > 0xffff ? 2 : 1
  return Buffer.byteLength(sql.slice(0, index))
}

/** The engine's error text (JSON, since `errors_as_json` is set) as a failure. */
export function failureOf(text: string | null, phase: Phase, sql = ''): WorkerFailure {
  const { type, message, position: at } = readError(text ?? 'Unknown error')
  const position = at === undefined || type !== 'Parser' ? at : byteOffset(sql, at)
  const kind = kindOf(type, message, phase)
  return new WorkerFailure({
    kind,
    message,
    engineClass: type === '' ? '' : `${type} Error`,
    ...(position === undefined ? {} : { position }),
  })
}

function readError(text: string): { type: string; message: string; position?: number } {
  // A syntax error has its class before the JSON once more.
  const from = /^(?:[A-Za-z ]{3,40}: )?\{"exception_type"/.test(text) ? text.indexOf('{') : -1
  if (from >= 0) {
    try {
      const json = JSON.parse(text.slice(from)) as Record<string, string | undefined>
      const position = Number(json['position'])
      return {
        type: json['exception_type'] ?? '',
        message: json['exception_message'] ?? text,
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
  // LIKE complains of its ESCAPE in the parser's words, from the row that holds it.
  const isSyntax = type === 'Parser' || type === 'Syntax'
  if (isSyntax && phase !== 'run') return phase === 'set-up' ? 'internal' : 'parse'
  if (type === 'Interrupt' || type === 'INTERRUPT') return 'cancelled'
  if (type === 'Out of Memory' || message.includes('bad_alloc')) return 'memory'
  if (type === 'IO' && /no space left|disk full|max_temp_directory_size/i.test(message)) return 'disk'
  if (type === 'INTERNAL' || type === 'FATAL' || phase === 'set-up') return 'internal'
  return phase === 'run' ? 'runtime' : phase
}
