import { foldAscii, type Column, type MeshState } from '../mesh/index.ts'
import { isAllowed } from './functions/index.ts'
import type { QueryRecord } from './needs.ts'
import { tokensOf } from './text/tokens.ts'

type Kept = Pick<QueryRecord, 'sql' | 'tables' | 'columns'>

/**
 * The columns of somebody else's answer. The engine names a column after its expression, literals included, and PIVOT
 * after values: what is neither a name of the statement or of its tables, nor a word of SQL, is a number in the row.
 */
export function columnsWithoutLiterals(kept: Kept, state: MeshState): QueryRecord['columns'] {
  const known = new Set([...namesOfStatement(kept.sql), ...namesOfTables(kept, state)].map(foldAscii))
  return kept.columns.map((column, i) => ({
    ...column,
    name: shownName(column.name, known) ?? `column ${i + 1}`,
    type: shownType(column.type, known),
  }))
}

function shownName(name: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(foldAscii(name))) return name
  // A value that became a name has no brackets; a call and a cast have.
  if (!/[(=<>+*/]/.test(name)) return undefined
  let shown = ''
  let at = 0
  for (const token of tokensOf(name)) {
    if (token.kind === 'word' && !isWord(token.text, known)) return undefined
    if (token.kind === 'quoted' && !isWord(unquoted(token.text), known)) return undefined
    if (token.start > at) shown += ' '
    shown += token.kind === 'text' || token.kind === 'number' ? '?' : token.text
    at = token.end
  }
  return shown
}

const isWord = (word: string, known: ReadonlySet<string>): boolean => {
  const folded = foldAscii(word)
  return known.has(folded) || words.has(folded) || isAllowed.call(folded)
}

/** The names of a struct's fields may be texts of the statement. */
function shownType(type: string, known: ReadonlySet<string>): string {
  const isKnown = [...tokensOf(type)].every(
    ({ kind, text }) =>
      (kind === 'word' && isWord(text, known)) ||
      (kind === 'quoted' && known.has(foldAscii(unquoted(text)))) ||
      kind === 'number' ||
      kind === 'symbol',
  )
  return isKnown ? type : `${/^\w+/.exec(type)?.[0] ?? ''}(…)`
}

function namesOfStatement(sql: string): readonly string[] {
  return [...tokensOf(sql)].flatMap(({ kind, text }) =>
    kind === 'word' ? [text] : kind === 'quoted' ? [unquoted(text)] : [],
  )
}

function namesOfTables({ tables }: Kept, state: MeshState): readonly string[] {
  return tables.flatMap(({ table }) => {
    const versions = state.tables.get(foldAscii(table))?.majors.values() ?? []
    return [...versions].flatMap(version => version.table.columns.flatMap(namesIn))
  })
}

const namesIn = (column: Column): readonly string[] => [
  column.name,
  ...(column.fields ?? []).flatMap(namesIn),
  ...(column.element === undefined ? [] : namesIn(column.element)),
]

const unquoted = (text: string): string => text.slice(1, -1).replaceAll('""', '"')

/** Of which the engine makes names and types. */
const words: ReadonlySet<string> = new Set(
  `case when then else end cast try_cast try as is not null in like ilike between and or distinct from filter where over
   partition order by asc desc nulls first last rows range groups unbounded preceding following current row coalesce exists
   subquery any all collate true false count_star struct map list array union decimal varchar boolean tinyint smallint
   integer bigint hugeint utinyint usmallint uinteger ubigint uhugeint float double date time timestamp with zone
   timestamp_s timestamp_ms timestamp_ns interval uuid blob bit json bignum`.split(/\s+/),
)
