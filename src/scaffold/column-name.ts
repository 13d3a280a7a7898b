import { quoteName } from '../base/index.ts'

/** A name for people and every tool: snake_case, no keyword, not taken. `type` is DuckDB's, for what a keyword becomes. */
export function columnName(source: string, place: number, taken: Set<string>, type = ''): string {
  const plain = snakeCase(/^column\d+$/.test(source) ? `column_${place + 1}` : source)
  const started = plain === '' ? `column_${place + 1}` : /^[0-9]/.test(plain) ? `c_${plain}` : plain
  const safe = keywords.has(started) ? `${started}_${suffixFor(type)}` : started
  let name = safe.slice(0, 100)
  for (let n = 2; taken.has(name); n++) name = `${safe.slice(0, 100)}_${n}`
  taken.add(name)
  return name
}

const suffixFor = (type: string): string =>
  type === 'VARCHAR' ? 'name' : type.startsWith('TIMESTAMP') ? 'at' : type === 'DATE' ? 'on' : 'value'

/** `Größe (cm)` → `groesse_cm`, `customerID` → `customer_id`; empty where nothing of it can be written in ASCII. */
export const snakeCase = (text: string): string =>
  text
    .replace(/[äöüÄÖÜ](?=[a-zß])|ß|[æøåœłđðþÆØÅŒŁĐÐÞ]|ẞ/gu, letter => spelled[letter.toLowerCase()] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/%/g, ' percent ')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/['’]/g, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()

const spelled: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  å: 'a',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
}

/** A name of the source in SQL, in quotes only where it needs them. */
export const nameSql = (source: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(source) && !keywords.has(source) ? source : quoteName(source)

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
