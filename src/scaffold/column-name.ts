/** A name for people and every tool: snake_case, no keyword, not taken. */
export function columnName(source: string, place: number, taken: Set<string>): string {
  const plain = snakeCase(source)
  const started = plain === '' ? `column_${place + 1}` : /^[0-9]/.test(plain) ? `c_${plain}` : plain
  const safe = keywords.has(started) ? `${started}_name` : started
  let name = safe.slice(0, 100)
  for (let n = 2; taken.has(name); n++) name = `${safe.slice(0, 100)}_${n}`
  taken.add(name)
  return name
}

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

/** Reserved in DuckDB, PostgreSQL, Trino or the SQL standard, where a bare name would not parse or mean something else. */
const keywords = new Set(
  (
    'all alter analyse analyze and any array as asc asymmetric at authorization before between bigint both by call case cast check ' +
    'collate column commit constraint create cross current current_date current_time current_timestamp current_user ' +
    'date day default deferrable delete desc describe distinct do double drop else end escape except execute exists ' +
    'extract false fetch filter first float for foreign from full function glob grant group grouping having hour if in index initially ' +
    'inner insert int integer intersect interval into is isnull join key lambda last lateral leading left like limit ' +
    'localtime localtimestamp map minute month natural no not notnull null offset on only operator option or order outer overlaps ' +
    'pivot placing position prepare primary qualify range real references returning right rollup row rows second select set show ' +
    'similar some struct summarize symmetric table then time timestamp to trailing true truncate uescape union unique unnest unpivot ' +
    'update user using value values varchar variadic verbose view when where window with within without year zone'
  ).split(' '),
)
