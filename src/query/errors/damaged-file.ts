import { MeshError } from '../../base/index.ts'
import type { EngineError, Relation } from '../needs.ts'

/** Classes of the engine's errors that only files can cause, once a statement is one over files. */
const aboutFiles: ReadonlySet<string> = new Set(['IO Error', 'Permission Error', 'Serialization Error', 'HTTP Error'])

/** How the engine begins where the bytes of a file are not what they should be; its class is then that of a bad value. */
const aboutBytes =
  /^(?:Failed to read file ["']|Footer length error in file ["']|File ["']|No magic bytes found at end of file ["'])(.*?)["'](?:[: ]|$)/s

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

/**
 * What a person is told of it: the table that the file belongs to, as the statement names it; all of them where the
 * engine does not say which file.
 */
export function damagedFile(error: EngineError, relations: readonly StoredRelation[]): MeshError {
  const stored = relations.filter(({ files }) => files.length > 0)
  const named = stored.filter(({ files }) => files.some(file => error.message.includes(file)))
  const tables = [...new Set((named.length > 0 ? named : stored).map(({ schema, name }) => `${schema}.${name}`))]
  const of = tables.length === 1 ? tables[0] : `one of ${tables.join(', ')}`
  return new MeshError('storage.damaged', `A stored file of ${of} is damaged or gone.`, { cause: error })
}

export type StoredRelation = Pick<Relation, 'schema' | 'name' | 'files'>

const withoutClass = (message: string): string => message.replace(/^(?:[A-Z][A-Za-z ]* Error: )+/, '')
