import { quoteName } from './quote.ts'

/** Whether a word is no bare name everywhere. */
export const isReservedWord = (word: string): boolean => keywords.has(word)

/** An identifier in SQL, in quotes only where it needs them: for statements that people paste. */
export const nameInSql = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name) ? name : quoteName(name)

/** Reserved in DuckDB, PostgreSQL, Trino or the SQL standard: as a bare name they would not parse everywhere. */
const keywords = new Set(
  (
    'all alter analyse analyze and any array as asc asymmetric authorization between binary both by case cast check ' +
    'collate collation column concurrently constraint create cross cube current_catalog current_date current_role ' +
    'current_schema current_time current_timestamp current_user deallocate default deferrable delete desc describe ' +
    'distinct do drop else end escape except execute exists extract false fetch for foreign freeze from full grant ' +
    'group grouping having ilike in initially inner insert intersect into is isnull join lambda lateral leading left ' +
    'like limit localtime localtimestamp natural normalize not notnull null offset on only operator or order outer ' +
    'overlaps pivot pivot_longer pivot_wider placing prepare primary qualify recursive references returning right ' +
    'rollup select session_user show similar skip some summarize symmetric table tablesample then to trailing true ' +
    'uescape union unique unnest unpivot user using values variadic verbose when where window with'
  ).split(' '),
)
