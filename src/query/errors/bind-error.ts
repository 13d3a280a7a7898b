import { MeshError, nearest, type ErrorCode, type NextStep } from '../../base/index.ts'
import { foldAscii } from '../../mesh/index.ts'
import { placeOf } from '../text/places.ts'
import type { EngineError } from '../needs.ts'
import { functionNotFound } from './function-not-found.ts'

/** What may be said about the tables of a statement when one of its names is not found. */
export interface Visible {
  readonly table: string
  readonly columns: readonly { readonly name: string; readonly mask?: string }[]
  /** Columns that exist and were not granted. */
  readonly outside: readonly string[]
  readonly purpose?: string
  readonly url: string
}

/**
 * An error of the parser or of the binder on an empty twin: it cannot depend on data, so its text may be shown, less the
 * engine's suggestions (which name columns that are not granted), its own rendering of the place, and inner names.
 */
export function bindError(error: EngineError, sql: string, tables: readonly Visible[]): MeshError {
  const message = cleaned(error.message)
  const place = error.position === undefined ? {} : placeOf(sql, error.position)
  const column =
    /Referenced column "(.*?)" (?:was )?not found/.exec(message)?.[1] ??
    /does not have a column named "(.*?)"/.exec(message)?.[1] ??
    /column "(.*?)" does not exist/.exec(message)?.[1]
  if (column !== undefined) return columnNotFound(column, tables, place)
  const name = /(?:Function|Aggregate|function) with name "?(.*?)"? does not exist/.exec(message)?.[1]
  if (name !== undefined) return functionNotFound(name, place)
  // The engine would first ask the table for the values, in a statement of its own.
  if (message.startsWith('Cannot prepare multiple statements')) return pivotWithoutValues(place)
  const code = codeOf(error.kind, message)
  return new MeshError(code, sentence(message), {
    ...('line' in place || !namesPlace.has(code) ? {} : { fix: 'Mend the statement as the message says.' }),
    context: place,
  })
}

/** Codes whose fix speaks of a place, which the engine does not always know. */
const namesPlace: ReadonlySet<ErrorCode> = new Set(['sql.invalid', 'sql.parse'])

export const pivotWithoutValues = (context: object): MeshError =>
  new MeshError('sql.unsupported', 'PIVOT has to name the values that become columns.', {
    fix: "Name them: PIVOT … ON column IN ('a', 'b') USING …",
    context: { ...context },
  })

const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Ambiguous reference/, 'sql.ambiguous'],
  [/Referenced table ".*" not found|Table with name .* does not exist/, 'sql.table-not-found'],
  [
    /No function matches|Cannot compare values|Cannot mix|explicit cast|Could not (convert|cast)|Conversion|type mismatch|Unimplemented type for cast|out of range|requires? .* type|Cannot (cast|combine|deduce)/i,
    'sql.type',
  ],
  [/parameter/i, 'sql.parameters'],
]

function codeOf(kind: EngineError['kind'], message: string): ErrorCode {
  if (kind === 'parse') return 'sql.parse'
  return codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'sql.invalid'
}

/** The first paragraph, without what the engine guesses, draws or calls its own things. */
export function cleaned(message: string): string {
  return (
    (message.split(/\n\s*\n|\nLINE \d+:|\nCandidate|\nDid you mean|\n\tCandidate|\nPossible/)[0] ?? '')
      .replace(/^(?:[A-Z][A-Za-z ]* Error: )+/, '')
      .replace(/\s*\(use: .*\)$/, '')
      // What to set or to install is advice for somebody who owns an engine.
      .replace(/\s*(?:Use|Try|Set) "?(?:SET|PRAGMA|INSTALL|LOAD)\b.*$/is, '')
      .replace(/\s*Did you mean .*$/s, '')
      .replace(/\s*Candidate .*$/s, '')
      .replace(/\b(?:memory|temp)\.(?:main\.)?/g, '')
      .replaceAll('\n', ' ')
      .trim()
  )
}

function columnNotFound(column: string, tables: readonly Visible[], place: object): MeshError {
  const outside = tables.find(table => table.outside.some(each => foldAscii(each) === foldAscii(column)))
  if (outside !== undefined) {
    return new MeshError('access.required', `The column ${column} of ${outside.table} is outside your grant.`, {
      next: requestStep(outside, column),
      context: { ...place, table: outside.table, name: column },
    })
  }
  const names = tables.flatMap(table => table.columns.map(each => each.name))
  const nearestName = nearest(column, names)
  // A name that is there, only not in this place, helps nobody.
  const guess = nearestName !== undefined && foldAscii(nearestName) === foldAscii(column) ? undefined : nearestName
  const where = tables.length === 1 ? ` in ${tables[0]!.table}` : ''
  return new MeshError('sql.column-not-found', `There is no column ${column}${where}.`, {
    ...(guess !== undefined
      ? { fix: `Did you mean ${guess}?` }
      : tables[0] !== undefined && { fix: `See the columns with: meshwright show ${tables[0].table}` }),
    context: { ...place, name: column },
  })
}

function requestStep(table: Visible, column: string): NextStep {
  return {
    command: `meshwright access request ${table.table} --purpose ${table.purpose ?? 'PURPOSE'} --columns ${column}`,
    url: `${table.url}/p/${table.table.replace('.', '/')}`,
  }
}

/** Refuses to read a hash as a number or a date, which fails on every row: people compare hashed keys and wonder. */
export function hashedAsOther(column: string, to: string, tables: readonly Visible[]): MeshError | undefined {
  const holding = tables.filter(table => table.columns.some(each => foldAscii(each.name) === foldAscii(column)))
  const isHashed = (table: Visible): boolean =>
    table.columns.some(each => foldAscii(each.name) === foldAscii(column) && each.mask === 'keyed-hash')
  if (holding.length === 0 || !holding.every(isHashed)) return undefined
  return new MeshError(
    'sql.type',
    `The column ${column} of ${holding[0]!.table} is text here, because the mask keyed-hash is on it, and cannot be compared as ${to}.`,
    { fix: 'Compare it with another column under the same mask.', context: { name: column } },
  )
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
