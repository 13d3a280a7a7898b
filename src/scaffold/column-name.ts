import { isReservedWord, nameInSql } from '../base/index.ts'

/** A name for people and every tool: snake_case, no keyword, not taken. `type` is DuckDB's, for what a keyword becomes. */
export function columnName(source: string, place: number, taken: Set<string>, type = ''): string {
  const plain = snakeCase(/^column\d+$/.test(source) ? `column_${place + 1}` : source)
  const started = plain === '' ? `column_${place + 1}` : /^[0-9]/.test(plain) ? `c_${plain}` : plain
  const safe = isReservedWord(started) ? `${started}_${suffixFor(type)}` : started
  let name = safe.slice(0, 100)
  for (let n = 2; taken.has(name); n++) name = `${safe.slice(0, 100)}_${n}`
  taken.add(name)
  return name
}

/** What a domain or product is called so that a statement can name it without quotes; undefined where nothing is left. */
export function plainName(text: string): string | undefined {
  const plain = snakeCase(text)
  if (plain === '') return undefined
  const started = /^[0-9]/.test(plain) ? `n_${plain}` : plain
  return (isReservedWord(started) ? `${started}_data` : started).slice(0, 100)
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
export const nameSql = nameInSql
