import type { EngineError, Relation } from '../needs.ts'

/** Classes of the engine's errors that only files can cause, once a statement is one over files. */
const aboutFiles: ReadonlySet<string> = new Set(['IO Error', 'Permission Error', 'Serialization Error', 'HTTP Error'])

/** How the engine begins where the bytes of a file are not what they should be; its class is then that of a bad value. */
const aboutBytes =
  /^(?:Failed to read file ["']|File ["']|No magic bytes found at end of file ["'])(.*?)["'](?:[: ]|$)/s

/** What its reader of Parquet heads throws; no value of a statement has this class. */
const aboutHeads = /^(?:TProtocolException|don't know what type)/

/**
 * Whether an error says that a stored file of the statement is damaged or gone. Texts of people stand in messages too, so
 * a message counts only by its beginning, and only where it names one of the very files, whose addresses nobody is told.
 */
export function isDamagedFile(error: EngineError, relations: readonly Pick<Relation, 'files'>[]): boolean {
  const files = relations.flatMap(relation => relation.files)
  if (files.length === 0) return false
  const message = withoutClass(error.message)
  switch (error.engineClass) {
    case 'Invalid Input Error': {
      const named = aboutBytes.exec(message)?.[1]
      return named !== undefined && files.includes(named)
    }
    case 'Invalid Error':
      return aboutHeads.test(message)
    default:
      return aboutFiles.has(error.engineClass) && files.some(file => message.includes(file))
  }
}

const withoutClass = (message: string): string => message.replace(/^(?:[A-Z][A-Za-z ]* Error: )+/, '')
