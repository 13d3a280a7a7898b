import { quoteText } from '../base/index.ts'
import { EngineError } from '../query/index.ts'
import type { WorkshopSession } from './needs.ts'

/**
 * Whether values of one type can become values of another at all. The engine says so only of a value that is not null, so
 * one is cast; that this very value cannot be cast says nothing of others.
 */
export async function hasCast(session: WorkshopSession, from: string, to: string): Promise<boolean> {
  try {
    await session.execute(`select cast(cast(${quoteText(sampleOf(from))} as ${from}) as ${to})`)
    return true
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown
    return !/Unimplemented type for cast|must have at least one matching member/.test(thrown.message)
  }
}

/** The text of some value; one that is none of the type leaves the question open. */
function sampleOf(type: string): string {
  if (type.endsWith(']')) return '[]'
  if (/^(STRUCT|MAP|UNION)/.test(type)) return '{}'
  if (type.startsWith('TIMESTAMP')) return '2001-01-01 00:00:00'
  if (type.startsWith('TIME')) return '00:00:00'
  return samples[type] ?? '1'
}

const samples: Readonly<Record<string, string>> = {
  DATE: '2001-01-01',
  BOOLEAN: 'true',
  INTERVAL: '1 day',
  UUID: '00000000-0000-0000-0000-000000000000',
}
